import { z } from 'zod';
import { rawPreprocess, unitPreprocess } from '../build/preprocess.js';
import type { Preprocess } from '../network/quantize/options.js';
import { UsageError } from './report-error.js';

/** An option with a value. Without a type, because help would call numbers strings; `run` checks what is given. */
export const value = { requiresArg: true } as const;

/** A flag's value as text; a flag that is given twice is an error. */
export function text(flag: string, entry: unknown): string | undefined {
  if (entry === undefined) return undefined;
  if (Array.isArray(entry)) throw new UsageError(`--${flag} is given ${entry.length} times`, 'give it once');
  const given = z.string().safeParse(entry);
  if (!given.success || given.data === '') throw new UsageError(`--${flag} has no value`, `write --${flag} VALUE`);
  return given.data;
}

/** A whole number in a range. */
export function whole(flag: string, entry: unknown, least: number, most: number): number | undefined {
  const given = text(flag, entry);
  if (given === undefined) return undefined;
  const range = most === Infinity ? `from ${least} up` : `${least} … ${most}`;
  const number = z.coerce.number().int().min(least).max(most).safeParse(given);
  if (number.success && /^\s*\+?\d+\s*$/.test(given)) return number.data;
  throw new UsageError(`--${flag} is '${given}'`, `give a whole number ${range}`);
}

/** A number above 0. */
export function positive(flag: string, entry: unknown): number | undefined {
  const given = text(flag, entry);
  if (given === undefined) return undefined;
  const number = z.coerce.number().positive().safeParse(given);
  if (number.success) return number.data;
  throw new UsageError(`--${flag} is '${given}'`, 'give a number above 0');
}

/** One of some words. */
export function choice<Word extends string>(flag: string, entry: unknown, words: readonly Word[]): Word | undefined {
  const given = text(flag, entry);
  const found = words.find((word) => word === given);
  if (given === undefined || found !== undefined) return found;
  throw new UsageError(`--${flag} is '${given}'`, `choose one of ${words.join(', ')}`);
}

/** `raw`, `unit`, or `mean=M,std=S`, which is (byte / 255 − M) / S. */
export function preprocess(flag: string, entry: unknown): Preprocess | undefined {
  const given = text(flag, entry);
  if (given === undefined) return undefined;
  if (given === 'raw') return rawPreprocess;
  if (given === 'unit') return unitPreprocess;
  const numbers = /^mean=([^,=]+),std=([^,=]+)$/.exec(given);
  const parsed = z.tuple([z.coerce.number(), z.coerce.number().positive()]).safeParse(numbers?.slice(1));
  if (!parsed.success) {
    throw new UsageError(`--${flag} is '${given}'`, 'give raw, unit or mean=M,std=S, such as mean=0.1307,std=0.3081');
  }
  return { divisor: 255, mean: parsed.data[0], deviation: parsed.data[1] };
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the entries that are undefined, which would hide others or count as given. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, entry]) => entry !== undefined)) as Given<T>;
}
