import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { bit, slice, type Field } from './field.js';
import { floatParts } from './float-fields.js';
import { flagNaN, writeNaNMatched } from './float-steps.js';
import { copyField, lessThan } from './integer.js';

/** Results of a comparison, one line each; all are 0 where `unordered` is 1. */
export interface FloatComparison {
  readonly less: number;
  readonly equal: number;
  /** An operand is NaN. */
  readonly unordered: number;
}

/** Compares a with b (IEEE 754-2019, 5.11): −0 equals +0, and NaN is unordered with everything. */
export function floatCompare(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  b: Field,
  { less, equal, unordered }: FloatComparison,
): void {
  const x = floatParts(format, a);
  const y = floatParts(format, b);
  const magnitudeBits = x.magnitude.length;
  const differences = asm.scratch('differences', magnitudeBits + 1);
  // |a| < |b|; for two negative numbers the order is the other way round, and equal magnitudes must not turn into "less".
  lessThan(asm, slice(a, 0, magnitudeBits), slice(b, 0, magnitudeBits), less);
  copyField(asm, a, differences);
  for (const [i, line] of b.lines.entries()) asm.step(line, 'toggle', [bit(differences, i)]);

  asm.constant(0, [equal, unordered]);
  asm.search([x.sign], 1n);
  asm.complement([less], 'matched');
  const signsDiffer = bit(differences, magnitudeBits);
  asm.search([signsDiffer], 1n);
  asm.step(x.sign, 'copy', [less], { lanes: 'matched' });
  // Equal patterns, and zeros of either sign.
  asm.search(differences.lines, 0n);
  asm.constant(1, [equal], 'matched');
  asm.search(x.magnitude, 0n);
  asm.search(y.magnitude, 0n, { combine: 'and' });
  asm.constant(1, [equal], 'matched');
  asm.step(equal, 'reset', [less]);
  flagNaN(asm, format, x, unordered);
  flagNaN(asm, format, y, unordered);
  asm.step(unordered, 'reset', [less, equal]);
  asm.free(differences);
}

/**
 * result = the larger of a and b, as ReLU and pooling want it: NaN loses against a number, and of two zeros with different
 * signs +0 wins (IEEE 754-2019, maximumNumber). Two NaNs give the canonical one.
 */
export function floatMaximum(asm: Assembler, format: FloatFormat, a: Field, b: Field, result: Field): void {
  const flags = asm.scratch('comparison', 3);
  const [less, equal, unordered] = [bit(flags, 0), bit(flags, 1), bit(flags, 2)];
  floatCompare(asm, format, a, b, { less, equal, unordered });
  copyField(asm, a, result);
  // b wins where a < b, where a is NaN, and between equal numbers where a is negative (−0).
  asm.search([less], 1n);
  copyField(asm, b, result, 'matched');
  asm.search([equal], 1n);
  asm.search([floatParts(format, a).sign], 1n, { combine: 'and' });
  copyField(asm, b, result, 'matched');
  asm.constant(0, [less]);
  flagNaN(asm, format, floatParts(format, a), less);
  asm.search([less], 1n);
  copyField(asm, b, result, 'matched');
  asm.constant(0, [less]);
  flagNaN(asm, format, floatParts(format, result), less);
  asm.search([less], 1n);
  writeNaNMatched(asm, format, floatParts(format, result));
  asm.free(flags);
}

/** result = a where a > 0 or a is NaN with sign 0, else +0. */
export function floatRectify(asm: Assembler, format: FloatFormat, a: Field, result: Field): void {
  copyField(asm, a, result);
  asm.search([floatParts(format, a).sign], 1n);
  asm.constant(0, result.lines, 'matched');
}
