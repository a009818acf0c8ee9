import {
  bits,
  bitsFor,
  type Bits,
  type Bool,
  constant,
  mux,
  named,
  type Signal,
  signedBits,
} from '../../src/hdl/index.js';
import type { Specials } from './finish.js';
import { biasOf, type FloatShape } from './float-shape.js';
import { type Mode, roundsDown } from './rounding.js';
import type { Unrounded } from './tail.js';
import type { Unpacked } from './unpack.js';
import { addWithCarry, anyTrue, complementIf, gate, no } from './words.js';

/**
 * Sums as fixed-point numbers that hold every product of the format exactly (Kulisch's long accumulator): bit 0 is worth
 * the product of two smallest subnormals, and `growthBits` lie above the largest product for carries and the sign.
 */
export interface LongShape {
  readonly format: FloatShape;
  readonly growthBits: number;
}

/** Bits of the largest product's magnitude. */
export function productBits({ exponentBits, fractionBits, hasInfinity }: FloatShape): number {
  const largestExponent = 2 ** exponentBits - (hasInfinity ? 2 : 1);
  return 2 * (fractionBits + 1) + 2 * (largestExponent - 1);
}

/** Bits of the two's complement sum. */
export function longBits({ format, growthBits }: LongShape): number {
  return productBits(format) + growthBits;
}

/** What a sum must remember beside its value. */
export interface TermFacts {
  readonly nan: Signal<Bool>;
  readonly invalid: Signal<Bool>;
  readonly positiveInfinity: Signal<Bool>;
  readonly negativeInfinity: Signal<Bool>;
  /** A finite term of this sign was seen, zeros included. */
  readonly positive: Signal<Bool>;
  readonly negative: Signal<Bool>;
}

/** A product between its multiplication and its place in the sum. */
export interface Product extends TermFacts {
  readonly product: Signal<Bits>;
  readonly distance: Signal<Bits>;
  readonly sign: Signal<Bool>;
}

/** The exact product of two operands, zero where it is no finite number. */
export function longProduct(x: Unpacked, y: Unpacked, name: string): Product {
  const sign = x.sign.xor(y.sign);
  const undefinedProduct = x.infinity.and(y.zero).or(x.zero.and(y.infinity));
  const nan = named(anyTrue(x.nan, y.nan, undefinedProduct), `${name}_nan`);
  const infinite = x.infinity.or(y.infinity).and(nan.not());
  const finite = named(anyTrue(nan, infinite).not(), `${name}_finite`);
  const product = gate(x.significand.multiply(y.significand), finite);
  const exponentBits = x.exponent.width + 1;
  // Exponents count from 1.
  const sum = x.exponent.resize(exponentBits).add(y.exponent.resize(exponentBits));
  return {
    product: named(product, `${name}_product`),
    distance: named(sum.subtract(2).asUnsigned(), `${name}_distance`),
    sign: named(sign, `${name}_sign`),
    nan,
    invalid: anyTrue(x.signalling, y.signalling, undefinedProduct),
    positiveInfinity: infinite.and(sign.not()),
    negativeInfinity: infinite.and(sign),
    positive: finite.and(sign.not()),
    negative: finite.and(sign),
  };
}

/** The product at its place, in two's complement. */
export function placed({ product, distance, sign }: Product, shape: LongShape, name: string): Signal<Bits> {
  const width = longBits(shape);
  const room = productBits(shape.format);
  const magnitude = named(product.resize(room).asUnsigned().shiftLeft(distance).resize(width), `${name}_magnitude`);
  return named(
    addWithCarry(complementIf(magnitude.asUnsigned(), sign), constant(bits(width), 0), sign),
    `${name}_term`,
  );
}

export function mergeFacts(all: readonly TermFacts[]): TermFacts {
  const merged = (field: keyof TermFacts): Signal<Bool> => anyTrue(...all.map((facts) => facts[field]));
  return {
    nan: merged('nan'),
    invalid: merged('invalid'),
    positiveInfinity: merged('positiveInfinity'),
    negativeInfinity: merged('negativeInfinity'),
    positive: merged('positive'),
    negative: merged('negative'),
  };
}

/**
 * The sum as a magnitude. An exact zero is negative where all finite terms were negative, and, rounding down, where not
 * all were positive.
 */
export function sumMagnitude(sum: Signal<Bits>, facts: TermFacts, mode: Mode, { format }: LongShape): Unrounded {
  const width = sum.width;
  const negative = named(sum.top(), 'sum_negative');
  const window = addWithCarry(complementIf(sum, negative), constant(bits(width), 0), negative);
  const zeroSign = facts.negative.and(facts.positive.not().or(roundsDown(mode)));
  const lowest = 2 * (1 - biasOf(format) - format.fractionBits);
  const below = width - 1 + lowest + biasOf(format) - 1;
  const { positiveInfinity, negativeInfinity } = facts;
  const opposed = positiveInfinity.and(negativeInfinity).and(facts.nan.not());
  const nan = facts.nan.or(opposed);
  const specials: Specials = {
    nan,
    infinite: positiveInfinity.or(negativeInfinity).and(nan.not()),
    sign: negativeInfinity,
    invalid: facts.invalid.or(opposed),
    divideByZero: no(),
  };
  return {
    magnitude: {
      window: named(window, 'sum_magnitude'),
      sticky: no(),
      below: constant(signedBits(bitsFor(below + 1) + 1), below),
    },
    sign: named(mux(sum.any(), negative, zeroSign), 'sum_sign'),
    mode,
    specials,
  };
}
