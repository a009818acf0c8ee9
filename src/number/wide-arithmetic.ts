import type { Arithmetic, IntegerType } from './arithmetic.js';
import { type Decoded, doubleBits, toNumber } from './decode.js';
import { type FloatFormat, fp64 } from './format.js';
import { roundToInteger } from './integer-conversion.js';
import { type ArithmeticOptions, Flag, type RoundingMode } from './rounding.js';
import { bitLength } from './twos-complement.js';
import { WideRounder } from './wide-rounder.js';

type Finite = Extract<Decoded, { kind: 'finite' }>;
type NotNaN = Exclude<Decoded, { kind: 'nan' }>;

/** Exact reference arithmetic on bigint patterns of any supported format. */
export class WideArithmetic extends WideRounder implements Arithmetic<bigint> {
  add(a: bigint, b: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    return this.sum(this.decode(a), this.decode(b), mode);
  }

  subtract(a: bigint, b: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const subtrahend = this.decode(b);
    const negated: Decoded =
      subtrahend.kind === 'nan' ? subtrahend : { ...subtrahend, sign: subtrahend.sign === 0 ? 1 : 0 };
    return this.sum(this.decode(a), negated, mode);
  }

  multiply(a: bigint, b: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const x = this.decode(a);
    const y = this.decode(b);
    if (x.kind === 'nan' || y.kind === 'nan') return this.propagateNaN(x, y);
    const product = multiplyExactly(x, y);
    if (product.kind === 'nan') return this.invalidOperation();
    if (product.kind === 'infinity') return this.infinite(product.sign);
    return this.round(product.sign, product.significand, product.exponent, mode);
  }

  fusedMultiplyAdd(a: bigint, b: bigint, c: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const x = this.decode(a);
    const y = this.decode(b);
    const z = this.decode(c);
    const product = multiplyExactly(x, y);
    if (product.kind === 'nan' && x.kind !== 'nan' && y.kind !== 'nan') return this.invalidOperation();
    if (product.kind === 'nan' || z.kind === 'nan') return this.propagateNaN(x, y, z);
    return this.sum(product, z, mode);
  }

  private sum(x: Decoded, y: Decoded, mode: RoundingMode): bigint {
    if (x.kind === 'nan' || y.kind === 'nan') return this.propagateNaN(x, y);
    if (x.kind === 'infinity') {
      return y.kind === 'infinity' && x.sign !== y.sign ? this.invalidOperation() : this.infinite(x.sign);
    }
    if (y.kind === 'infinity') return this.infinite(y.sign);
    const exponent = Math.min(x.exponent, y.exponent);
    const total = align(x, exponent) + align(y, exponent);
    if (total !== 0n) return this.round(total < 0n ? 1 : 0, total < 0n ? -total : total, exponent, mode);
    const bothZero = x.significand === 0n;
    return this.pack(bothZero && x.sign === y.sign ? x.sign : this.zeroSumSign(mode), 0n);
  }

  divide(a: bigint, b: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const x = this.decode(a);
    const y = this.decode(b);
    if (x.kind === 'nan' || y.kind === 'nan') return this.propagateNaN(x, y);
    const sign = x.sign ^ y.sign;
    if (x.kind === 'infinity') return y.kind === 'infinity' ? this.invalidOperation() : this.infinite(sign);
    if (y.kind === 'infinity') return this.pack(sign, 0n);
    if (y.significand === 0n) {
      if (x.significand === 0n) return this.invalidOperation();
      this.flags |= Flag.divideByZero;
      return this.infinite(sign);
    }
    // The quotient needs the precision, a round bit and a sticky bit: 64 or more bits are ample for 53.
    const scale = 64 + bitLength(y.significand);
    const dividend = x.significand << BigInt(scale);
    const quotient = dividend / y.significand;
    const sticky = quotient * y.significand === dividend ? 0n : 1n;
    return this.round(sign, (quotient << 1n) | sticky, x.exponent - y.exponent - scale - 1, mode);
  }

  squareRoot(a: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const x = this.decode(a);
    if (x.kind === 'nan') return this.propagateNaN(x);
    if (x.kind === 'finite' && x.significand === 0n) return this.pack(x.sign, 0n);
    if (x.sign === 1) return this.invalidOperation();
    if (x.kind === 'infinity') return this.infinite(0);
    const scale = 128 + (x.exponent & 1);
    const radicand = x.significand << BigInt(scale);
    const root = integerSquareRoot(radicand);
    const sticky = root * root === radicand ? 0n : 1n;
    return this.round(0, (root << 1n) | sticky, (x.exponent - scale) / 2 - 1, mode);
  }

  equal(a: bigint, b: bigint): boolean {
    return this.compare(a, b, false) === 0;
  }

  less(a: bigint, b: bigint): boolean {
    const order = this.compare(a, b, true);
    return order !== undefined && order < 0;
  }

  lessOrEqual(a: bigint, b: bigint): boolean {
    const order = this.compare(a, b, true);
    return order !== undefined && order <= 0;
  }

  /** Sign of a - b, or undefined with a NaN, which is invalid if signalling or if the comparison is. */
  private compare(a: bigint, b: bigint, signalling: boolean): number | undefined {
    this.flags = 0;
    const x = this.decode(a);
    const y = this.decode(b);
    if (x.kind === 'nan' || y.kind === 'nan') {
      this.propagateNaN(x, y);
      if (signalling) this.flags |= Flag.invalid;
      return undefined;
    }
    return order(x, y);
  }

  minimum(a: bigint, b: bigint): bigint {
    return this.select(a, b, 1);
  }

  maximum(a: bigint, b: bigint): bigint {
    return this.select(a, b, 0);
  }

  /** The larger (smaller if `negated` is 1) of a and b as numbers. */
  private select(a: bigint, b: bigint, negated: number): bigint {
    this.flags = 0;
    const x = this.decode(a);
    const y = this.decode(b);
    if (x.kind === 'nan' || y.kind === 'nan') {
      const nan = this.propagateNaN(x, y);
      if (x.kind !== 'nan') return this.pattern(x, this.rounding);
      return y.kind === 'nan' ? nan : this.pattern(y, this.rounding);
    }
    const difference = order(x, y);
    const firstIsLarger = difference === 0 ? x.sign < y.sign : difference > 0;
    return this.pattern(firstIsLarger === (negated === 0) ? x : y, this.rounding);
  }

  convertFrom(source: FloatFormat, bits: number | bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    const value = this.decodeAs(source, bits);
    if (value.kind === 'nan') return this.propagateNaN(value);
    if (value.kind === 'infinity') return this.convertInfinity(value.sign);
    return this.round(value.sign, value.significand, value.exponent, mode);
  }

  fromNumber(value: number, mode: RoundingMode = this.rounding): bigint {
    return this.convertFrom(fp64, doubleBits(value), mode);
  }

  fromInteger(value: bigint, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    return this.round(value < 0n ? 1 : 0, value < 0n ? -value : value, 0, mode);
  }

  toInteger(a: bigint, type: IntegerType, mode: RoundingMode = this.rounding): bigint {
    const { integer, flags } = roundToInteger(this.decode(a), type, mode);
    this.flags = flags;
    return integer;
  }

  toNumber(a: bigint): number {
    return toNumber(this.decode(a));
  }

  decode(a: bigint): Decoded {
    return this.decodeAs(this.format, a);
  }

  encode(value: Decoded, mode: RoundingMode = this.rounding): bigint {
    this.flags = 0;
    return this.pattern(value, mode);
  }

  private pattern(value: Decoded, mode: RoundingMode): bigint {
    if (value.kind === 'nan') return this.propagateNaN(value);
    return value.kind === 'infinity'
      ? this.infinite(value.sign)
      : this.round(value.sign, value.significand, value.exponent, mode);
  }
}

/** The arithmetic of any format on bigint patterns. */
export function wideArithmetic(format: FloatFormat, options: ArithmeticOptions = {}): WideArithmetic {
  return new WideArithmetic(format, options);
}

/** Sign of x - y, infinities beyond every finite value. */
function order(x: NotNaN, y: NotNaN): number {
  if (x.kind === 'infinity' || y.kind === 'infinity') return rank(x) - rank(y);
  const exponent = Math.min(x.exponent, y.exponent);
  const difference = align(x, exponent) - align(y, exponent);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function rank(value: NotNaN): number {
  if (value.kind === 'finite') return 0;
  return value.sign === 1 ? -1 : 1;
}

/** The signed value in units of 2^exponent, which is at most its own exponent. */
function align(value: Finite, exponent: number): bigint {
  const magnitude = value.significand << BigInt(value.exponent - exponent);
  return value.sign === 1 ? -magnitude : magnitude;
}

/** The exact product; NaN for infinity times zero and for NaN inputs. */
function multiplyExactly(x: Decoded, y: Decoded): Decoded {
  if (x.kind === 'nan' || y.kind === 'nan') return { kind: 'nan', signalling: false };
  const sign = x.sign === y.sign ? 0 : 1;
  if (x.kind === 'finite' && y.kind === 'finite') {
    return {
      kind: 'finite',
      sign,
      significand: x.significand * y.significand,
      exponent: x.exponent + y.exponent,
    };
  }
  const finite = x.kind === 'finite' ? x : y;
  if (finite.kind === 'finite' && finite.significand === 0n) return { kind: 'nan', signalling: false };
  return { kind: 'infinity', sign };
}

/** Floor of the square root, by Newton's iteration from above. */
function integerSquareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
