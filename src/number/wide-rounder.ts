import { type Decoded, decode, isSubnormal } from './decode.js';
import type { FloatFormat } from './format.js';
import { remainderQuarters } from './integer-conversion.js';
import {
  type ArithmeticOptions,
  Flag,
  overflowsToInfinity,
  Rounding,
  type RoundingMode,
  roundsUp,
} from './rounding.js';
import { bitLength } from './twos-complement.js';

/** What all operations on bigint patterns share: decoding of inputs, special results, and the rounding of results. */
export class WideRounder {
  readonly format: FloatFormat;
  /** Flags raised by the last operation, as an OR of `Flag`. Not sticky. */
  flags = 0;

  readonly rounding: RoundingMode;
  private readonly flush: boolean;
  private readonly saturate: boolean;
  private readonly signBit: bigint;

  constructor(format: FloatFormat, options: ArithmeticOptions = {}) {
    this.format = format;
    this.rounding = options.rounding ?? Rounding.nearestEven;
    this.flush = options.subnormals === 'flush';
    this.saturate = options.saturate ?? false;
    this.signBit = 1n << BigInt(format.width - 1);
  }

  /** A pattern of `format` as the operations see it: a subnormal one flushed if so asked. */
  protected decodeAs(format: FloatFormat, bits: number | bigint): Decoded {
    const value = decode(format, bits);
    if (!this.flush || value.kind !== 'finite' || !isSubnormal(format, value)) return value;
    return { ...value, significand: 0n };
  }

  protected pack(sign: number, magnitude: bigint): bigint {
    return sign === 0 ? magnitude : magnitude | this.signBit;
  }

  /** The canonical NaN, raising invalid if any input is a signalling NaN. */
  protected propagateNaN(...inputs: readonly Decoded[]): bigint {
    if (inputs.some((input) => input.kind === 'nan' && input.signalling)) this.flags |= Flag.invalid;
    return this.format.canonicalNaN;
  }

  protected invalidOperation(): bigint {
    this.flags |= Flag.invalid;
    return this.format.canonicalNaN;
  }

  /** An infinite result; a format without infinity gives NaN, or its largest value when saturating. */
  protected infinite(sign: number): bigint {
    if (this.format.hasInfinity) return this.pack(sign, this.format.largestFinite + 1n);
    return this.saturate ? this.pack(sign, this.format.largestFinite) : this.format.canonicalNaN;
  }

  /** An infinity of another format, delivered where it has a place and treated as an overflow where it has none. */
  protected convertInfinity(sign: number): bigint {
    if (this.format.hasInfinity && !this.saturate) return this.infinite(sign);
    this.flags |= Flag.overflow | Flag.inexact;
    return this.saturate ? this.pack(sign, this.format.largestFinite) : this.format.canonicalNaN;
  }

  private overflow(sign: number, mode: RoundingMode): bigint {
    this.flags |= Flag.overflow | Flag.inexact;
    const bounded = this.saturate || !overflowsToInfinity(mode, sign !== 0);
    return bounded ? this.pack(sign, this.format.largestFinite) : this.infinite(sign);
  }

  /** Sign of an exact zero sum of two values of opposite sign. */
  protected zeroSumSign(mode: RoundingMode): number {
    return mode === Rounding.down ? 1 : 0;
  }

  /** Rounds (-1)^sign · significand · 2^exponent, raising flags. A zero significand gives a zero of that sign. */
  protected round(sign: number, significand: bigint, exponent: number, mode: RoundingMode): bigint {
    if (significand === 0n) return this.pack(sign, 0n);
    const { fractionBits, bias } = this.format;
    const leading = exponent + bitLength(significand) - 1;
    const smallestNormal = 1 - bias;
    const scale = Math.max(leading, smallestNormal);
    const shift = scale - fractionBits - exponent;
    const quarters = shift > 0 ? remainderQuarters(significand, shift) : 0;
    let kept = shift > 0 ? significand >> BigInt(shift) : significand << BigInt(-shift);
    if (leading < smallestNormal) {
      const tiny = !this.reachesNormal(sign, significand, exponent, leading, mode);
      if (tiny && this.flush) {
        this.flags |= Flag.underflow | Flag.inexact;
        return this.pack(sign, 0n);
      }
      if (tiny && quarters !== 0) this.flags |= Flag.underflow;
    }
    if (quarters !== 0) {
      this.flags |= Flag.inexact;
      if (roundsUp(mode, sign !== 0, (kept & 1n) === 1n, quarters, 2)) kept += 1n;
    }
    // A normal `kept` holds the hidden bit, which adds one to the exponent field; so does a carry out of rounding.
    const magnitude = (BigInt(scale + bias - 1) << BigInt(fractionBits)) + kept;
    return magnitude > this.format.largestFinite ? this.overflow(sign, mode) : this.pack(sign, magnitude);
  }

  /** Whether a value below the smallest normal rounds up to it at full precision with an unbounded exponent. */
  private reachesNormal(
    sign: number,
    significand: bigint,
    exponent: number,
    leading: number,
    mode: RoundingMode,
  ): boolean {
    if (leading !== -this.format.bias) return false;
    const shift = leading - this.format.fractionBits - exponent;
    // With bits to spare (a shift below zero) the last bit is zero, so the significand is not all ones.
    const full = significand >> BigInt(shift);
    const allOnes = (2n << BigInt(this.format.fractionBits)) - 1n;
    return full === allOnes && roundsUp(mode, sign !== 0, true, remainderQuarters(significand, shift), 2);
  }
}
