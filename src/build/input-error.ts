/** What kind of thing was wrong, for programs that read errors. */
export type InputErrorKind = 'option' | 'config' | 'design' | 'file' | 'budget' | 'tool';

/** Something that the user gave and that cannot be used, told in one line: where, what, and what to do about it. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly kind: InputErrorKind;
  readonly where: string;
  readonly what: string;
  readonly hint: string;

  /**
   * @param where the file, the option or the part of a file, as the user knows it
   * @param what states the fact
   * @param hint what the user can do, without a full stop
   */
  constructor(kind: InputErrorKind, where: string, what: string, hint: string, options?: ErrorOptions) {
    super(`${where}: ${what}; ${hint}`.replaceAll(/\s*\n\s*/g, ' '), options);
    this.kind = kind;
    this.where = where;
    this.what = what;
    this.hint = hint;
  }
}

const systemErrors: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such file or folder', 'check the path'],
  EACCES: ['permission denied', 'choose a place that you may use, or change its permissions'],
  EPERM: ['the operation is not permitted', 'choose a place that you may use'],
  EROFS: ['the file system is read-only', 'choose another place'],
  ENOSPC: ['the disk is full', 'free some space or choose another disk'],
  EDQUOT: ['your disk quota is used up', 'free some space or choose another disk'],
  EFBIG: ['the file is too large for the file system', 'choose another disk'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'check the path'],
  EISDIR: ['is a folder, not a file', 'give the path of a file'],
  EEXIST: ['something of this name is there already', 'choose another name'],
  EMFILE: ['too many files are open', 'raise the limit (ulimit -n) and try again'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter name'],
  ELOOP: ['symbolic links lead in a circle', 'check the path'],
};

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

/** An error of the operating system as one of ours; undefined for anything else. */
export function systemInputError(error: unknown, place?: string): InputError | undefined {
  if (!isSystemError(error)) return undefined;
  const [what, hint] = systemErrors[error.code] ?? [`the operating system says ${error.code}`, 'check the path'];
  return new InputError('file', place ?? error.path ?? 'a file', what, hint, { cause: error });
}

/** Runs `action`; an error of the operating system becomes an InputError about `place`. */
export function withPlace<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw systemInputError(error, place) ?? error;
  }
}
