/** Smallest and largest field widths that the arithmetic supports, in bits. */
export const exponentBitsRange = { smallest: 2, largest: 11 } as const;
export const fractionBitsRange = { smallest: 1, largest: 52 } as const;

/**
 * A binary floating-point interchange format: sign, biased exponent, stored fraction (IEEE 754-2019, clause 3.4).
 * All patterns are magnitudes, that is, with the sign bit clear.
 */
export interface FloatFormat {
  readonly name: string;
  /** Width of the exponent field, 2 to 11 bits. */
  readonly exponentBits: number;
  /** Width of the stored fraction, 1 to 52 bits; the significand has one bit more. */
  readonly fractionBits: number;
  /** 1 + exponentBits + fractionBits. */
  readonly width: number;
  /** 2^(exponentBits - 1) - 1. */
  readonly bias: number;
  /** False for the 8-bit E4M3 format, whose top exponent holds numbers and a single NaN. */
  readonly hasInfinity: boolean;
  /** Pattern of the largest finite magnitude. */
  readonly largestFinite: bigint;
  /** Pattern of the NaN that every operation delivers: sign 0, quiet, no payload. */
  readonly canonicalNaN: bigint;
}

/** A format description that is outside the supported ranges, or a name that no format has. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/**
 * An IEEE-like format: the all-ones exponent holds infinity (fraction 0) and NaN.
 * Throws FormatError when a width is outside 2–11 (exponent) or 1–52 (fraction).
 */
export function ieeeFormat(exponentBits: number, fractionBits: number, name?: string): FloatFormat {
  requireRange('exponent', exponentBits, exponentBitsRange);
  requireRange('fraction', fractionBits, fractionBitsRange);
  const topExponent = ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
  return Object.freeze({
    name: name ?? `fp${exponentBits}_${fractionBits}`,
    exponentBits,
    fractionBits,
    width: 1 + exponentBits + fractionBits,
    bias: 2 ** (exponentBits - 1) - 1,
    hasInfinity: true,
    largestFinite: topExponent - 1n,
    canonicalNaN: topExponent | (1n << BigInt(fractionBits - 1)),
  });
}

function requireRange(
  field: string,
  bits: number,
  range: { readonly smallest: number; readonly largest: number },
): void {
  if (!Number.isInteger(bits) || bits < range.smallest || bits > range.largest) {
    throw new FormatError(
      `the ${field} of a floating-point format has ${bits} bits; give an integer from ${range.smallest} to ${range.largest}`,
    );
  }
}

export const fp64 = ieeeFormat(11, 52, 'fp64');
export const fp32 = ieeeFormat(8, 23, 'fp32');
/** NVIDIA TF32: the exponent of fp32 and the fraction of fp16; 19 bits, right-aligned. */
export const tf32 = ieeeFormat(8, 10, 'tf32');
export const fp16 = ieeeFormat(5, 10, 'fp16');
export const bf16 = ieeeFormat(8, 7, 'bf16');
/** OCP 8-bit Floating Point Specification 1.0, E5M2: as IEEE 754 would have it. */
export const e5m2 = ieeeFormat(5, 2, 'e5m2');
/** OCP 8-bit Floating Point Specification 1.0, E4M3: no infinities, NaN is S.1111.111, largest value 448. */
export const e4m3: FloatFormat = Object.freeze({
  name: 'e4m3',
  exponentBits: 4,
  fractionBits: 3,
  width: 8,
  bias: 7,
  hasInfinity: false,
  largestFinite: 0x7en,
  canonicalNaN: 0x7fn,
});

/** The formats that have a name of their own, widest first. */
export const namedFormats: readonly FloatFormat[] = Object.freeze([fp64, fp32, tf32, fp16, bf16, e5m2, e4m3]);
