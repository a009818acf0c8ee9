/** A constraint that no weights can meet, or weights that no constraint can be put on, told in one line. */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError';

  /**
   * @param where the projection, and the matrix as far as it is known
   * @param what states the fact: "keeps 0 of 500 filters"
   * @param hint what the user can do about it, as a sentence without a full stop
   */
  constructor(
    readonly where: string,
    readonly what: string,
    readonly hint: string,
  ) {
    super(`${where}: ${what}; ${hint}`);
  }
}
