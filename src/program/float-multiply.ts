import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { bit, type Field } from './field.js';
import { floatParts, ones, type FloatParts, type FloatResult } from './float-fields.js';
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
import { negateMatched } from './integer.js';
import { multiplyLines } from './multiply.js';

/** Lines that `floatMultiply` needs under the fraction of its result: the lower half of the product. */
export function linesBelowProduct(format: FloatFormat): number {
  return format.fractionBits + 1;
}

/**
 * result = a · b. The significands are multiplied exactly into the lines of the result and those below; the product goes
 * left if a subnormal operand left zeros on top, or right if the result is subnormal, and is rounded once.
 *
 * The exponent lines count how far the product may go left: ea + eb − bias, where a subnormal operand counts as exponent
 * 1. Where that is negative the product goes right instead.
 */
export function floatMultiply(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  b: Field,
  result: FloatResult,
  variant: Variant,
): void {
  const { fractionBits } = format;
  const x = floatParts(format, a);
  const y = floatParts(format, b);
  const out = result.parts;
  const leading = asm.scratch('leading bits', 3);
  const [leadingX, leadingY, hidden] = [bit(leading, 0), bit(leading, 1), bit(leading, 2)];
  const product = [...result.below, ...out.fraction, hidden];
  const spare = asm.scratch('excess exponent and its sign', 2);
  const negative = bit(spare, 1);
  const exponent = [...out.exponent, bit(spare, 0)];
  const roundBelow = result.below.slice(-2);

  asm.section('exponent', () => {
    asm.constant(1, [leadingX, leadingY]);
    asm.search(x.exponent, 0n);
    asm.constant(0, [leadingX], 'matched');
    asm.search(y.exponent, 0n);
    asm.constant(0, [leadingY], 'matched');
    addExponents(asm, { x, y }, { leadingX, leadingY }, exponent, negative);
    asm.step(x.sign, 'copy', [out.sign]);
    asm.step(y.sign, 'toggle', [out.sign]);
  });

  asm.section('multiply', () => multiplyLines(asm, [...x.fraction, leadingX], [...y.fraction, leadingY], product));

  asm.section('normalise', () => {
    const when = { line: negative, value: 0 } as const;
    // Two normal operands leave one zero on top at most; a subnormal one leaves as many as it has bits.
    normaliseLeft(asm, product, exponent, { farthest: variant === 'exact' ? fractionBits + 1 : 1, when });
  });

  const significand = [...roundBelow, ...out.fraction, hidden];
  asm.section('denormalise', () => {
    if (variant === 'flush') {
      // What is too small, or comes from a subnormal operand, has no leading bit and will be flushed.
      asm.search([negative], 1n);
      asm.search([leadingX], 0n, { combine: 'or' });
      asm.search([leadingY], 0n, { combine: 'or' });
      asm.constant(0, [hidden], 'matched');
      return;
    }
    gatherSticky(asm, result.below);
    asm.search([negative], 1n);
    negateMatched(asm, exponent);
    shiftRightSticky(asm, significand, exponent, { when: { line: negative, value: 1 } });
    asm.search([negative], 1n);
    asm.constant(0, exponent, 'matched');
    asm.search(significand, 0n);
    asm.constant(0, exponent, 'matched');
  });

  asm.section('round', () => {
    const parts = { below: roundBelow, fraction: out.fraction, hidden };
    if (variant === 'exact') roundToNearestEven(asm, parts, exponent);
    else truncateAndFlush(asm, parts, exponent);
    replaceOverflow(asm, format, out, exponent, variant);
  });

  asm.section('special values', () => specialProducts(asm, format, { x, y, out }, { leadingX, leadingY }, variant));
  asm.free(leading, spare);
}

/** exponent = max(ex, 1) + max(ey, 1) + 1 − 2^(E−1), in E + 1 lines and a sign line. */
function addExponents(
  asm: Assembler,
  { x, y }: { readonly x: FloatParts; readonly y: FloatParts },
  { leadingX, leadingY }: { readonly leadingX: number; readonly leadingY: number },
  exponent: readonly number[],
  negative: number,
): void {
  const bits = x.exponent.length;
  const lowest = asm.scratch('lowest exponent bits', 2);
  const [lowX, lowY] = [bit(lowest, 0), bit(lowest, 1)];
  asm.step(x.exponent[0]!, 'copy', [lowX]);
  asm.step(leadingX, 'set', [lowX], { complement: true });
  asm.step(y.exponent[0]!, 'copy', [lowY]);
  asm.step(leadingY, 'set', [lowY], { complement: true });
  asm.constant(1, [exponent[0]!]);
  for (let i = 0; i < bits; i++) {
    asm.addBit(i === 0 ? lowX : x.exponent[i]!, i === 0 ? lowY : y.exponent[i]!, exponent[i]!, exponent[i + 1]!);
  }
  asm.free(lowest);
  // Less 2^(E−1): the bit flips, and borrows from those above where it was 0.
  const [low, high] = exponent.slice(-2) as [number, number];
  asm.constant(0, [negative]);
  asm.complement([low]);
  asm.search([low], 1n);
  asm.complement([high], 'matched');
  asm.search([high], 1n, { combine: 'and' });
  asm.constant(1, [negative], 'matched');
}

function specialProducts(
  asm: Assembler,
  format: FloatFormat,
  { x, y, out }: { readonly x: FloatParts; readonly y: FloatParts; readonly out: FloatParts },
  leading: { readonly leadingX: number; readonly leadingY: number },
  variant: Variant,
): void {
  const invalid = asm.scratch('NaN', 1);
  asm.constant(0, invalid.lines);
  flagNaN(asm, format, x, bit(invalid, 0));
  flagNaN(asm, format, y, bit(invalid, 0));
  if (format.hasInfinity) {
    for (const [infinite, other, otherLeading] of [
      [x, y, leading.leadingY],
      [y, x, leading.leadingX],
    ] as const) {
      asm.search(infinite.magnitude, infinityKey(format));
      // A flushed operand is a zero: it has no leading bit.
      if (variant === 'flush') asm.search([otherLeading], 0n, { combine: 'and' });
      else asm.search(other.magnitude, 0n, { combine: 'and' });
      asm.constant(1, invalid.lines, 'matched');
    }
    const special = ones(format.exponentBits);
    asm.search(x.exponent, special);
    asm.search(y.exponent, special, { combine: 'or' });
    writeInfinityMatched(asm, format, out);
  }
  asm.search(invalid.lines, 1n);
  writeNaNMatched(asm, format, out);
  asm.free(invalid);
}
