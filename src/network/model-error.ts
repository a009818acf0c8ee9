/** Where in a model something is wrong: as much as is known. */
export interface ModelLocation {
  readonly file?: string;
  readonly node?: string;
  readonly tensor?: string;
}

/**
 * A model that cannot be used, told in one line: where, what, and what to do about it. Everything that reads, runs or
 * lowers a model throws this for bad input and nothing else.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly what: string;
  readonly where: ModelLocation;
  readonly hint: string;

  /**
   * @param what states the fact: "weights have 3 dimensions, not 4"
   * @param where the file, the node, the tensor
   * @param hint what the user can do about it, as a sentence without a full stop
   */
  constructor(what: string, where: ModelLocation, hint: string) {
    const place = [
      where.file,
      where.node === undefined ? undefined : `node '${where.node}'`,
      where.tensor === undefined ? undefined : `tensor '${where.tensor}'`,
    ].filter((part) => part !== undefined && part !== '');
    super(oneLine(`${place.length > 0 ? `${place.join(', ')}: ` : ''}${what}; ${hint}`));
    this.what = what;
    this.where = where;
    this.hint = hint;
  }

  /** The same error with more of its place known: readers deep inside a model do not know the file's name. */
  at(where: ModelLocation): ModelError {
    return new ModelError(this.what, { ...where, ...this.where }, this.hint);
  }
}

/** Names in a damaged file may hold anything: keep control characters out of the terminal and the line short. */
function oneLine(text: string): string {
  const printable = text.replaceAll(/\p{C}+/gu, '?');
  return printable.length > 600 ? `${printable.slice(0, 599)}…` : printable;
}
