import { bool, concat, constant, mux, named, type Signal } from '../../src/hdl/index.js';
import type { Bits, Bool } from '../../src/hdl/index.js';
import type { Specials } from './finish.js';
import { biasOf, precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, countLevels, shifterLevels } from './levels.js';
import { normalOperand } from './normal-operand.js';
import type { Recurrence } from './recurrence.js';
import { rightRoom } from './tail.js';
import { type Unpacked, unpack } from './unpack.js';
import { anyTrue, complementIf, addWithCarry, gate } from './words.js';

/** a / b by restoring division, one bit of the quotient a step; the remainder makes the result sticky. */
export function division(options: UnitOptions): Recurrence {
  const { format, flush } = options;
  const precision = precisionOf(format);
  const width = widthOf(format);
  return {
    operation: 'divide',
    purpose: 'a / b, rounded once',
    operands: [
      ['a', width, 'dividend'],
      ['b', width, 'divisor'],
    ],
    // The quotient of two significands is above 1/2: one place more than significand and half.
    digits: precision + 2,
    movesRight: true,
    firstLevels: countLevels(precision) + shifterLevels(Math.log2(precision) + 1) + 3,
    digitLevels: adderLevels(precision + 1),
    start: ({ a, b }) => {
      const x = unpack(a, format, flush, 'a');
      const y = unpack(b, format, flush, 'b');
      const sign = named(x.sign.xor(y.sign), 'quotient_sign');
      const dividend = normalOperand(x, flush, 'a');
      const divisor = normalOperand(y, flush, 'b');
      const exponentBits = dividend.exponent.width + 1;
      const difference = dividend.exponent.resize(exponentBits).subtract(divisor.exponent.resize(exponentBits));
      return {
        remainder: concat(constant(bool(), 0), gate(dividend.significand, y.infinity.not())),
        operand: divisor.significand.asUnsigned(),
        below: named(difference.add(biasOf(format) - 1 + rightRoom(format)), 'quotient_below'),
        sign,
        specials: quotientSpecials(x, y, sign),
      };
    },
    step: ({ remainder, operand }) => {
      const divisor = concat(constant(bool(), 0), operand);
      const { fits, rest } = subtractIfFits(remainder, divisor);
      return { digit: fits, remainder: concat(rest.slice(precision - 1, 0), constant(bool(), 0)) };
    },
  };
}

/** left - right and true where that is not negative, else left and false. */
export function subtractIfFits(
  left: Signal<Bits>,
  right: Signal<Bits>,
): { readonly fits: Signal<Bool>; readonly rest: Signal<Bits> } {
  const width = left.width + 1;
  const always = constant(bool(), 1);
  const difference = addWithCarry(
    left.resize(width).asUnsigned(),
    complementIf(right.resize(width).asUnsigned(), always),
    always,
  );
  const fits = difference.top().not();
  return { fits, rest: mux(fits, difference.slice(left.width - 1, 0), left) };
}

/** Zero by zero and infinity by infinity are invalid; another number by zero is an exact infinity. */
function quotientSpecials(x: Unpacked, y: Unpacked, sign: Signal<Bool>): Specials {
  const undefinedQuotient = x.zero.and(y.zero).or(x.infinity.and(y.infinity));
  const nan = named(anyTrue(x.nan, y.nan, undefinedQuotient), 'result_nan');
  const divideByZero = named(y.zero.and(anyTrue(x.zero, x.infinity, x.nan).not()), 'divide_by_zero');
  return {
    nan,
    infinite: named(x.infinity.or(y.zero).and(nan.not()), 'result_infinite'),
    sign,
    invalid: named(anyTrue(x.signalling, y.signalling, undefinedQuotient), 'invalid'),
    divideByZero,
  };
}
