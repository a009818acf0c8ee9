/** Training that cannot go on, told in one line. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';

  /**
   * @param where the data, the layer or the step
   * @param what states the fact
   * @param hint what the user can do, without a full stop
   */
  constructor(
    readonly where: string,
    readonly what: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${what}; ${hint}`, options);
  }
}
