import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { bit, slice, type Field } from './field.js';

/** The parts of a floating-point number in lines, least significant first. */
export interface FloatParts {
  readonly fraction: readonly number[];
  readonly exponent: readonly number[];
  readonly sign: number;
  /** Fraction and exponent together. */
  readonly magnitude: readonly number[];
}

export function floatParts(format: FloatFormat, field: Field): FloatParts {
  const { fractionBits, exponentBits } = format;
  return {
    fraction: slice(field, 0, fractionBits).lines,
    exponent: slice(field, fractionBits, fractionBits + exponentBits).lines,
    sign: bit(field, fractionBits + exponentBits),
    magnitude: slice(field, 0, fractionBits + exponentBits).lines,
  };
}

/** Where a result is formed: `below` are the lines just under its fraction, so that a search reaches both at once. */
export interface FloatResult {
  readonly field: Field;
  readonly parts: FloatParts;
  readonly below: readonly number[];
  readonly release: () => void;
}

/** Allocates a result, as an output of the program when `role` says so, with `below` scratch lines under its fraction. */
export function allocateResult(
  asm: Assembler,
  format: FloatFormat,
  name: string,
  below: number,
  role: 'output' | 'scratch',
): FloatResult {
  const width = 1 + format.exponentBits + format.fractionBits;
  const lower = asm.scratch(`below ${name}`, below);
  const field = role === 'output' ? asm.output(name, width) : asm.scratch(name, width);
  return { field, parts: floatParts(format, field), below: lower.lines, release: () => asm.free(lower) };
}

/** All ones of a width, as a search key. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
