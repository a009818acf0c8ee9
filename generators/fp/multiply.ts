import { bitsFor, named, type Signal } from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import type { Specials } from './finish.js';
import { biasOf, type FloatShape, precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { multiplierLevels, reduceLevels } from './levels.js';
import { rightRoom, withTail, type Unrounded } from './tail.js';
import { type Operands, type UnitLogic } from './unit.js';
import { type Unpacked, unpack } from './unpack.js';
import { anyTrue, no, plus, signedWord } from './words.js';

/** a · b: one multiplier, and one shifter that normalises to the left or denormalises to the right. */
export function multiplyLogic(options: UnitOptions): UnitLogic {
  const { format, flush } = options;
  const precision = precisionOf(format);
  const width = widthOf(format);

  // Two subnormal factors have a product far below the smallest exponent, unless there are next to no exponents.
  const largestShift = flush ? 1 : format.exponentBits > 2 ? precision : 2 * precision - 1;

  const front = Chain.of('unpack', 1 + reduceLevels(width), ({ a, b, mode }: Operands) => {
    const x = unpack(a, format, flush, 'a');
    const y = unpack(b, format, flush, 'b');
    const sign = named(x.sign.xor(y.sign), 'product_sign');
    return { x, y, mode, sign, specials: productSpecials(x, y, sign) };
  }).then('multiply', multiplierLevels(precision), ({ x, y, ...others }): Unrounded => {
    const below = productTop(x, y, format, 1 - rightRoom(format));
    const zero = x.zero.or(y.zero);
    const window = named(x.significand.multiply(y.significand).asUnsigned(), 'product');
    return { ...others, magnitude: { window, sticky: no(), below, zero } };
  });

  return {
    operation: 'multiply',
    purpose: 'a * b, rounded once',
    operands: [
      ['a', width, 'factor'],
      ['b', width, 'factor'],
    ],
    rounds: true,
    chain: withTail(front, { ...options, windowBits: 2 * precision, movesRight: true, largestShift }),
  };
}

/** Biased exponent of the top bit of a product of two significands, minus `less`: two's complement. */
export function productTop(x: Unpacked, y: Unpacked, format: FloatShape, less: number): Signal {
  const most = 2 * (2 ** format.exponentBits - 1) - biasOf(format) + 1 - less;
  const width = Math.max(format.exponentBits + 2, bitsFor(most + 1) + 1);
  const sum = signedWord(x.exponent, width).add(signedWord(y.exponent, width));
  return named(plus(sum, 1 - less - biasOf(format)), 'product_top');
}

/** Infinity times zero is invalid. */
export function productSpecials(x: Unpacked, y: Unpacked, sign: Signal): Specials {
  const undefinedProduct = x.infinity.and(y.zero).or(x.zero.and(y.infinity));
  const nan = named(anyTrue(x.nan, y.nan, undefinedProduct), 'result_nan');
  return {
    nan,
    infinite: named(x.infinity.or(y.infinity).and(nan.not()), 'result_infinite'),
    sign: sign.asUnsigned().bit(0),
    invalid: named(anyTrue(x.signalling, y.signalling, undefinedProduct), 'invalid'),
    divideByZero: no(),
  };
}
