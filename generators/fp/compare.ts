import { type Bits, type Bool, concat, constant, bits, mux, named, type Signal } from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import type { Result } from './finish.js';
import { type FloatShape, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels } from './levels.js';
import type { Operands, UnitLogic } from './unit.js';
import { type Unpacked, unpack } from './unpack.js';
import { anyTrue, gate } from './words.js';

/**
 * What a comparison delivers: `order` a word {unordered, greater, equal, less} of which one bit is 1; `equal`, `less`
 * and `less-or-equal` one bit; `minimum` and `maximum` an operand.
 */
export const comparisons = ['order', 'equal', 'less', 'less-or-equal', 'minimum', 'maximum'] as const;
export type Comparison = (typeof comparisons)[number];

/** Ordered comparisons signal invalid for every NaN, the others for signalling ones (IEEE 754-2019, 5.6.1, 5.11). */
export function compareLogic(options: UnitOptions, comparison: Comparison): UnitLogic {
  const { format, flush } = options;
  const width = widthOf(format);
  const chain = Chain.of('classify', 2, ({ a, b }: Operands) => {
    const x = unpack(a, format, flush, 'a');
    const y = unpack(b, format, flush, 'b');
    return { a, b, x, y };
  })
    .then('compare', adderLevels(width), ({ a, b, x, y }) => {
      const magnitudeLess = named(a.slice(width - 2, 0).less(b.slice(width - 2, 0)), 'magnitude_less');
      const same = a.slice(width - 2, 0).equals(b.slice(width - 2, 0));
      const bothZero = x.zero.and(y.zero);
      const equal = named(bothZero.or(same.and(x.sign.equals(y.sign))), 'equal');
      // Between zeros, and values with one sign, the order of the magnitudes decides.
      const below = named(
        mux(x.sign.xor(y.sign), x.sign, mux(x.sign, magnitudeLess.or(same).not(), magnitudeLess)),
        'below',
      );
      const unordered = named(x.nan.or(y.nan), 'unordered');
      return { a, b, x, y, equal, below, unordered };
    })
    .then('deliver', 2, (signals): Result => {
      const { x, y, unordered } = signals;
      const signalling = comparison === 'less' || comparison === 'less-or-equal';
      const invalid = signalling ? unordered : x.signalling.or(y.signalling);
      return { result: delivered(comparison, signals, options), flags: concat(invalid, constant(bits(4), 0)) };
    });
  return {
    operation: `compare_${comparison.replaceAll('-', '_')}`,
    purpose: purposes[comparison],
    operands: [
      ['a', width, 'left operand'],
      ['b', width, 'right operand'],
    ],
    rounds: false,
    chain,
  };
}

const purposes: Readonly<Record<Comparison, string>> = {
  order: '{unordered, a > b, a = b, a < b}, quiet',
  equal: 'a = b, quiet',
  less: 'a < b, signalling',
  'less-or-equal': 'a <= b, signalling',
  minimum: 'the smaller operand; -0 is below +0, a number is taken before a NaN',
  maximum: 'the larger operand; +0 is above -0, a number is taken before a NaN',
};

interface Compared {
  readonly a: Signal;
  readonly b: Signal;
  readonly x: Unpacked;
  readonly y: Unpacked;
  readonly equal: Signal<Bool>;
  /** a comes first, a zero of negative sign before the other. */
  readonly below: Signal<Bool>;
  readonly unordered: Signal<Bool>;
}

function delivered(comparison: Comparison, compared: Compared, { format, flush }: UnitOptions): Signal<Bits> {
  const { a, b, x, y, equal, below, unordered } = compared;
  const ordered = unordered.not();
  const less = anyTrue(below.not(), equal, unordered).not();
  switch (comparison) {
    case 'order':
      return concat(unordered, anyTrue(less, equal, unordered).not(), equal.and(ordered), less);
    case 'equal':
      return equal.and(ordered);
    case 'less':
      return less;
    case 'less-or-equal':
      return less.or(equal.and(ordered));
    case 'minimum':
    case 'maximum': {
      const first = comparison === 'minimum' ? below : below.not();
      const takesA = y.nan.or(first.and(x.nan.not()));
      const chosen = mux(takesA, operand(a, x, format, flush), operand(b, y, format, flush));
      return mux(x.nan.and(y.nan), constant(bits(widthOf(format)), canonicalNaN(format)), chosen);
    }
  }
}

/** The pattern as a result: a flushed subnormal is a zero of its sign. */
function operand(pattern: Signal, { sign, zero }: Unpacked, format: FloatShape, flush: boolean): Signal<Bits> {
  if (!flush) return pattern.asUnsigned();
  return concat(sign, gate(pattern.slice(widthOf(format) - 2, 0), zero.not()));
}

function canonicalNaN({ exponentBits, fractionBits, hasInfinity }: FloatShape): bigint {
  const top = ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
  return hasInfinity ? top | (1n << BigInt(fractionBits - 1)) : top | ((1n << BigInt(fractionBits)) - 1n);
}
