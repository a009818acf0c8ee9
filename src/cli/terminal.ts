import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

/** Colours of standard error, where prose goes; never where a file or a pipe reads it. */
export const colors = createColors(isatty(process.stderr.fd) && !process.env['NO_COLOR']);

/** A line of prose. */
export function writeLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The one object of `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A step and what it found: name, fact, further facts. */
export function writeStep(name: string, fact: string, more = ''): void {
  writeLine(`  ${colors.cyan(name.padEnd(9))} ${more === '' ? fact : `${fact.padEnd(32)} ${more}`}`);
}

export function writeWarning(text: string): void {
  writeLine(`  ${colors.yellow('note'.padEnd(9))} ${text}`);
}

/** 6400 → `6,400`. */
export function grouped(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** `1 layer`, `2 layers`, `6,400 layers`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
