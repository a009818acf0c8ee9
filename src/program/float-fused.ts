import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { addConstant } from './constant.js';
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
import { accumulate, incrementMatched } from './integer.js';
import { multiplyLines } from './multiply.js';

// Under the product: guard, round and sticky lines for an addend that is smaller.
const guards = 3;

/** Lines of the wide sum: guards, the product, a gap of two under the addend at its highest, and one zero on top. */
function sumWidth(format: FloatFormat): number {
  return guards + 2 * (format.fractionBits + 1) + 2 + (format.fractionBits + 1) + 1;
}

/** Lines that `floatFusedMultiplyAdd` needs under the fraction of its result. */
export function linesBelowFused(format: FloatFormat): number {
  return sumWidth(format) - format.fractionBits - 1;
}

/**
 * result = a · b + c, rounded once. The exact product keeps its place; the addend starts high above it and is shifted
 * right until their weights agree, through the product and into a sticky bit if it is small. An addend so large that it
 * would have to start higher still stays on top: the product, under a gap of two zeros, then only decides the rounding.
 */
export function floatFusedMultiplyAdd(
  asm: Assembler,
  format: FloatFormat,
  a: Field,
  b: Field,
  c: Field,
  result: FloatResult,
  variant: Variant,
): void {
  const { fractionBits, exponentBits } = format;
  const x = floatParts(format, a);
  const y = floatParts(format, b);
  const z = floatParts(format, c);
  const out = result.parts;
  const flags = asm.scratch('flags of the sum', 5);
  const [hidden, subtracting, productSign, carry, zero] = flags.lines as [number, number, number, number, number];
  const sum = [...result.below, ...out.fraction, hidden];
  const addend = sum.slice(0, -1);
  // The sum of two exponents and of constants of the significand's size, with a sign.
  const exponentWidth = Math.max(exponentBits, (fractionBits + 4).toString(2).length) + 3;
  const spare = asm.scratch('excess exponent', exponentWidth - exponentBits);
  const exponent = [...out.exponent, ...spare.lines];
  const product = asm.scratch('product', 2 * fractionBits + 2);
  const lowest = asm.scratch('lowest exponent bits', 3);

  asm.section('unpack', () => {
    const leading = asm.scratch('leading bits', 2);
    asm.constant(0, [...addend.slice(0, -fractionBits - 1), hidden, zero, carry]);
    for (const [i, line] of z.fraction.entries())
      asm.step(line, 'copy', [addend[addend.length - fractionBits - 1 + i]!]);
    for (const [operand, leadingBit, low] of [
      [x, bit(leading, 0), bit(lowest, 0)],
      [y, bit(leading, 1), bit(lowest, 1)],
      [z, addend[addend.length - 1]!, bit(lowest, 2)],
    ] as const) {
      asm.constant(1, [leadingBit]);
      asm.step(operand.exponent[0]!, 'copy', [low]);
      asm.search(operand.exponent, 0n);
      asm.constant(0, [leadingBit], 'matched');
      // Subnormal numbers have the exponent of the smallest normal ones.
      asm.constant(1, [low], 'matched');
    }
    // The mask still holds the lanes whose addend is subnormal.
    if (variant === 'flush') asm.constant(0, addend.slice(-fractionBits - 1), 'matched');
    multiplyLines(asm, [...x.fraction, bit(leading, 0)], [...y.fraction, bit(leading, 1)], product.lines);
    if (variant === 'flush') {
      asm.search([bit(leading, 0)], 0n);
      asm.search([bit(leading, 1)], 0n, { combine: 'or' });
      asm.constant(0, product.lines, 'matched');
    }
    asm.free(leading);
    asm.step(x.sign, 'copy', [productSign, subtracting]);
    asm.step(y.sign, 'toggle', [productSign, subtracting]);
    asm.step(z.sign, 'copy', [out.sign]);
    asm.step(z.sign, 'toggle', [subtracting]);
  });

  asm.section('align', () => {
    const distance = asm.scratch('distance', exponentWidth);
    alignmentDistance(asm, format, { x, y, z }, { lowest, exponent, product, distance, zero });
    shiftRightSticky(asm, addend, distance.lines.slice(0, -1));
    asm.free(distance, lowest);
  });

  asm.section('add', () => {
    // c − p is ~(~c + p), and p − c is ~c + p + 1; which of them is positive, the carry tells.
    asm.search([subtracting], 1n);
    asm.complement(addend, 'matched');
    const high = new Array<number>(addend.length - guards - product.lines.length).fill(zero);
    accumulate(asm, [...product.lines, ...high], addend.slice(guards), carry);
    asm.search([subtracting], 1n);
    asm.search([carry], 0n, { combine: 'and' });
    asm.complement(addend, 'matched');
    asm.search([subtracting], 1n);
    asm.search([carry], 1n, { combine: 'and' });
    asm.step(productSign, 'copy', [out.sign], { lanes: 'matched' });
    incrementMatched(asm, addend);
    asm.free(product);
  });

  asm.section('normalise', () => {
    normaliseLeft(asm, sum, exponent.slice(0, -1), { farthest: sum.length - 1 });
    asm.search(sum, 0n);
    asm.constant(0, exponent, 'matched');
    asm.search([subtracting], 1n, { combine: 'and' });
    asm.constant(0, [out.sign], 'matched');
  });

  asm.section('round', () => {
    const significand = { below: result.below.slice(-2), fraction: out.fraction, hidden };
    if (variant === 'exact') {
      gatherSticky(asm, result.below);
      roundToNearestEven(asm, significand, exponent);
    } else {
      truncateAndFlush(asm, significand, exponent);
    }
    replaceOverflow(asm, format, out, exponent, variant);
  });

  asm.section('special values', () =>
    specialFused(asm, format, { x, y, z, out }, { subtracting, productSign }, variant),
  );
  asm.free(flags, spare);
}

interface Operands {
  readonly x: FloatParts;
  readonly y: FloatParts;
  readonly z: FloatParts;
}

/** Exponent of the sum's top line, and the distance from there to where the addend belongs; both 0 or more. */
function alignmentDistance(
  asm: Assembler,
  format: FloatFormat,
  { x, y, z }: Operands,
  lines: {
    readonly lowest: Field;
    readonly exponent: readonly number[];
    readonly product: Field;
    readonly distance: Field;
    readonly zero: number;
  },
): void {
  const { lowest, exponent, product, distance, zero } = lines;
  const bits = format.exponentBits;
  asm.constant(0, [exponent[0]!, ...exponent.slice(bits + 1)]);
  for (let i = 0; i < bits; i++) {
    const first = i === 0 ? bit(lowest, 0) : x.exponent[i]!;
    const second = i === 0 ? bit(lowest, 1) : y.exponent[i]!;
    asm.addBit(first, second, exponent[i]!, exponent[i + 1]!);
  }
  // The product's top line has exponent ex + ey − bias + 1; the addend's highest place is M + 3 lines above it.
  addConstant(asm, BigInt(format.fractionBits + 4 - format.bias), exponent);
  for (const [i, line] of exponent.entries()) asm.step(line, 'copy', [bit(distance, i)]);
  const exponentZ = [bit(lowest, 2), ...z.exponent.slice(1)];
  const subtrahend = [...exponentZ, ...new Array<number>(exponent.length - bits).fill(zero)];
  const borrow = asm.scratch('borrow', 1);
  asm.constant(0, borrow.lines);
  accumulate(asm, subtrahend, distance.lines, bit(borrow, 0), { subtract: true });
  asm.free(borrow);
  // A product of zero has no place that matters either.
  asm.search(product.lines, 0n);
  asm.search(distance.lines.slice(-1), 1n, { combine: 'or' });
  asm.constant(0, distance.lines, 'matched');
  for (const [i, line] of exponentZ.entries()) asm.step(line, 'copy', [exponent[i]!], { lanes: 'matched' });
  asm.constant(0, exponent.slice(bits), 'matched');
}

function specialFused(
  asm: Assembler,
  format: FloatFormat,
  { x, y, z, out }: Operands & { readonly out: FloatParts },
  { subtracting, productSign }: { readonly subtracting: number; readonly productSign: number },
  variant: Variant,
): void {
  const invalid = asm.scratch('NaN', 1);
  asm.constant(0, invalid.lines);
  for (const operand of [x, y, z]) flagNaN(asm, format, operand, bit(invalid, 0));
  if (format.hasInfinity) {
    const infinity = infinityKey(format);
    for (const [infinite, other] of [
      [x, y],
      [y, x],
    ] as const) {
      asm.search(infinite.magnitude, infinity);
      // Where subnormal operands count as zeros, their exponent alone makes them one.
      asm.search(variant === 'flush' ? other.exponent : other.magnitude, 0n, { combine: 'and' });
      asm.constant(1, invalid.lines, 'matched');
    }
    asm.search(x.magnitude, infinity);
    asm.search(y.magnitude, infinity, { combine: 'or' });
    asm.search(z.magnitude, infinity, { combine: 'and' });
    asm.search([subtracting], 1n, { combine: 'and' });
    asm.constant(1, invalid.lines, 'matched');
    const special = ones(format.exponentBits);
    asm.search(z.exponent, special);
    writeInfinityMatched(asm, format, out);
    asm.step(z.sign, 'copy', [out.sign], { lanes: 'matched' });
    asm.search(x.exponent, special);
    asm.search(y.exponent, special, { combine: 'or' });
    writeInfinityMatched(asm, format, out);
    asm.step(productSign, 'copy', [out.sign], { lanes: 'matched' });
  }
  asm.search(invalid.lines, 1n);
  writeNaNMatched(asm, format, out);
  asm.free(invalid);
}
