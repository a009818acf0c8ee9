import { bits, bool, concat, constant, mux, named } from '../../src/hdl/index.js';
import { subtractIfFits } from './divide.js';
import { biasOf, precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, countLevels, shifterLevels } from './levels.js';
import { normalOperand } from './normal-operand.js';
import type { Recurrence } from './recurrence.js';
import { rightRoom } from './tail.js';
import { unpack } from './unpack.js';
import { anyTrue, join, no, plus, zeros } from './words.js';

/**
 * The square root of a by the pencil-and-paper method, one bit of the root a step: the remainder takes in two bits of
 * the radicand, and four times the root so far plus one is subtracted where it fits.
 */
export function squareRoot(options: UnitOptions): Recurrence {
  const { format, flush } = options;
  const precision = precisionOf(format);
  const width = widthOf(format);
  const bias = biasOf(format);
  // Only a format with few exponents and many fraction bits has square roots below its smallest normal number.
  const smallestExponent = flush ? 1 : 2 - precision;
  const movesRight = Math.floor((smallestExponent + bias) / 2) < 1;
  const digits = precision + (movesRight ? 2 : 1);
  const rootBits = digits + 2;
  return {
    operation: 'square_root',
    purpose: 'the square root of a, rounded once',
    operands: [['a', width, 'radicand']],
    digits,
    movesRight,
    firstLevels: countLevels(precision) + shifterLevels(Math.log2(precision) + 1) + 3,
    digitLevels: adderLevels(rootBits),
    start: ({ a }) => {
      const x = unpack(a, format, flush, 'a');
      const radicand = normalOperand(x, flush, 'a');
      const doubled = radicand.exponent.resize(radicand.exponent.width + 1).add(bias);
      // The unbiased exponent is even where exponent plus bias is, since the bias is odd: two places before the point.
      const odd = doubled.bit(0);
      const zero = constant(bool(), 0);
      const significand = radicand.significand.asUnsigned();
      const pairs = named(mux(odd, concat(significand, zero), concat(zero, significand)), 'radicand');
      const negative = named(x.sign.and(anyTrue(x.zero, x.nan).not()), 'negative');
      return {
        remainder: constant(bits(rootBits), 0),
        operand: join(pairs, zeros(2 * digits - precision - 1)),
        below: named(plus(doubled.shiftRight(1), movesRight ? rightRoom(format) - 1 : -1), 'root_below'),
        sign: x.sign,
        specials: {
          nan: x.nan.or(negative),
          infinite: x.infinity.and(x.sign.not()),
          sign: no(),
          invalid: x.signalling.or(negative),
          divideByZero: no(),
        },
      };
    },
    step: ({ remainder, operand, result }) => {
      const place = remainder.width;
      const taken = concat(remainder.slice(place - 3, 0), operand.slice(operand.width - 1, operand.width - 2));
      const trial = join(result.slice(place - 3, 0), constant(bits(2), 1));
      const { fits, rest } = subtractIfFits(taken, trial);
      const later = join(operand.slice(operand.width - 3, 0), zeros(2));
      return { digit: fits, remainder: rest, operand: later };
    },
  };
}
