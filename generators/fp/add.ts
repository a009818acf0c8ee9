import { bitsFor, bool, type Bool, concat, constant, mux, named, type Signal } from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import type { Specials } from './finish.js';
import { precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, shifterLevels } from './levels.js';
import { roundsDown } from './rounding.js';
import { shiftRight } from './shift.js';
import { withTail, type Unrounded } from './tail.js';
import { type Operands, type UnitLogic } from './unit.js';
import { type Unpacked, unpack } from './unpack.js';
import { addWithCarry, anyTrue, complementIf, join, no, zeros } from './words.js';

/** Bits below the significand that a sum needs to round; all below them is one sticky bit. */
const guardBits = 2;

/**
 * a + b, or a - b. One path: the operand of the smaller magnitude moves right to the other's exponent, one adder, then
 * the leading one moves to its place. A subnormal sum is exact.
 */
export function addLogic(options: UnitOptions, subtract = false): UnitLogic {
  const { format, flush } = options;
  const precision = precisionOf(format);
  const windowBits = precision + guardBits + 1;
  const width = widthOf(format);
  const places = bitsFor(precision + guardBits + 1);
  const middle = Math.ceil(places / 2);

  const front = Chain.of('order', adderLevels(width - 1) + 2, ({ a, b, mode }: Operands) => {
    const x = unpack(a, format, flush, 'a');
    const raw = unpack(b, format, flush, 'b');
    const y: Unpacked = subtract ? { ...raw, sign: raw.sign.not() } : raw;
    const swap = named(a.slice(width - 2, 0).less(b.slice(width - 2, 0)), 'swap');
    const differ = named(x.sign.xor(y.sign), 'signs_differ');
    const larger = {
      exponent: named(mux(swap, y.exponent, x.exponent), 'large_exponent'),
      significand: named(mux(swap, y.significand, x.significand), 'large_significand'),
    };
    const smaller = named(mux(swap, x.significand, y.significand), 'small_significand');
    const distance = named(
      mux(swap, y.exponent.subtract(x.exponent), x.exponent.subtract(y.exponent)),
      'exponent_distance',
    );
    return {
      larger,
      smaller,
      differ,
      distance,
      nonzero: mux(swap, x.zero, y.zero).not(),
      mode,
      sign: named(mux(swap, y.sign, x.sign), 'large_sign'),
      zeroSign: mux(differ, roundsDown(mode), x.sign),
      specials: sumSpecials(x, y, differ),
    };
  })
    .then('align_far', shifterLevels(places - middle) + 1, ({ smaller, distance, ...others }) => {
      const start = { word: join(smaller, zeros(guardBits)), sticky: no() };
      const moved = shiftRight(
        start,
        distance.resize(Math.max(places, distance.width)),
        { high: places - 1, low: middle },
        'aligned',
      );
      return { ...others, moved, distance };
    })
    .then('align_near', shifterLevels(middle) + 1, ({ moved, distance, nonzero, ...others }) => {
      const amount = distance.resize(Math.max(places, distance.width));
      const near = shiftRight(moved, amount, { high: middle - 1, low: 0 }, 'aligned');
      const far = amount.width > places ? amount.slice(amount.width - 1, places).any() : no();
      return { ...others, aligned: beyondReach(near.word, near.sticky, far, nonzero) };
    })
    .then('add', adderLevels(windowBits), ({ larger, aligned, differ, ...others }) => {
      const zero = constant(bool(), 0);
      const augend = join(zero, larger.significand, zeros(guardBits));
      const addend = complementIf(concat(zero, aligned.word), differ);
      const window = named(addWithCarry(augend, addend, differ.and(aligned.sticky.not())), 'sum');
      return { ...others, magnitude: { window, sticky: aligned.sticky, below: larger.exponent } };
    })
    .then('sign', 1, ({ magnitude, sign, zeroSign, ...others }): Unrounded => {
      const cancelled = magnitude.window.any().not();
      return { ...others, magnitude, sign: named(mux(cancelled, zeroSign, sign), 'sum_sign') };
    });

  const operation = subtract ? 'subtract' : 'add';
  return {
    operation,
    purpose: subtract ? 'a - b, rounded once' : 'a + b, rounded once',
    operands: [
      ['a', width, subtract ? 'minuend' : 'summand'],
      ['b', width, subtract ? 'subtrahend' : 'summand'],
    ],
    rounds: true,
    chain: withTail(front, { ...options, windowBits, movesRight: false, exactBelowNormal: true, carryAhead: true }),
  };
}

/** Where the distance is beyond the shifter, nothing is left of the word but that it was not zero. */
export function beyondReach(
  word: Signal,
  sticky: Signal<Bool>,
  far: Signal<Bool>,
  nonzero: Signal<Bool>,
): { readonly word: ReturnType<typeof join>; readonly sticky: Signal<Bool> } {
  if (far.expression.kind === 'constant') return { word: word.asUnsigned(), sticky };
  const lost = named(sticky.or(far.and(nonzero)), 'aligned_sticky');
  return { word: named(mux(far, constant(word.asUnsigned().type, 0), word.asUnsigned()), 'aligned'), sticky: lost };
}

/** Infinities of both signs are invalid; `differ` holds where the signs of the summands do. */
export function sumSpecials(x: Unpacked, y: Unpacked, differ: Signal<Bool>): Specials {
  const opposed = x.infinity.and(y.infinity).and(differ);
  const nan = anyTrue(x.nan, y.nan, opposed);
  const infinite = x.infinity.or(y.infinity).and(nan.not());
  return {
    nan: named(nan, 'result_nan'),
    infinite: named(infinite, 'result_infinite'),
    sign: mux(x.infinity, x.sign, y.sign),
    invalid: named(anyTrue(x.signalling, y.signalling, opposed), 'invalid'),
    divideByZero: no(),
  };
}
