/** Scales and integers of one group's filters. */
import { descend, moments, type Objective, product, type Rounding } from './reconstruction.js';

export interface QuantizedFilters {
  /** [filters, taps]. */
  readonly weights: Int8Array;
  /** One a filter: a sum of integer products times this is the real output (without bias). */
  readonly scales: Float64Array;
}

/** Clipping ranges to start from, as parts of the largest weight. */
const clippings = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4];

const rounds = 4;

/**
 * @param floatWeights v of `Objective`, [filters, taps]: real weights for inputs as integers
 * @param common one scale for all filters, so that their sums can be compared
 */
export function searchWeights(
  objective: Objective,
  floatWeights: Float64Array,
  weightBits: number,
  rounding: Rounding,
  common: boolean,
): QuantizedFilters {
  const { taps } = objective;
  const filters = floatWeights.length / taps;
  if (common) return searchTogether(objective, floatWeights, weightBits, rounding, 0, filters);
  const weights = new Int8Array(floatWeights.length);
  const scales = new Float64Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    const found = searchTogether(objective, floatWeights, weightBits, rounding, filter, 1);
    weights.set(found.weights, filter * taps);
    scales[filter] = found.scales[0]!;
  }
  return { weights, scales };
}

function searchTogether(
  objective: Objective,
  floatWeights: Float64Array,
  weightBits: number,
  rounding: Rounding,
  firstFilter: number,
  filters: number,
): QuantizedFilters {
  const { taps } = objective;
  const part = floatWeights.subarray(firstFilter * taps, (firstFilter + filters) * taps);
  const starts = startingScales(part, weightBits);
  let best: QuantizedFilters = { weights: new Int8Array(part.length), scales: new Float64Array(filters).fill(NaN) };
  let bestError = Infinity;
  for (const start of starts) {
    let scale = start;
    const weights = Int8Array.from(part, (value) => rounding(value / scale));
    const gradients = Array.from({ length: filters }, (_, filter) =>
      product(objective, weights.subarray(filter * taps, (filter + 1) * taps)),
    );
    for (let round = 0; round < rounds; round++) {
      let square = 0;
      let linear = 0;
      for (let filter = 0; filter < filters; filter++) {
        const q = weights.subarray(filter * taps, (filter + 1) * taps);
        descend(objective, firstFilter + filter, scale, rounding, q, gradients[filter]!);
        const [filterSquare, filterLinear] = moments(objective, firstFilter + filter, q, gradients[filter]!);
        square += filterSquare;
        linear += filterLinear;
      }
      if (linear > 0 && square > 0) scale = linear / square;
      const error = scale * scale * square - 2 * scale * linear;
      if (error < bestError) {
        bestError = error;
        best = { weights: weights.slice(), scales: new Float64Array(filters).fill(scale) };
      }
    }
  }
  return best;
}

/** The scales at which the clipped range of the weights fills the integers; the mean magnitude for one bit. */
export function startingScales(weights: Float64Array, weightBits: number): number[] {
  const magnitudes = weights.map(Math.abs);
  const largest = magnitudes.reduce((most, value) => Math.max(most, value), 0);
  // Filters without weights have no scale of their own.
  if (largest === 0) return [1];
  if (weightBits === 1) return [magnitudes.reduce((sum, value) => sum + value, 0) / weights.length];
  const levels = 2 ** (weightBits - 1) - 1;
  return clippings.map((clipping) => (clipping * largest) / levels);
}
