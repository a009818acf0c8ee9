import { ModelError } from '../model-error.js';

/** A ratio of real scales as integers: ratio ≈ multiplier / 2^shift. */
export interface Ratios {
  readonly multiplier: Int32Array;
  readonly shift: number;
}

/**
 * The finest multipliers of `multiplierBits` bits: the shift is the largest, up to 31, at which the largest ratio still
 * fits. A ratio too small for it becomes multiplier 1.
 *
 * @param ratios accumulator scale / output scale, one a filter, positive
 * @throws ModelError when a ratio is too large for shift 0, that is, outputs are far finer than sums
 */
export function chooseMultipliers(ratios: Float64Array, multiplierBits: number, layer: string): Ratios {
  const largest = ratios.reduce((most, ratio) => Math.max(most, ratio), 0);
  const limit = 2 ** multiplierBits - 1;
  let shift = 31;
  while (shift >= 0 && Math.round(largest * 2 ** shift) > limit) shift--;
  if (shift < 0 || !Number.isFinite(largest)) {
    throw new ModelError(
      `outputs need a multiplier of ${Math.round(largest)}, more than ${multiplierBits} bits`,
      { node: layer },
      'give more multiplierBits, or calibration images that drive this layer',
    );
  }
  const multiplier = Int32Array.from(ratios, (ratio) => Math.max(1, Math.round(ratio * 2 ** shift)));
  return { multiplier, shift };
}
