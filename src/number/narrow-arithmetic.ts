import type { Arithmetic, IntegerType } from './arithmetic.js';
import { type Decoded, decode, doubleBits, isSubnormal, scaleByPowerOfTwo } from './decode.js';
import { type FloatFormat, fp64 } from './format.js';
import { roundToInteger } from './integer-conversion.js';
import { NarrowRounder } from './narrow-rounder.js';
import { type ArithmeticOptions, Flag, type RoundingMode } from './rounding.js';
import { bitLength } from './twos-complement.js';

const doubleWord = new DataView(new ArrayBuffer(8));

/**
 * Exact reference arithmetic on a format of at most 32 bits, patterns as unsigned numbers below 2^width. The operations
 * up to `squareRoot`, comparisons, and conversions between such formats use 32-bit integers only and are fast.
 */
export class NarrowArithmetic extends NarrowRounder implements Arithmetic<number> {
  private lastSource: NarrowArithmetic | undefined;

  add(a: number, b: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    return this.sum(a >>> this.signShift, this.magnitude(a), b >>> this.signShift, this.magnitude(b), mode);
  }

  subtract(a: number, b: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    return this.sum(a >>> this.signShift, this.magnitude(a), (b >>> this.signShift) ^ 1, this.magnitude(b), mode);
  }

  private sum(signA: number, a: number, signB: number, b: number, mode: RoundingMode): number {
    if (a > this.largestFinite || b > this.largestFinite) {
      if (this.isNaN(a) || this.isNaN(b)) return this.propagateNaN(a, b, 0);
      if (a === b && signA !== signB) return this.invalidOperation();
      return a === this.infinity ? this.pack(signA, a) : this.pack(signB, b);
    }
    if (a === 0) {
      if (b !== 0) return this.pack(signB, b);
      return this.pack(signA === signB ? signA : this.zeroSumSign(mode), 0);
    }
    if (b === 0) return this.pack(signA, a);
    const exponentA = this.exponentOf(a);
    const exponentB = this.exponentOf(b);
    const highA = this.significandOf(a) >>> 1;
    const highB = this.significandOf(b) >>> 1;
    return exponentA >= exponentB
      ? this.roundedSum(signA, exponentA, highA, 0, signB, exponentB, highB, 0, mode)
      : this.roundedSum(signB, exponentB, highB, 0, signA, exponentA, highA, 0, mode);
  }

  multiply(a: number, b: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    const sign = (a ^ b) >>> this.signShift;
    const x = this.magnitude(a);
    const y = this.magnitude(b);
    if (x > this.largestFinite || y > this.largestFinite) {
      if (this.isNaN(x) || this.isNaN(y)) return this.propagateNaN(x, y, 0);
      return x === 0 || y === 0 ? this.invalidOperation() : this.pack(sign, this.infinity);
    }
    if (x === 0 || y === 0) return this.pack(sign, 0);
    return this.roundedProduct(sign, x, y, mode);
  }

  fusedMultiplyAdd(a: number, b: number, c: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    const sign = (a ^ b) >>> this.signShift;
    const signC = c >>> this.signShift;
    const x = this.magnitude(a);
    const y = this.magnitude(b);
    const z = this.magnitude(c);
    if (x > this.largestFinite || y > this.largestFinite || z > this.largestFinite) {
      return this.specialFused(sign, x, y, signC, z);
    }
    if (x === 0 || y === 0) {
      if (z !== 0) return this.pack(signC, z);
      return this.pack(sign === signC ? sign : this.zeroSumSign(mode), 0);
    }
    return z === 0 ? this.roundedProduct(sign, x, y, mode) : this.roundedFused(sign, x, y, signC, z, mode);
  }

  private specialFused(sign: number, x: number, y: number, signC: number, z: number): number {
    if ((x === this.infinity && y === 0) || (x === 0 && y === this.infinity)) return this.invalidOperation();
    if (this.isNaN(x) || this.isNaN(y) || this.isNaN(z)) return this.propagateNaN(x, y, z);
    const infiniteProduct = x === this.infinity || y === this.infinity;
    if (infiniteProduct && z === this.infinity && sign !== signC) return this.invalidOperation();
    return this.pack(infiniteProduct ? sign : signC, this.infinity);
  }

  divide(a: number, b: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    const sign = (a ^ b) >>> this.signShift;
    const x = this.magnitude(a);
    const y = this.magnitude(b);
    if (this.isNaN(x) || this.isNaN(y)) return this.propagateNaN(x, y, 0);
    if (x === this.infinity) return y === this.infinity ? this.invalidOperation() : this.pack(sign, x);
    if (y === this.infinity) return this.pack(sign, 0);
    if (y === 0) {
      if (x === 0) return this.invalidOperation();
      this.flags |= Flag.divideByZero;
      return this.infinite(sign);
    }
    return x === 0 ? this.pack(sign, 0) : this.roundedQuotient(sign, x, y, mode);
  }

  squareRoot(a: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    const sign = a >>> this.signShift;
    const x = this.magnitude(a);
    if (this.isNaN(x)) return this.propagateNaN(x, 0, 0);
    if (x === 0) return this.pack(sign, 0);
    if (sign !== 0) return this.invalidOperation();
    return x === this.infinity ? x : this.roundedRoot(x, mode);
  }

  equal(a: number, b: number): boolean {
    return this.compare(a, b, false) === 0;
  }

  less(a: number, b: number): boolean {
    return this.compare(a, b, true) < 0;
  }

  lessOrEqual(a: number, b: number): boolean {
    return this.compare(a, b, true) <= 0;
  }

  /** Sign of a - b, or NaN with a NaN input, which is invalid if signalling or if the comparison is. */
  private compare(a: number, b: number, signalling: boolean): number {
    this.flags = 0;
    const x = this.magnitude(a);
    const y = this.magnitude(b);
    if (this.isNaN(x) || this.isNaN(y)) {
      this.propagateNaN(x, y, 0);
      if (signalling) this.flags |= Flag.invalid;
      return Number.NaN;
    }
    return this.signed(a, x) - this.signed(b, y);
  }

  /** Magnitudes are ordered as the values they stand for. */
  private signed(bits: number, magnitude: number): number {
    return bits >>> this.signShift === 0 ? magnitude : -magnitude;
  }

  minimum(a: number, b: number): number {
    return this.select(a, b, -1);
  }

  maximum(a: number, b: number): number {
    return this.select(a, b, 1);
  }

  /** The larger of a and b as numbers, or the smaller with a direction of -1. */
  private select(a: number, b: number, direction: number): number {
    this.flags = 0;
    const x = this.magnitude(a);
    const y = this.magnitude(b);
    const first = this.pack(a >>> this.signShift, x);
    const second = this.pack(b >>> this.signShift, y);
    if (this.isNaN(x) || this.isNaN(y)) {
      const nan = this.propagateNaN(x, y, 0);
      if (!this.isNaN(x)) return first;
      return this.isNaN(y) ? nan : second;
    }
    // Equal keys are equal patterns or zeros of two signs, which the patterns order the other way.
    const difference = this.signed(a, x) - this.signed(b, y) || second - first;
    return difference * direction >= 0 ? first : second;
  }

  convertFrom(source: FloatFormat, bits: number | bigint, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    if (typeof bits === 'bigint' || source.width > 32) {
      const value = decode(source, bits);
      if (value.kind === 'infinity') return this.convertInfinity(value.sign);
      if (value.kind === 'finite' && this.flush && isSubnormal(source, value)) return this.pack(value.sign, 0);
      return this.pattern(value, mode);
    }
    const from = this.sourceUnit(source);
    const magnitude = from.magnitude(bits);
    const sign = bits >>> from.signShift;
    if (from.isNaN(magnitude)) {
      if (from.isSignalling(magnitude)) this.flags |= Flag.invalid;
      return this.canonicalNaN;
    }
    if (magnitude === from.infinity) return this.convertInfinity(sign);
    if (magnitude === 0) return this.pack(sign, 0);
    const exponent = from.exponentOf(magnitude) - from.bias + this.bias;
    return this.round(sign, exponent, from.significandOf(magnitude), mode);
  }

  /** A unit that takes patterns of `source` apart; conversions tend to come from one format, so one is kept. */
  private sourceUnit(source: FloatFormat): NarrowArithmetic {
    if (this.lastSource?.format !== source) {
      this.lastSource = new NarrowArithmetic(source, { subnormals: this.flush ? 'flush' : 'exact' });
    }
    return this.lastSource;
  }

  fromNumber(value: number, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    if (Number.isNaN(value)) return this.canonicalNaN;
    doubleWord.setFloat64(0, value);
    const high = doubleWord.getUint32(0);
    const low = doubleWord.getUint32(4);
    const sign = high >>> 31;
    const exponent = (high >>> 20) & 0x7ff;
    if (exponent === 0) {
      if (value === 0 || this.flush) return this.pack(sign, 0);
      return this.pattern(decode(fp64, doubleBits(value)), mode);
    }
    if (exponent === 0x7ff) return this.convertInfinity(sign);
    const significand = (0x80000000 | ((high & 0xfffff) << 11) | (low >>> 21) | (low << 11 ? 1 : 0)) >>> 0;
    return this.round(sign, exponent - fp64.bias + this.bias, significand, mode);
  }

  fromInteger(value: bigint, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    return this.roundBig(value < 0n ? 1 : 0, value < 0n ? -value : value, 0, mode);
  }

  toInteger(a: number, type: IntegerType, mode: RoundingMode = this.rounding): bigint {
    const { integer, flags } = roundToInteger(this.decode(a), type, mode);
    this.flags = flags;
    return integer;
  }

  toNumber(a: number): number {
    const magnitude = this.magnitude(a);
    if (this.isNaN(magnitude)) return Number.NaN;
    const sign = a >>> this.signShift === 0 ? 1 : -1;
    if (magnitude === this.infinity) return sign * Infinity;
    if (magnitude === 0) return sign * 0;
    return scaleByPowerOfTwo(sign * this.significandOf(magnitude), this.exponentOf(magnitude) - this.bias - 31);
  }

  decode(a: number): Decoded {
    return decode(this.format, this.pack(a >>> this.signShift, this.magnitude(a)));
  }

  encode(value: Decoded, mode: RoundingMode = this.rounding): number {
    this.flags = 0;
    return this.pattern(value, mode);
  }

  private pattern(value: Decoded, mode: RoundingMode): number {
    if (value.kind === 'nan') {
      if (value.signalling) this.flags |= Flag.invalid;
      return this.canonicalNaN;
    }
    if (value.kind === 'infinity') return this.infinite(value.sign);
    return this.roundBig(value.sign, value.significand, value.exponent, mode);
  }

  /** Rounds (-1)^sign · significand · 2^exponent. */
  private roundBig(sign: number, significand: bigint, exponent: number, mode: RoundingMode): number {
    if (significand === 0n) return this.pack(sign, 0);
    const length = bitLength(significand);
    const leading = exponent + length - 1 + this.bias;
    if (length <= 32) return this.round(sign, leading, (Number(significand) << (32 - length)) >>> 0, mode);
    const sticky = BigInt.asUintN(length - 32, significand) === 0n ? 0 : 1;
    return this.round(sign, leading, (Number(significand >> BigInt(length - 32)) | sticky) >>> 0, mode);
  }
}

/** The arithmetic of `format` on 32-bit numbers. Throws FormatError for a format wider than 32 bits. */
export function arithmetic(format: FloatFormat, options: ArithmeticOptions = {}): NarrowArithmetic {
  return new NarrowArithmetic(format, options);
}
