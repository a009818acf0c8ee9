import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { bit, fieldWidth, slice, type Field } from './field.js';
import { floatParts, ones, type FloatResult } from './float-fields.js';
import {
  flagNaN,
  gatherSticky,
  infinityKey,
  normaliseLeft,
  replaceOverflow,
  roundToNearestEven,
  shiftRightSticky,
  truncateAndFlush,
  writeInfinityMatched,
  writeNaNMatched,
  type Variant,
} from './float-steps.js';
import { copyField, negateMatched, topBit } from './integer.js';
import { addConstant } from './constant.js';

/** Lines that conversions need under the fraction of their result, for a source significand of `sourceBits` bits. */
export function linesBelowConversion(format: FloatFormat, sourceBits: number): number {
  return Math.max(2, sourceBits - format.fractionBits - 1);
}

/** result = a as a floating-point number, rounded once. `a` is unsigned, or two's complement with `signed`. */
export function integerToFloat(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  result: FloatResult,
  variant: Variant,
  signed: boolean,
): void {
  const width = fieldWidth(a);
  const out = result.parts;
  const hidden = asm.scratch('leading bit', 1);
  const significand = [...result.below, ...out.fraction, bit(hidden, 0)];
  const lowest = significand.length - width;
  asm.constant(0, significand.slice(0, Math.max(0, lowest)));
  for (const [i, line] of a.lines.entries()) asm.step(line, 'copy', [significand[lowest + i]!]);
  if (signed) {
    asm.step(topBit(a), 'copy', [out.sign]);
    asm.search([out.sign], 1n);
    negateMatched(asm, significand.slice(lowest));
  } else {
    asm.constant(0, [out.sign]);
  }
  // The field for a leading bit on top, less the one that rounding adds.
  finish(asm, format, result, significand, BigInt(format.bias + width - 2), variant);
  asm.free(hidden);
}

function finish(
  asm: Assembler,
  format: FloatFormat,
  result: FloatResult,
  significand: readonly number[],
  topExponent: bigint,
  variant: Variant,
): void {
  const out = result.parts;
  const excessBits = Math.max(format.hasInfinity ? 0 : 1, topExponent.toString(2).length + 1 - format.exponentBits);
  const spare = asm.scratch('excess exponent', excessBits);
  const exponent = [...out.exponent, ...spare.lines];
  writeConstant(asm, topExponent, exponent);
  normaliseLeft(asm, significand, exponent, { farthest: significand.length - 1 });
  asm.search(significand, 0n);
  asm.constant(0, exponent, 'matched');
  roundAndStore(asm, format, result, significand, exponent, variant);
  asm.free(spare);
}

/** Gathers what lies below the round bit into one sticky line, rounds, and replaces overflow. */
function roundAndStore(
  asm: Assembler,
  format: FloatFormat,
  result: FloatResult,
  significand: readonly number[],
  exponent: readonly number[],
  variant: Variant,
): void {
  const out = result.parts;
  const hidden = significand[significand.length - 1]!;
  const parts = { below: result.below.slice(-2), fraction: out.fraction, hidden };
  if (variant === 'exact') {
    gatherSticky(asm, result.below);
    roundToNearestEven(asm, parts, exponent);
  } else {
    truncateAndFlush(asm, parts, exponent);
  }
  replaceOverflow(asm, format, out, exponent, variant);
}

function writeConstant(asm: Assembler, value: bigint, lines: readonly number[]): void {
  const isOne = (index: number): boolean => ((value >> BigInt(index)) & 1n) !== 0n;
  asm.constant(
    1,
    lines.filter((_, i) => isOne(i)),
  );
  asm.constant(
    0,
    lines.filter((_, i) => !isOne(i)),
  );
}

/**
 * result = a in another format, rounded once. NaN becomes the canonical NaN; an infinity stays one where the target has
 * it and becomes NaN where it does not.
 */
export function floatToFloat(
  asm: Assembler,
  from: FloatFormat,
  to: FloatFormat,
  a: Field,
  result: FloatResult,
  variant: Variant,
): void {
  const x = floatParts(from, a);
  const out = result.parts;
  const spare = asm.scratch('leading bit and sign of exponent', 2);
  const [hidden, negative] = [bit(spare, 0), bit(spare, 1)];
  const exponentWidth = Math.max(from.exponentBits, to.exponentBits) + 2;
  const excess = asm.scratch('excess exponent', exponentWidth - to.exponentBits - 1);
  const exponent = [...out.exponent, ...excess.lines];
  const significand = [...result.below, ...out.fraction, hidden];
  const lowest = significand.length - from.fractionBits - 1;
  asm.constant(0, significand.slice(0, lowest));
  for (const [i, line] of x.fraction.entries()) asm.step(line, 'copy', [significand[lowest + i]!]);
  for (const [i, line] of x.exponent.entries()) asm.step(line, 'copy', [exponent[i]!]);
  asm.constant(0, [...exponent.slice(from.exponentBits), negative]);
  asm.constant(1, [hidden]);
  asm.search(x.exponent, 0n);
  asm.constant(0, [hidden], 'matched');
  if (variant === 'flush') asm.constant(0, significand.slice(0, -1), 'matched');
  else asm.constant(1, [exponent[0]!], 'matched');
  asm.step(x.sign, 'copy', [out.sign]);
  // How far left the number may go: max(exponent, 1) − 1 in the new bias.
  addConstant(asm, BigInt(to.bias - from.bias - 1), [...exponent, negative]);
  const when = { line: negative, value: 0 } as const;
  if (variant === 'exact') normaliseLeft(asm, significand, exponent, { farthest: from.fractionBits, when });
  gatherSticky(asm, result.below);
  const kept = [...result.below.slice(-2), ...out.fraction, hidden];
  if (variant === 'exact') {
    asm.search([negative], 1n);
    negateMatched(asm, exponent);
    shiftRightSticky(asm, kept, exponent, { when: { line: negative, value: 1 } });
    asm.search([negative], 1n);
    asm.constant(0, exponent, 'matched');
  } else {
    asm.search([negative], 1n);
    asm.constant(0, [hidden], 'matched');
  }
  asm.search(kept, 0n);
  asm.constant(0, exponent, 'matched');
  const parts = { below: result.below.slice(-2), fraction: out.fraction, hidden };
  if (variant === 'exact') roundToNearestEven(asm, parts, exponent);
  else truncateAndFlush(asm, parts, exponent);
  replaceOverflow(asm, to, out, exponent, variant);
  const invalid = asm.scratch('NaN', 1);
  asm.constant(0, invalid.lines);
  flagNaN(asm, from, x, bit(invalid, 0));
  if (from.hasInfinity) {
    asm.search(x.exponent, ones(from.exponentBits));
    writeInfinityMatched(asm, to, out);
  }
  asm.search(invalid.lines, 1n);
  writeNaNMatched(asm, to, out);
  asm.free(spare, excess, invalid);
}

/**
 * result = a rounded to an integer (nearest even, or truncated in the flush variant), in two's complement or unsigned;
 * values outside of the range stop at its ends, and NaN gives the largest value (as RISC-V's conversions do).
 */
export function floatToInteger(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  result: Field,
  variant: Variant,
  signed: boolean,
): void {
  const width = fieldWidth(result);
  const x = floatParts(format, a);
  // The leading bit starts on top, with weight 2^(width−1); two lines below the units keep round and sticky bits.
  const places = Math.max(width, format.fractionBits + 1);
  const lower = asm.scratch('fraction of the value', 2 + places - width);
  const value = [...lower.lines, ...result.lines];
  // Holds bias + width and its negative, and an exponent's complement.
  const distanceBits = Math.max(format.exponentBits, (format.bias + width).toString(2).length) + 2;
  const distanceField = asm.scratch('distance', distanceBits);
  const distance = distanceField.lines;
  const flag = asm.scratch('too large', 2);
  const [tooLarge, scratchCarry] = [bit(flag, 0), bit(flag, 1)];
  const lowest = value.length - format.fractionBits - 1;
  asm.constant(0, [...value.slice(0, lowest), tooLarge]);
  for (const [i, line] of x.fraction.entries()) asm.step(line, 'copy', [value[lowest + i]!]);
  const top = value[value.length - 1]!;
  asm.constant(1, [top]);
  asm.search(x.exponent, 0n);
  asm.constant(0, [top], 'matched');
  if (variant === 'flush') asm.constant(0, value, 'matched');
  // distance = bias + width − 1 − max(exponent, 1): negative means that the number is too large.
  for (const [i, line] of x.exponent.entries()) asm.step(line, 'copy', [distance[i]!], { complement: true });
  asm.constant(1, distance.slice(format.exponentBits));
  asm.constant(0, distance.slice(0, 1), 'matched');
  addConstant(asm, BigInt(format.bias + width), distance);
  const negative = distance[distance.length - 1]!;
  asm.search([negative], 1n);
  if (format.hasInfinity) asm.search(x.magnitude, infinityKey(format), { combine: 'or' });
  asm.constant(1, [tooLarge], 'matched');
  shiftRightSticky(asm, value, distance.slice(0, -1), { when: { line: negative, value: 0 } });
  if (variant === 'exact') {
    const below = lower.lines;
    asm.search([...below, result.lines[0]!], 1n << BigInt(below.length - 1), { invert: true });
    asm.search(below.slice(-1), 1n, { combine: 'and' });
    for (const line of result.lines) {
      asm.complement([line], 'matched');
      asm.search([line], 0n, { combine: 'and' });
    }
    asm.constant(1, [tooLarge], 'matched');
  }
  saturate(asm, format, a, result, { signed, tooLarge, scratchCarry });
  asm.free(lower, distanceField, flag);
}

function saturate(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  result: Field,
  {
    signed,
    tooLarge,
    scratchCarry,
  }: { readonly signed: boolean; readonly tooLarge: number; readonly scratchCarry: number },
): void {
  const x = floatParts(format, a);
  const top = topBit(result);
  const rest = slice(result, 0, fieldWidth(result) - 1).lines;
  if (signed) {
    // Magnitudes of 2^(width−1) and more do not fit, except that very one when negative, which saturation gives as well.
    asm.search([top], 1n);
    asm.constant(1, [tooLarge], 'matched');
    asm.search([x.sign], 1n);
    negateMatched(asm, result.lines);
    asm.search([tooLarge], 1n);
    asm.constant(1, rest, 'matched');
    asm.constant(0, [top], 'matched');
    asm.search([x.sign], 1n, { combine: 'and' });
    asm.constant(0, rest, 'matched');
    asm.constant(1, [top], 'matched');
  } else {
    asm.search([tooLarge], 1n);
    asm.constant(1, result.lines, 'matched');
    asm.search([x.sign], 1n);
    asm.constant(0, result.lines, 'matched');
  }
  asm.constant(0, [scratchCarry]);
  flagNaN(asm, format, x, scratchCarry);
  asm.search([scratchCarry], 1n);
  asm.constant(1, signed ? rest : result.lines, 'matched');
  if (signed) asm.constant(0, [top], 'matched');
}

/** Copies a floating-point number with its sign complemented. */
export function floatNegate(asm: Assembler, a: Field, result: Field): void {
  copyField(asm, a, result);
  asm.complement([topBit(result)]);
}
