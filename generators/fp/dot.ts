import { bitsFor, named, type Signal, sum } from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import { precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, multiplierLevels, reduceLevels, shifterLevels } from './levels.js';
import { longBits, longProduct, type LongShape, mergeFacts, placed, productBits, sumMagnitude } from './long-sum.js';
import { withTail } from './tail.js';
import type { Operands, UnitLogic } from './unit.js';
import { unpack } from './unpack.js';

/**
 * The dot product of two vectors of `terms` elements, element 0 at the bottom of the words: exact products, an exact
 * sum, one rounding. The sum is a fixed-point number as wide as the format's range asks: for formats of few exponents.
 */
export function dotLogic(options: UnitOptions, terms: number): UnitLogic {
  const { format, flush } = options;
  const width = widthOf(format);
  const precision = precisionOf(format);
  // One bit for the sign.
  const shape: LongShape = { format, growthBits: bitsFor(terms) + 1 };
  const windowBits = longBits(shape);
  const element = (vector: Signal, index: number): Signal => vector.slice((index + 1) * width - 1, index * width);
  const indices = Array.from({ length: terms }, (_, index) => index);

  const front = Chain.of('unpack', 1 + reduceLevels(width), ({ a, b, mode }: Operands) => {
    const pairs = indices.map((index) => ({
      x: unpack(element(a, index), format, flush, `a${index}`),
      y: unpack(element(b, index), format, flush, `b${index}`),
    }));
    return { pairs, mode };
  })
    .then('multiply', multiplierLevels(precision), ({ pairs, mode }) => ({
      products: pairs.map(({ x, y }, index) => longProduct(x, y, `term${index}`)),
      mode,
    }))
    .then('place', shifterLevels(format.exponentBits + 1) + adderLevels(windowBits), ({ products, mode }) => ({
      placedTerms: products.map((product, index) => placed(product, shape, `term${index}`)),
      facts: mergeFacts(products),
      mode,
    }))
    .then('sum', bitsFor(terms) * adderLevels(windowBits), ({ placedTerms, facts, mode }) => {
      const total = sum(placedTerms.map((term) => term.asSigned())).resize(windowBits);
      return { total: named(total.asUnsigned(), 'exact_sum'), facts, mode };
    })
    .then('magnitude', adderLevels(windowBits), ({ total, facts, mode }) => sumMagnitude(total, facts, mode, shape));

  return {
    operation: `dot_product_${terms}`,
    purpose: `the dot product of two vectors of ${terms} elements, rounded once; sum of ${productBits(format)} bits`,
    operands: [
      ['a', terms * width, 'vector, element 0 at the bottom'],
      ['b', terms * width, 'vector, element 0 at the bottom'],
    ],
    rounds: true,
    chain: withTail(front, { ...options, windowBits, movesRight: false }),
  };
}
