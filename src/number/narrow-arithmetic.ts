import type { FloatFormat } from './format.js';
import { NarrowRounder } from './narrow-rounder.js';
import { type ArithmeticOptions, Flag, type RoundingMode } from './rounding.js';

/**
 * Exact reference arithmetic on a format of at most 32 bits. Values are bit patterns: unsigned integers below
 * 2^width. Every operation rounds once and replaces `flags`. NaN results are the canonical NaN of the format.
 */
export class NarrowArithmetic extends NarrowRounder {
  /** a + b (IEEE 754-2019, 5.4.1). */
  add(a: number, b: number, mode: RoundingMode = this.defaultRounding): number {
    this.flags = 0;
    return this.sum(a >>> this.signShift, this.magnitude(a), b >>> this.signShift, this.magnitude(b), mode);
  }

  /** a - b. */
  subtract(a: number, b: number, mode: RoundingMode = this.defaultRounding): number {
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

  /** a · b. */
  multiply(a: number, b: number, mode: RoundingMode = this.defaultRounding): number {
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

  /** a · b + c with one rounding. Infinity times zero is invalid even when c is a quiet NaN, as in RISC-V. */
  fusedMultiplyAdd(a: number, b: number, c: number, mode: RoundingMode = this.defaultRounding): number {
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

  /** a / b. A finite nonzero a over zero raises divideByZero. */
  divide(a: number, b: number, mode: RoundingMode = this.defaultRounding): number {
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

  /** The square root of a; invalid for negative values except -0, whose root is -0. */
  squareRoot(a: number, mode: RoundingMode = this.defaultRounding): number {
    this.flags = 0;
    const sign = a >>> this.signShift;
    const x = this.magnitude(a);
    if (this.isNaN(x)) return this.propagateNaN(x, 0, 0);
    if (x === 0) return this.pack(sign, 0);
    if (sign !== 0) return this.invalidOperation();
    return x === this.infinity ? x : this.roundedRoot(x, mode);
  }
}

/** The arithmetic of `format` on 32-bit numbers. Throws FormatError for a format wider than 32 bits. */
export function arithmetic(format: FloatFormat, options: ArithmeticOptions = {}): NarrowArithmetic {
  return new NarrowArithmetic(format, options);
}
