import type { Requantization } from '../quantized.js';

/**
 * Requantises `count` accumulators from `offset` on, in place, all with the multiplier of one filter.
 *
 * Doubles hold every step exactly: |acc| ≤ 2^31 and multiplier < 2^21 give a product below 2^52, half a unit is added
 * in the same range, and scaling by a power of two changes the exponent only, so `Math.floor` sees the exact quotient.
 */
export function requantizeInPlace(
  values: Int32Array,
  offset: number,
  count: number,
  requantization: Requantization,
  filter: number,
): void {
  const { shift, zeroPoint, low, high } = requantization;
  const multiplier = requantization.multiplier[filter]!;
  const half = shift === 0 ? 0 : 2 ** (shift - 1);
  const scale = 2 ** -shift;
  for (let index = offset; index < offset + count; index++) {
    const value = zeroPoint + Math.floor((values[index]! * multiplier + half) * scale);
    values[index] = value < low ? low : value > high ? high : value;
  }
}
