import type { Options } from 'yargs';

/** A command of `sotto` as data, and what it does. */
export interface Command {
  readonly name: string;
  /** Name and positional argument, as in `generate <model>`. */
  readonly usage: string;
  readonly summary: string;
  readonly positional: { readonly name: string; readonly summary: string };
  /** Values are strings or booleans: numbers are checked by `run`, whose messages say more. */
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly epilogue?: string;
  /** @returns the exit code */
  readonly run: (argv: Readonly<Record<string, unknown>>) => Promise<number>;
}
