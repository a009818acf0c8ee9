/** Widest pattern that is printed in decimal unless it is a small number anyway. */
const decimalBits = 16;

/**
 * A sized literal: binary for one bit, decimal for what reads as a number, hexadecimal for what reads as a pattern.
 * The minimum of a signed type is a pattern, because its magnitude does not fit the type.
 */
export function printNumber(number: { readonly width: number; readonly value: bigint; readonly signed: boolean }) {
  const { width, value, signed } = number;
  if (width === 1) return signed ? `1'sb${value}` : `1'b${value}`;
  const mark = signed ? 's' : '';
  if (signed && value >> BigInt(width - 1) === 1n) {
    const magnitude = (1n << BigInt(width)) - value;
    if (magnitude < 1n << BigInt(Math.min(decimalBits, width - 1))) return `-${width}'sd${magnitude}`;
    return `${width}'sh${value.toString(16)}`;
  }
  if (value < 1n << BigInt(decimalBits)) return `${width}'${mark}d${value}`;
  return `${width}'${mark}h${value.toString(16)}`;
}
