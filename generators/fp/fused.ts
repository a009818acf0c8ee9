import { bitsFor, bool, concat, constant, mux, named } from '../../src/hdl/index.js';
import { beyondReach, sumSpecials } from './add.js';
import { Chain } from './chain.js';
import type { Specials } from './finish.js';
import { precisionOf, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, multiplierLevels, reduceLevels, shifterLevels } from './levels.js';
import { productTop } from './multiply.js';
import { roundsDown } from './rounding.js';
import { shiftRight } from './shift.js';
import { type Unrounded, withTail } from './tail.js';
import type { Operands, UnitLogic } from './unit.js';
import { type Unpacked, unpack } from './unpack.js';
import { addWithCarry, anyTrue, complementIf, gate, join, no, signedWord, zeros } from './words.js';

/**
 * Bits below the product that the window needs. Bits are lost only where the two terms are too far apart to cancel by
 * more than one place, or where the product has the leading zeros of one subnormal factor; then rounding reaches two
 * bits below the product's last.
 */
const guardBits = 2;

/**
 * a · b + c with one rounding. The term with the larger exponent stays where it is, the other moves right to it, so that
 * the window is as wide as the product and not three significands. The exponent of c is never below that of a
 * subnormal: a result below the smallest normal is aligned to it by the same shifter.
 */
export function fusedLogic(options: UnitOptions): UnitLogic {
  const { format, flush } = options;
  const precision = precisionOf(format);
  const width = widthOf(format);
  const frameBits = 2 * precision + guardBits;
  const windowBits = frameBits + 1;
  const places = bitsFor(frameBits + 1);
  const middle = Math.ceil(places / 2);
  const exponentWidth = format.exponentBits + 2;

  const front = Chain.of('unpack', 1 + reduceLevels(width), ({ a, b, c, mode }: Operands) => {
    const x = unpack(a, format, flush, 'a');
    const y = unpack(b, format, flush, 'b');
    const z = unpack(c, format, flush, 'c');
    const productSign = named(x.sign.xor(y.sign), 'product_sign');
    const differ = named(productSign.xor(z.sign), 'signs_differ');
    const specials = fusedSpecials(x, y, z, productSign);
    return { x, y, z, mode, productSign, differ, productZero: x.zero.or(y.zero), specials };
  })
    .then('exponents', 2 * adderLevels(exponentWidth) + 1, ({ x, y, z, productZero, productSign, ...others }) => {
      // Biased exponents of the top bits: the product's is that of 2^1, the addend's that of 2^0.
      const product = productTop(x, y, format, 0);
      const addend = signedWord(z.exponent, exponentWidth);
      const difference = product.resize(exponentWidth + 1).subtract(addend.resize(exponentWidth + 1));
      const backward = named(difference.top(), 'product_moves');
      const addendLeads = named(backward.or(productZero), 'addend_leads');
      const distance = complementIf(difference.asUnsigned(), backward).slice(exponentWidth - 1, 0);
      return {
        ...others,
        x,
        y,
        addendLeads,
        productZero,
        backward,
        nonzero: productZero.not().and(backward.or(z.zero.not())),
        // not(d) is -d - 1: what moves the product starts a place further right.
        distance: named(distance, 'exponent_distance'),
        below: named(mux(addendLeads, addend, product).slice(exponentWidth - 2, 0), 'large_exponent'),
        addendSignificand: z.significand,
        signs: { leading: mux(addendLeads, z.sign, productSign), product: productSign },
      };
    })
    .then('multiply', multiplierLevels(precision), ({ x, y, ...others }) => {
      const product = named(x.significand.multiply(y.significand).asUnsigned(), 'product');
      return { ...others, product };
    })
    .then(
      'align_far',
      shifterLevels(places - middle) + 1,
      ({ product, addendSignificand, addendLeads, productZero, backward, distance, ...others }) => {
        const productFrame = join(product, zeros(guardBits));
        const addendFrame = join(addendSignificand, zeros(frameBits - precision));
        const larger = named(mux(addendLeads, addendFrame, productFrame), 'large_term');
        const zero = constant(bool(), 0);
        const movingAddend = concat(gate(addendFrame, productZero.not()), zero);
        const small = named(mux(backward, concat(zero, productFrame), movingAddend), 'small_term');
        const start = { word: small, sticky: no() };
        const amount = distance.resize(Math.max(places, distance.width)).asUnsigned();
        const moved = shiftRight(start, amount, { high: places - 1, low: middle }, 'aligned');
        return { ...others, larger, moved, amount };
      },
    )
    .then('align_near', shifterLevels(middle) + 1, ({ moved, amount, nonzero, ...others }) => {
      const near = shiftRight(moved, amount, { high: middle - 1, low: 0 }, 'aligned');
      const far = amount.width > places ? amount.slice(amount.width - 1, places).any() : no();
      const { word, sticky } = beyondReach(near.word, near.sticky, far, nonzero);
      return { ...others, smaller: word.slice(frameBits, 1), sticky: named(sticky.or(word.bit(0)), 'sticky') };
    })
    .then('add', 2 * adderLevels(windowBits), ({ larger, smaller, sticky, differ, below, ...others }) => {
      const zero = constant(bool(), 0);
      const reversed = named(concat(larger, zero).less(concat(smaller, sticky)).and(differ), 'reversed');
      const carry = anyTrue(differ.not(), reversed, sticky).not();
      const total = addWithCarry(concat(zero, larger), complementIf(concat(zero, smaller), differ), carry);
      // Reversed, the sum is -(s - l) - 1, whose complement is s - l.
      const window = named(complementIf(total, reversed), 'sum');
      return { ...others, differ, reversed, magnitude: { window, sticky, below } };
    })
    .then('sign', 1, ({ magnitude, differ, reversed, signs, mode, specials }): Unrounded => {
      const cancelled = anyTrue(magnitude.window.any(), magnitude.sticky).not();
      const zeroSign = mux(differ, roundsDown(mode), signs.product);
      const sign = mux(cancelled, zeroSign, signs.leading.xor(reversed));
      return { magnitude, sign: named(sign, 'sum_sign'), mode, specials };
    });

  return {
    operation: 'fused_multiply_add',
    purpose: 'a * b + c, rounded once',
    operands: [
      ['a', width, 'factor'],
      ['b', width, 'factor'],
      ['c', width, 'summand'],
    ],
    rounds: true,
    chain: withTail(front, { ...options, windowBits, movesRight: false }),
  };
}

/** Infinity times zero is invalid, also where c is a NaN; so are an infinite product and an opposite infinity. */
function fusedSpecials(x: Unpacked, y: Unpacked, z: Unpacked, productSign: ReturnType<typeof no>): Specials {
  const undefinedProduct = x.infinity.and(y.zero).or(x.zero.and(y.infinity));
  const infinity = x.infinity.or(y.infinity).and(undefinedProduct.not());
  const nan = anyTrue(x.nan, y.nan, undefinedProduct);
  const product: Unpacked = { ...x, sign: productSign, infinity: infinity.and(nan.not()), nan, signalling: no() };
  const sum = sumSpecials(product, z, productSign.xor(z.sign));
  return { ...sum, invalid: anyTrue(sum.invalid, x.signalling, y.signalling, undefinedProduct) };
}
