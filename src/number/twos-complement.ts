/**
 * Two's-complement helpers. The `number` forms take widths of 1 to 32 bits and work on 32-bit integers; the `bigint`
 * forms take any width. Patterns are unsigned, values are signed.
 */

/** A pattern or a value asked of a width that cannot hold it, or a width outside 1–32. */
export class WidthError extends Error {
  override readonly name = 'WidthError';
}

function requireWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > 32) {
    throw new WidthError(`a bit field of a number has ${width} bits; give 1 to 32, or use the bigint form`);
  }
}

/** The low `width` bits of `value` (1 to 32), unsigned. */
export function truncate(value: number, width: number): number {
  requireWidth(width);
  return width === 32 ? value >>> 0 : value & (2 ** width - 1);
}

/** The signed value of the low `width` bits (1 to 32) of `pattern`. */
export function signExtend(pattern: number, width: number): number {
  requireWidth(width);
  return (pattern << (32 - width)) >> (32 - width);
}

/** Smallest and largest value of an integer type of `width` bits (1 or more). */
export function integerRange(width: number, signed: boolean): { readonly smallest: bigint; readonly largest: bigint } {
  if (!Number.isInteger(width) || width < 1) {
    throw new WidthError(`an integer type has ${width} bits; give a whole number of at least 1`);
  }
  const count = 1n << BigInt(signed ? width - 1 : width);
  return { smallest: signed ? -count : 0n, largest: count - 1n };
}

/** `value`, any safe integer, clamped to the signed range of `width` bits (1 to 32). */
export function saturateSigned(value: number, width: number): number {
  requireWidth(width);
  const limit = 2 ** (width - 1);
  return Math.max(-limit, Math.min(limit - 1, value));
}

/** `value`, any safe integer, clamped to the unsigned range of `width` bits (1 to 32). */
export function saturateUnsigned(value: number, width: number): number {
  requireWidth(width);
  return Math.max(0, Math.min(2 ** width - 1, value));
}

/** `value` clamped to the range of an integer type of any width. */
export function saturateBig(value: bigint, width: number, signed: boolean): bigint {
  const { smallest, largest } = integerRange(width, signed);
  if (value < smallest) return smallest;
  return value > largest ? largest : value;
}

/** Bits `low` to `low + width - 1` of a 32-bit word, unsigned. Throws WidthError when they leave the word. */
export function extractBits(word: number, low: number, width: number): number {
  requireField(low, width);
  return truncate(word >>> low, width);
}

/** `word` with bits `low` to `low + width - 1` replaced by the low bits of `field`; unsigned. */
export function insertBits(word: number, low: number, width: number, field: number): number {
  requireField(low, width);
  const mask = (2 ** width - 1) * 2 ** low;
  return ((word & ~mask) | ((field << low) & mask)) >>> 0;
}

function requireField(low: number, width: number): void {
  requireWidth(width);
  if (!Number.isInteger(low) || low < 0 || low + width > 32) {
    throw new WidthError(`a field of ${width} bits at bit ${low} leaves a 32-bit word; use the bigint form`);
  }
}

/** Bits `low` to `low + width - 1` of a pattern of any width, unsigned. */
export function extractBigBits(word: bigint, low: number, width: number): bigint {
  return BigInt.asUintN(width, word >> BigInt(low));
}

/** `word` with bits `low` to `low + width - 1` replaced by the low bits of `field`. */
export function insertBigBits(word: bigint, low: number, width: number, field: bigint): bigint {
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(low);
  return (word & ~mask) | ((field << BigInt(low)) & mask);
}

/** Number of bits of a non-negative integer up to its leading one; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const digits = value.toString(16);
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
}
