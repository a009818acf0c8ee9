import { type FloatFormat, fp64 } from './format.js';

/** What a pattern stands for. A finite value is (-1)^sign · significand · 2^exponent, exactly. */
export type Decoded =
  | { readonly kind: 'finite'; readonly sign: 0 | 1; readonly significand: bigint; readonly exponent: number }
  | { readonly kind: 'infinity'; readonly sign: 0 | 1 }
  | { readonly kind: 'nan'; readonly signalling: boolean };

/** Takes a pattern (below 2^width) apart; zero is finite with significand 0. */
export function decode(format: FloatFormat, bits: bigint | number): Decoded {
  const pattern = BigInt(bits);
  const signBit = 1n << BigInt(format.width - 1);
  const sign = pattern >= signBit ? 1 : 0;
  const magnitude = sign === 1 ? pattern - signBit : pattern;
  if (magnitude > format.largestFinite) {
    if (format.hasInfinity && magnitude === format.largestFinite + 1n) return { kind: 'infinity', sign };
    const quietBit = 1n << BigInt(format.fractionBits - 1);
    return { kind: 'nan', signalling: format.hasInfinity && (magnitude & quietBit) === 0n };
  }
  const hiddenBit = 1n << BigInt(format.fractionBits);
  const field = Number(magnitude >> BigInt(format.fractionBits));
  const significand = field === 0 ? magnitude : (magnitude & (hiddenBit - 1n)) | hiddenBit;
  return { kind: 'finite', sign, significand, exponent: Math.max(field, 1) - format.bias - format.fractionBits };
}

/** Whether a decoded value is a nonzero value below the smallest normal one of its format. */
export function isSubnormal(format: FloatFormat, value: Decoded): boolean {
  return value.kind === 'finite' && value.significand !== 0n && value.significand >> BigInt(format.fractionBits) === 0n;
}

const doubleWord = new DataView(new ArrayBuffer(8));

/** The fp64 pattern of a JavaScript number; every NaN becomes the canonical quiet one. */
export function doubleBits(value: number): bigint {
  if (Number.isNaN(value)) return fp64.canonicalNaN;
  doubleWord.setFloat64(0, value);
  return doubleWord.getBigUint64(0);
}

/** A decoded value of any supported format as a JavaScript number. Exact: each of them is a subset of fp64. */
export function toNumber(value: Decoded): number {
  if (value.kind === 'nan') return Number.NaN;
  const magnitude = value.kind === 'infinity' ? Infinity : scaleByPowerOfTwo(Number(value.significand), value.exponent);
  return value.sign === 1 ? -magnitude : magnitude;
}

/** value · 2^exponent, exact if the result is a double: in two steps, since 2^exponent alone may not be one. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
