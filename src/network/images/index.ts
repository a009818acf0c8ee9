export { checkLabels, type ImageSet, type Labels, shapeImages, takeImages, takeLabels } from './image-set.js';
export { readImages, readLabels } from './read-images.js';
export { writeIdxImages, writeIdxLabels } from './write-idx.js';
