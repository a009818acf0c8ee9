/** `format` and `version` of a compressed file's metadata; the version is raised where older readers would misread it. */
export const formatName = 'sotto-compressed';
export const formatVersion = 1;
