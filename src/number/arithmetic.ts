import type { Decoded } from './decode.js';
import type { FloatFormat } from './format.js';
import type { RoundingMode } from './rounding.js';

/** A two's-complement or unsigned integer type. */
export interface IntegerType {
  readonly width: number;
  readonly signed: boolean;
}

/**
 * Reference arithmetic on the patterns of one format: unsigned integers below 2^width, as `number` (formats of at most
 * 32 bits) or `bigint` (any). Every operation rounds once, in the given mode or in the unit's own, and replaces
 * `flags`. Every NaN result is the canonical NaN; a signalling NaN input raises invalid.
 */
export interface Arithmetic<Bits extends number | bigint> {
  readonly format: FloatFormat;
  /** The mode of operations that are called without one. */
  readonly rounding: RoundingMode;
  /** Flags raised by the last operation, an OR of `Flag`; not sticky. */
  readonly flags: number;

  /** a + b. */
  add(a: Bits, b: Bits, mode?: RoundingMode): Bits;
  /** a - b. */
  subtract(a: Bits, b: Bits, mode?: RoundingMode): Bits;
  /** a · b. */
  multiply(a: Bits, b: Bits, mode?: RoundingMode): Bits;
  /** a · b + c. Infinity times zero is invalid even when c is a quiet NaN, as in RISC-V. */
  fusedMultiplyAdd(a: Bits, b: Bits, c: Bits, mode?: RoundingMode): Bits;
  /** a / b. A finite nonzero a over zero raises divideByZero. */
  divide(a: Bits, b: Bits, mode?: RoundingMode): Bits;
  /** √a; invalid below zero, except that √-0 is -0. */
  squareRoot(a: Bits, mode?: RoundingMode): Bits;

  /** compareQuietEqual: false with a NaN, invalid only with a signalling one. */
  equal(a: Bits, b: Bits): boolean;
  /** compareSignalingLess: false and invalid with any NaN. */
  less(a: Bits, b: Bits): boolean;
  /** compareSignalingLessEqual: false and invalid with any NaN. */
  lessOrEqual(a: Bits, b: Bits): boolean;
  /** minimumNumber (IEEE 754-2019, 9.6): -0 below +0, a number rather than a NaN; a signalling NaN is still invalid. */
  minimum(a: Bits, b: Bits): Bits;
  /** maximumNumber, as `minimum`. */
  maximum(a: Bits, b: Bits): Bits;

  /**
   * A value of another format; `bits` is below 2^(source width). Where infinity has no place (no infinity in this
   * format, or `saturate`), it gives NaN or the largest value, with overflow and inexact.
   */
  convertFrom(source: FloatFormat, bits: number | bigint, mode?: RoundingMode): Bits;
  /** A JavaScript number, taken as an fp64 value; NaN counts as quiet. */
  fromNumber(value: number, mode?: RoundingMode): Bits;
  /** An integer of any size. */
  fromInteger(value: bigint, mode?: RoundingMode): Bits;
  /**
   * The value rounded to an integer of the given type. Out of range, and infinities, give the nearest end of the range
   * and NaN gives the upper end, with invalid alone (RISC-V, section "Single-Precision Floating-Point Conversion").
   */
  toInteger(a: Bits, type: IntegerType, mode?: RoundingMode): bigint;
  /** The value as a JavaScript number, exactly; a flushed subnormal is a zero. */
  toNumber(a: Bits): number;

  /** What the operations see in a pattern: exact parts, a subnormal replaced by a zero when flushing. Leaves `flags`. */
  decode(a: Bits): Decoded;
  /** The pattern of any exact value, rounded once; a zero keeps its sign. The significand must not be negative. */
  encode(value: Decoded, mode?: RoundingMode): Bits;
}
