import type { IntegerType } from './arithmetic.js';
import type { Decoded } from './decode.js';
import { Flag, type RoundingMode, roundsUp } from './rounding.js';
import { integerRange } from './twos-complement.js';

/** The lower end of what was shifted out, in quarters: 0 nothing, 1 below a half, 2 a half, 3 above. For `roundsUp`. */
export function remainderQuarters(value: bigint, shift: number): number {
  const remainder = BigInt.asUintN(shift, value);
  if (remainder === 0n) return 0;
  const half = 1n << BigInt(shift - 1);
  if (remainder === half) return 2;
  return remainder < half ? 1 : 3;
}

/** Rounds a decoded value to an integer type by the rules of `Arithmetic.toInteger`. */
export function roundToInteger(
  value: Decoded,
  type: IntegerType,
  mode: RoundingMode,
): { readonly integer: bigint; readonly flags: number } {
  const { smallest, largest } = integerRange(type.width, type.signed);
  if (value.kind === 'nan') return { integer: largest, flags: Flag.invalid };
  if (value.kind === 'infinity') return { integer: value.sign === 1 ? smallest : largest, flags: Flag.invalid };
  let magnitude: bigint;
  let quarters = 0;
  if (value.exponent >= 0) {
    magnitude = value.significand << BigInt(value.exponent);
  } else {
    magnitude = value.significand >> BigInt(-value.exponent);
    quarters = remainderQuarters(value.significand, -value.exponent);
    if (roundsUp(mode, value.sign === 1, (magnitude & 1n) === 1n, quarters, 2)) magnitude += 1n;
  }
  const integer = value.sign === 1 ? -magnitude : magnitude;
  if (integer < smallest) return { integer: smallest, flags: Flag.invalid };
  if (integer > largest) return { integer: largest, flags: Flag.invalid };
  return { integer, flags: quarters === 0 ? 0 : Flag.inexact };
}
