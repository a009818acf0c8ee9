import { bits, bitsFor, bool, concat, constant, named } from '../../src/hdl/index.js';
import { beyondReach } from './add.js';
import { Chain } from './chain.js';
import { choose, integerName, type IntegerShape } from './convert.js';
import type { Result } from './finish.js';
import { biasOf, precisionOf, shapeName, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, reduceLevels, shifterLevels } from './levels.js';
import { direction, roundsUp } from './rounding.js';
import { shiftRight } from './shift.js';
import type { Operands, UnitLogic } from './unit.js';
import { unpack } from './unpack.js';
import { addWithCarry, anyOf, anyTrue, complementIf, join, no, zeros } from './words.js';

/**
 * A value rounded to an integer. Out of range, and infinities, give the nearest end of the range and NaN gives the upper
 * end, with invalid alone (RISC-V, F extension).
 */
export function toIntegerLogic(options: UnitOptions, integer: IntegerShape): UnitLogic {
  const { format, flush } = options;
  const { width, signed } = integer;
  const precision = precisionOf(format);
  // Integer bits on top, one bit for the half, and at least the significand.
  const wordBits = Math.max(width + 1, precision);
  const places = bitsFor(wordBits + 1);
  const distanceBits = Math.max(format.exponentBits, bitsFor(biasOf(format) + width), places) + 2;

  const chain = Chain.of('unpack', 1 + reduceLevels(widthOf(format)), ({ a, mode }: Operands) => {
    const x = unpack(a, format, flush, 'a');
    // The top bit of the word is worth 2^(width - 1).
    const top = constant({ kind: 'signedBits', width: distanceBits, signed: true }, biasOf(format) + width - 1);
    const distance = named(top.subtract(x.exponent.resize(distanceBits).asSigned()), 'distance');
    return { x, mode, distance: distance.asUnsigned(), tooLarge: distance.top() };
  })
    .then('shift', shifterLevels(places) + 1, ({ x, distance, tooLarge, mode }) => {
      const start = { word: join(x.significand, zeros(wordBits - precision)), sticky: no() };
      const near = shiftRight(start, distance, { high: places - 1, low: 0 }, 'aligned');
      const far = distance.slice(distanceBits - 2, places).any();
      const { word, sticky } = beyondReach(near.word, near.sticky, far, x.zero.not());
      return { word, sticky, x, tooLarge, mode };
    })
    .then('round', adderLevels(width) + 1, ({ word, sticky, x, tooLarge, mode }) => {
      const kept = word.slice(wordBits - 1, wordBits - width);
      const half = word.bit(wordBits - width - 1);
      const rest = sticky.or(anyOf(word, wordBits - width - 2, 0));
      const up = roundsUp(direction(mode, x.sign), kept.bit(0), half, rest);
      const magnitude = addWithCarry(concat(constant(bool(), 0), kept), constant(bits(width + 1), 0), up);
      return { magnitude: named(magnitude, 'magnitude'), inexact: half.or(rest), x, tooLarge };
    })
    .then('deliver', adderLevels(width) + 2, ({ magnitude, inexact, x, tooLarge }): Result => {
      const value = magnitude.slice(width - 1, 0);
      const carry = magnitude.top();
      const largest = 2n ** BigInt(signed ? width - 1 : width) - 1n;
      const smallest = signed ? 2n ** BigInt(width - 1) : 0n;
      const beyond = signed
        ? carry.or(value.top().and(x.sign.not().or(anyOf(value, width - 2, 0))))
        : carry.or(x.sign.and(value.any()));
      const invalid = named(anyTrue(x.nan, x.infinity, tooLarge.and(x.zero.not()), beyond), 'invalid');
      const negated = signed ? addWithCarry(complementIf(value, x.sign), constant(bits(width), 0), x.sign) : value;
      const end = choose(x.sign.and(x.nan.not()), smallest, constant(bits(width), largest));
      const result = invalid.repeat(width).and(end.asUnsigned()).or(invalid.not().repeat(width).and(negated));
      const flags = concat(invalid, constant(bits(3), 0), inexact.and(invalid.not()));
      return { result, flags };
    });
  return {
    operation: `to_${integerName(integer)}`,
    purpose: `a value of ${shapeName(format)} rounded to ${signed ? 'a signed' : 'an unsigned'} integer of ${width} bits`,
    operands: [['a', widthOf(format), 'value']],
    rounds: true,
    chain,
  };
}
