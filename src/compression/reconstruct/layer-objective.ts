/**
 * What reconstruction minimises for a layer with weights W ([filters, taps]), over windows x of calibration images:
 *
 *     E(W) = mean |y − W x|² + λ |W − D|²        (x, y less their means; the bias takes the means)
 *          = const + Σ_f  w_fᵀ H w_f − 2 w_fᵀ c_f,     H = cov(x) + λ I,   c_f = cov(x, y_f) + λ d_f
 *
 * y are the outputs of the dense layer, D its weights, x the inputs that the layer will really have. The ridge
 * λ = ridge · taps / windows · (mean variance of an input) holds weights where the windows say little, and vanishes as they
 * become many: a dense layer has one window an image. The inputs of a group have one H.
 */
import type { LayerStatistics } from '../../network/quantize/statistics.js';

export interface LayerObjective {
  readonly taps: number;
  readonly filters: number;
  /** [taps, taps] for each group of neighbouring filters. */
  readonly H: readonly Float64Array[];
  /** [filters, taps]. */
  readonly c: Float64Array;
}

export function layerObjective(
  statistics: readonly LayerStatistics[],
  dense: Float32Array,
  ridge: number,
): LayerObjective {
  const { taps } = statistics[0]!;
  const c = new Float64Array(dense.length);
  const groupSize = dense.length / statistics.length;
  const H = statistics.map(({ rows, covariance, correlation }, group) => {
    let trace = 0;
    for (let tap = 0; tap < taps; tap++) trace += covariance[tap * taps + tap]!;
    // Inputs that never vary say nothing, whatever their number.
    const lambda = trace > 0 ? (ridge * trace) / rows : 1;
    const sums = covariance.slice();
    for (let tap = 0; tap < taps; tap++) sums[tap * taps + tap]! += lambda;
    for (let index = 0; index < groupSize; index++) {
      c[group * groupSize + index] = correlation[index]! + lambda * dense[group * groupSize + index]!;
    }
    return sums;
  });
  return { taps, filters: dense.length / taps, H, c };
}

/** The group of a filter. */
export const groupOf = ({ filters, H }: LayerObjective, filter: number): number =>
  Math.floor((filter * H.length) / filters);

/** E(W) without its constant. */
export function objectiveValue(objective: LayerObjective, weights: Float32Array): number {
  const { taps, filters, c } = objective;
  let value = 0;
  for (let filter = 0; filter < filters; filter++) {
    const H = objective.H[groupOf(objective, filter)]!;
    for (let row = 0; row < taps; row++) {
      const weight = weights[filter * taps + row]!;
      if (weight === 0) continue;
      let sum = -2 * c[filter * taps + row]!;
      for (let column = 0; column < taps; column++) sum += H[row * taps + column]! * weights[filter * taps + column]!;
      value += weight * sum;
    }
  }
  return value;
}
