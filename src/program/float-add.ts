import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { bit, type Field } from './field.js';
import { floatParts, ones, type FloatParts, type FloatResult } from './float-fields.js';
import {
  flagNaN,
  infinityKey,
  normaliseLeft,
  replaceOverflow,
  roundToNearestEven,
  shiftRightSticky,
  truncateAndFlush,
  writeInfinityMatched,
  writeNaNMatched,
  type Alignment,
  type Variant,
} from './float-steps.js';
import { accumulate } from './integer.js';

export interface FloatAddOptions {
  readonly variant: Variant;
  /** a − b instead of a + b. */
  readonly subtract?: boolean;
  readonly alignment?: Alignment;
}

/** Lines that `floatAdd` needs under the fraction of its result. */
export function linesBelowSum(variant: Variant): number {
  return guardLines(variant) + 1;
}

// Ties need guard, round and sticky bits; truncation of a difference needs one bit less.
function guardLines(variant: Variant): number {
  return variant === 'exact' ? 3 : 2;
}

/**
 * result = a ± b. The operands are ordered by magnitude, the smaller is shifted right by the difference of exponents, one
 * addition in place adds or subtracts, and the result is shifted left until it is normal or subnormal, then rounded.
 *
 * The sum is formed with its top line standing for twice the larger operand's leading bit, so that a carry needs no right
 * shift. The exponent line counts how far the sum may still go left; adding the leading bit to it gives the field.
 */
export function floatAdd(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  b: Field,
  result: FloatResult,
  options: FloatAddOptions,
): void {
  const { variant, subtract = false, alignment = 'bits' } = options;
  const { fractionBits, exponentBits } = format;
  const x = floatParts(format, a);
  const y = floatParts(format, b);
  const out = result.parts;
  const guards = guardLines(variant);
  const width = fractionBits + 1 + guards;
  const flags = asm.scratch('smaller, subtracting, NaN', 3);
  const [swapped, subtracting, invalid] = [bit(flags, 0), bit(flags, 1), bit(flags, 2)];
  const hidden = asm.scratch('leading bit', 1).lines[0]!;
  const small = asm.scratch('smaller significand', width);
  const spare = asm.scratch('excess exponent', format.hasInfinity ? 0 : 1);
  const exponent = [...out.exponent, ...spare.lines];
  const smallExponent = asm.scratch('smaller exponent', exponentBits);
  const distance = asm.scratch('distance', exponentBits);
  const sum = [...result.below, ...out.fraction, hidden];
  // The larger operand stands one line lower than the sum that it becomes.
  const large = sum.slice(0, width);
  const largeTop = large[width - 1]!;
  const smallTop = bit(small, width - 1);

  asm.section('order', () => {
    asm.constant(0, [swapped]);
    for (const [i, line] of x.magnitude.entries()) {
      asm.search([y.magnitude[i]!], 1n);
      asm.step(line, 'set', [swapped], { complement: true, lanes: 'matched' });
      asm.step(line, 'reset', [swapped], { lanes: 'unmatched' });
    }
    asm.search([swapped], 1n);
    const order = (first: number, second: number, larger: readonly number[], smaller: number): void => {
      asm.step(first, 'copy', [...larger, smaller]);
      asm.step(second, 'copy', larger, { lanes: 'matched' });
      asm.step(second, 'copy', [smaller], { lanes: 'unmatched' });
    };
    for (let i = 0; i < fractionBits; i++)
      order(x.fraction[i]!, y.fraction[i]!, [large[guards + i]!], bit(small, guards + i));
    for (let i = 0; i < exponentBits; i++) {
      order(x.exponent[i]!, y.exponent[i]!, [out.exponent[i]!, bit(distance, i)], bit(smallExponent, i));
    }
    asm.step(x.sign, 'copy', [out.sign, subtracting]);
    asm.step(y.sign, 'copy', [out.sign], { complement: subtract, lanes: 'matched' });
    asm.step(y.sign, 'toggle', [subtracting], { complement: subtract });
  });

  asm.section('unpack', () => {
    asm.constant(0, [...large.slice(0, guards), ...small.lines.slice(0, guards), hidden, ...spare.lines, invalid]);
    asm.constant(1, [largeTop, smallTop]);
    asm.search(out.exponent, 0n);
    asm.constant(0, [largeTop], 'matched');
    if (variant === 'flush') asm.constant(0, large.slice(guards, -1), 'matched');
    // Subnormal numbers have the exponent of the smallest normal ones.
    else asm.constant(1, [out.exponent[0]!, bit(distance, 0)], 'matched');
    asm.search(smallExponent.lines, 0n);
    asm.constant(0, [smallTop], 'matched');
    if (variant === 'flush') asm.constant(0, small.lines.slice(guards, -1), 'matched');
    else asm.constant(1, [bit(smallExponent, 0)], 'matched');
  });

  asm.section('align', () => {
    const borrow = asm.scratch('borrow', 1);
    asm.constant(0, borrow.lines);
    accumulate(asm, smallExponent.lines, distance.lines, bit(borrow, 0), { subtract: true });
    asm.free(borrow, smallExponent);
    shiftRightSticky(asm, small.lines, distance.lines, { alignment });
    asm.free(distance);
  });

  asm.section('add', () => {
    asm.step(subtracting, 'copy', [hidden]);
    asm.search([subtracting], 1n);
    asm.complement(small.lines, 'matched');
    accumulate(asm, small.lines, large, hidden);
    // A difference of ordered magnitudes always carries out; only the carry of a sum is a bit of it.
    asm.step(subtracting, 'reset', [hidden]);
    asm.free(small);
  });

  asm.section('normalise', () => {
    normaliseLeft(asm, sum, exponent, { farthest: width });
    asm.search(sum, 0n);
    asm.constant(0, exponent, 'matched');
    // x − x is +0.
    asm.search([subtracting], 1n, { combine: 'and' });
    asm.constant(0, [out.sign], 'matched');
  });

  asm.section('round', () => {
    const significand = { below: result.below, fraction: out.fraction, hidden };
    if (variant === 'exact') roundToNearestEven(asm, significand, exponent);
    else truncateAndFlush(asm, significand, exponent);
    replaceOverflow(asm, format, out, exponent, variant);
  });

  asm.section('special values', () => specialSums(asm, format, { x, y, out }, { subtracting, invalid }));
  asm.free(flags, { name: 'leading bit', lines: [hidden] }, spare);
}

function specialSums(
  asm: Assembler,
  format: FloatFormat,
  { x, y, out }: { readonly x: FloatParts; readonly y: FloatParts; readonly out: FloatParts },
  { subtracting, invalid }: { readonly subtracting: number; readonly invalid: number },
): void {
  flagNaN(asm, format, x, invalid);
  flagNaN(asm, format, y, invalid);
  if (format.hasInfinity) {
    asm.search(x.magnitude, infinityKey(format));
    asm.search(y.magnitude, infinityKey(format), { combine: 'and' });
    asm.search([subtracting], 1n, { combine: 'and' });
    asm.constant(1, [invalid], 'matched');
    const special = ones(format.exponentBits);
    asm.search(x.exponent, special);
    asm.search(y.exponent, special, { combine: 'or' });
    writeInfinityMatched(asm, format, out);
  }
  asm.search([invalid], 1n);
  writeNaNMatched(asm, format, out);
}
