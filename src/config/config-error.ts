/** A configuration file that cannot be used, told in one line: where, what, and what to do about it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly where: string,
    readonly what: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${where}: ${what}; ${hint}`.replaceAll(/\s*\n\s*/g, ' '), options);
  }
}
