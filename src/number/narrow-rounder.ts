import { type FloatFormat, FormatError } from './format.js';
import {
  type ArithmeticOptions,
  Flag,
  overflowsToInfinity,
  Rounding,
  type RoundingMode,
  roundsUp,
} from './rounding.js';

/** Low 32 bits of the last `multiplyWords`; a second return value without an allocation. */
let productLow = 0;

/** High word of the 64-bit product of two unsigned words; the low word is left for `lowWord`. */
function multiplyWords(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Each partial sum is at most (2^16-1)^2 + 2^16-1 < 2^32.
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const cross = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  productLow = Math.imul(a, b) >>> 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

/**
 * What all operations on formats of at most 32 bits share: taking patterns apart, and the one place where results are
 * rounded. Unsigned 32-bit integer arithmetic only.
 *
 * A finite nonzero value inside is a sign, a significand word whose leading one is bit 31, and the biased exponent of
 * that leading one, which falls below 1 for subnormal values. A 32-bit format has at most 29 fraction bits, so a
 * significand word always keeps two bits below the last one stored: a round bit, and a sticky bit into which all that
 * lies lower is ORed ("jammed"). That is enough for every rounding.
 */
export class NarrowRounder {
  readonly format: FloatFormat;
  /** Flags raised by the last operation, as an OR of `Flag`. Not sticky: OR them over a sequence to accumulate. */
  flags = 0;

  readonly rounding: RoundingMode;
  protected readonly flush: boolean;
  protected readonly saturate: boolean;
  protected readonly fractionBits: number;
  protected readonly bias: number;
  protected readonly signShift: number;
  protected readonly magnitudeMask: number;
  protected readonly largestFinite: number;
  /** Pattern of +infinity, or -1, which no magnitude equals, where the format has none. */
  protected readonly infinity: number;
  protected readonly canonicalNaN: number;
  private readonly exponentMask: number;
  private readonly hiddenBit: number;
  private readonly quietBit: number;
  private readonly discardedBits: number;
  private readonly discardedMask: number;
  private readonly half: number;

  /** Throws FormatError for a format wider than 32 bits. */
  constructor(format: FloatFormat, options: ArithmeticOptions = {}) {
    if (format.width > 32) {
      throw new FormatError(
        `${format.name} has ${format.width} bits; arithmetic on numbers holds at most 32: use wideArithmetic`,
      );
    }
    this.format = format;
    this.rounding = options.rounding ?? Rounding.nearestEven;
    this.flush = options.subnormals === 'flush';
    this.saturate = options.saturate ?? false;
    this.fractionBits = format.fractionBits;
    this.bias = format.bias;
    this.signShift = format.width - 1;
    this.magnitudeMask = 2 ** this.signShift - 1;
    this.largestFinite = Number(format.largestFinite);
    this.infinity = format.hasInfinity ? this.largestFinite + 1 : -1;
    this.canonicalNaN = Number(format.canonicalNaN);
    this.exponentMask = 2 ** format.exponentBits - 1;
    this.hiddenBit = 2 ** format.fractionBits;
    this.quietBit = format.hasInfinity ? this.hiddenBit / 2 : 0;
    this.discardedBits = 31 - format.fractionBits;
    this.discardedMask = 2 ** this.discardedBits - 1;
    this.half = 2 ** (this.discardedBits - 1);
  }

  /** The magnitude of an input: without its sign, and zero in place of a flushed subnormal. */
  protected magnitude(bits: number): number {
    const magnitude = bits & this.magnitudeMask;
    return this.flush && magnitude < this.hiddenBit ? 0 : magnitude;
  }

  /** The pattern of `magnitude` with a sign of 0 or 1. */
  protected pack(sign: number, magnitude: number): number {
    return ((sign << this.signShift) | magnitude) >>> 0;
  }

  protected isNaN(magnitude: number): boolean {
    return magnitude > this.largestFinite && magnitude !== this.infinity;
  }

  protected isSignalling(magnitude: number): boolean {
    return this.isNaN(magnitude) && this.format.hasInfinity && (magnitude & this.quietBit) === 0;
  }

  /** Biased exponent of the leading one of a finite nonzero magnitude. */
  protected exponentOf(magnitude: number): number {
    const field = magnitude >>> this.fractionBits;
    return field === 0 ? 32 - this.fractionBits - Math.clz32(magnitude) : field;
  }

  /** Significand word of a finite nonzero magnitude, leading one in bit 31. */
  protected significandOf(magnitude: number): number {
    if (magnitude < this.hiddenBit) return (magnitude << Math.clz32(magnitude)) >>> 0;
    return (((magnitude & (this.hiddenBit - 1)) | this.hiddenBit) << this.discardedBits) >>> 0;
  }

  /** The result of an operation one of whose inputs is NaN: invalid if any is signalling. Zero stands for no input. */
  protected propagateNaN(a: number, b: number, c: number): number {
    if (this.isSignalling(a) || this.isSignalling(b) || this.isSignalling(c)) this.flags |= Flag.invalid;
    return this.canonicalNaN;
  }

  protected invalidOperation(): number {
    this.flags |= Flag.invalid;
    return this.canonicalNaN;
  }

  /** An infinite result; a format without infinity gives NaN, or its largest value when saturating. */
  protected infinite(sign: number): number {
    if (this.infinity >= 0) return this.pack(sign, this.infinity);
    return this.saturate ? this.pack(sign, this.largestFinite) : this.canonicalNaN;
  }

  /** An infinity of another format, delivered where it has a place and treated as an overflow where it has none. */
  protected convertInfinity(sign: number): number {
    if (this.infinity >= 0 && !this.saturate) return this.infinite(sign);
    this.flags |= Flag.overflow | Flag.inexact;
    return this.saturate ? this.pack(sign, this.largestFinite) : this.canonicalNaN;
  }

  private overflow(sign: number, mode: RoundingMode): number {
    this.flags |= Flag.overflow | Flag.inexact;
    const bounded = this.saturate || !overflowsToInfinity(mode, sign !== 0);
    return bounded ? this.pack(sign, this.largestFinite) : this.infinite(sign);
  }

  /** Rounds a significand word (leading one in bit 31, sticky bit jammed) and packs it, raising flags. */
  protected round(sign: number, exponent: number, significand: number, mode: RoundingMode): number {
    if (exponent < 1) return this.roundTiny(sign, exponent, significand, mode);
    if (exponent > this.exponentMask) return this.overflow(sign, mode);
    const kept = significand >>> this.discardedBits;
    const remainder = significand & this.discardedMask;
    // The hidden bit of `kept` adds one to the exponent field, and so does the carry of a rounding increment.
    let magnitude = (exponent - 1) * this.hiddenBit + kept;
    if (remainder !== 0) {
      if (roundsUp(mode, sign !== 0, (kept & 1) !== 0, remainder, this.half)) magnitude += 1;
      this.flags |= Flag.inexact;
    }
    return magnitude > this.largestFinite ? this.overflow(sign, mode) : this.pack(sign, magnitude);
  }

  /** Rounds a value below the smallest normal; tininess is decided after rounding to full precision. */
  private roundTiny(sign: number, exponent: number, significand: number, mode: RoundingMode): number {
    const full = significand >>> this.discardedBits;
    const reachesNormal =
      exponent === 0 &&
      full === 2 * this.hiddenBit - 1 &&
      roundsUp(mode, sign !== 0, true, significand & this.discardedMask, this.half);
    if (this.flush && !reachesNormal) {
      this.flags |= Flag.underflow | Flag.inexact;
      return this.pack(sign, 0);
    }
    const shift = 1 - exponent;
    const denormalised = shift > 31 ? 1 : (significand >>> shift) | (significand << (32 - shift) ? 1 : 0);
    const kept = denormalised >>> this.discardedBits;
    const remainder = denormalised & this.discardedMask;
    if (remainder === 0) return this.pack(sign, kept);
    this.flags |= reachesNormal ? Flag.inexact : Flag.underflow | Flag.inexact;
    return this.pack(sign, kept + (roundsUp(mode, sign !== 0, (kept & 1) !== 0, remainder, this.half) ? 1 : 0));
  }

  /** Sign of an exact zero sum of two values of opposite sign. */
  protected zeroSumSign(mode: RoundingMode): number {
    return mode === Rounding.down ? 1 : 0;
  }

  /** Rounded product of two finite nonzero magnitudes. */
  protected roundedProduct(sign: number, a: number, b: number, mode: RoundingMode): number {
    const high = multiplyWords(this.significandOf(a), this.significandOf(b));
    const jammed = productLow === 0 ? high : (high | 1) >>> 0;
    const exponent = this.exponentOf(a) + this.exponentOf(b) - this.bias;
    // The product of two significands in [1, 2) is in [1, 4). Its lowest bits are zero, so doubling keeps the jam right.
    return high >>> 31 === 1
      ? this.round(sign, exponent + 1, jammed, mode)
      : this.round(sign, exponent, ((high << 1) | (productLow >>> 31) | (productLow << 1 ? 1 : 0)) >>> 0, mode);
  }

  /** Rounded a·b + c of three finite nonzero magnitudes. */
  protected roundedFused(
    productSign: number,
    a: number,
    b: number,
    signC: number,
    c: number,
    mode: RoundingMode,
  ): number {
    let high = multiplyWords(this.significandOf(a), this.significandOf(b));
    let low = productLow;
    let exponent = this.exponentOf(a) + this.exponentOf(b) - this.bias;
    if (high >>> 31 === 1) {
      // The four lowest bits of the product are zero: nothing is lost.
      low = ((low >>> 1) | (high << 31)) >>> 0;
      high >>>= 1;
      exponent += 1;
    }
    const exponentC = this.exponentOf(c);
    const significandC = this.significandOf(c) >>> 1;
    return exponent >= exponentC
      ? this.roundedSum(productSign, exponent, high, low, signC, exponentC, significandC, 0, mode)
      : this.roundedSum(signC, exponentC, significandC, 0, productSign, exponent, high, low, mode);
  }

  /**
   * Rounded sum of two values given as 64-bit significands (two words, leading one in bit 62); exponentA ≥ exponentB.
   * Bits shifted out of B are jammed into its bit 0. That is safe: a shift by one loses nothing, since bit 0 of every
   * operand is zero, and after a shift by two or more the sum cancels one bit at most, so the jammed bit stays 30 bits
   * and more below the round bit.
   */
  protected roundedSum(
    signA: number,
    exponentA: number,
    highA: number,
    lowA: number,
    signB: number,
    exponentB: number,
    highB: number,
    lowB: number,
    mode: RoundingMode,
  ): number {
    const shift = exponentA - exponentB;
    let high = highB;
    let low = lowB;
    if (shift > 63) {
      high = 0;
      low = 1;
    } else if (shift > 31) {
      const lost = shift === 32 ? lowB : (highB << (64 - shift)) | lowB;
      low = (highB >>> (shift - 32)) | (lost ? 1 : 0);
      high = 0;
    } else if (shift > 0) {
      low = (lowB >>> shift) | (highB << (32 - shift)) | (lowB << (32 - shift) ? 1 : 0);
      high = highB >>> shift;
    }
    low >>>= 0;
    let sign = signA;
    if (signA === signB) {
      const sum = lowA + low;
      low = sum >>> 0;
      high = (highA + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    } else {
      if (high > highA || (high === highA && low > lowA)) {
        sign = signB;
        high = high - highA - (low < lowA ? 1 : 0);
        low = (low - lowA) >>> 0;
      } else {
        high = highA - high - (lowA < low ? 1 : 0);
        low = (lowA - low) >>> 0;
      }
      if (high === 0) {
        if (low === 0) return this.pack(this.zeroSumSign(mode), 0);
        const zeros = Math.clz32(low);
        return this.round(sign, exponentA - 31 - zeros, (low << zeros) >>> 0, mode);
      }
    }
    const zeros = Math.clz32(high);
    if (zeros !== 0) {
      high = (high << zeros) | (low >>> (32 - zeros));
      low <<= zeros;
    }
    return this.round(sign, exponentA + 1 - zeros, (high | (low ? 1 : 0)) >>> 0, mode);
  }

  /** Rounded quotient of two finite nonzero magnitudes. */
  protected roundedQuotient(sign: number, a: number, b: number, mode: RoundingMode): number {
    let dividend = this.significandOf(a) >>> 2;
    const divisor = this.significandOf(b) >>> 2;
    let exponent = this.exponentOf(a) - this.exponentOf(b) + this.bias;
    if (dividend < divisor) {
      dividend *= 2;
      exponent -= 1;
    }
    // Two digits in base 2^16. Dividends stay below 2^47 and divisors below 2^30, so a double quotient below 2^16 is
    // never rounded across an integer: it is at least 2^-30 away from the next one, and its error at most 2^-38.
    const first = Math.floor((dividend * 0x8000) / divisor);
    const rest = (dividend * 0x8000 - first * divisor) * 0x10000;
    const second = Math.floor(rest / divisor);
    const sticky = rest === second * divisor ? 0 : 1;
    return this.round(sign, exponent, (first * 0x10000 + second + (second & 1 ? 0 : sticky)) >>> 0, mode);
  }

  /** Rounded square root of a finite nonzero magnitude. */
  protected roundedRoot(a: number, mode: RoundingMode): number {
    const exponent = this.exponentOf(a) - this.bias;
    // The radicand is the significand as a 64-bit integer, in [2^62, 2^64), its low word zero.
    const odd = (exponent & 1) !== 0;
    const radicand = odd ? this.significandOf(a) : this.significandOf(a) >>> 1;
    // The double root may have been rounded up to an integer above the true root, and to 2^32 at the very top.
    let root = Math.min(Math.floor(Math.sqrt(radicand * 0x100000000)), 0xffffffff);
    let high = multiplyWords(root, root);
    if (high > radicand || (high === radicand && productLow !== 0)) {
      root -= 1;
      high = multiplyWords(root, root);
    }
    const exact = high === radicand && productLow === 0;
    return this.round(0, (exponent - (odd ? 1 : 0)) / 2 + this.bias, (root | (exact ? 0 : 1)) >>> 0, mode);
  }
}
