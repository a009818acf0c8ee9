/** Scales and integers of one group's filters. */
import { descend, moments, type Objective, product, type Rounding } from './reconstruction.js';

export interface QuantizedFilters {
  /** [filters, taps]. */
  readonly weights: Int8Array;
  /** One a filter: a sum of integer products times this is the real output (without bias). */
  readonly scales: Float64Array;
}

/** Clipping ranges to start from, as parts of the largest weight. Many bits have nothing to gain from cutting off. */
const clippings = (weightBits: number): readonly number[] =>
  weightBits >= 7 ? [1] : weightBits >= 5 ? [1, 0.8] : [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4];

/** Turns of descent and new scale that the best start gets. */
const finalRounds = 3;

/**
 * @param floatWeights v of `Objective`, [filters, taps]: real weights for inputs as integers
 * @param common one scale for all filters, so that their sums can be compared
 * @param fixed [filters, taps]: 1 for weights of 0 that stay 0
 */
export function searchWeights(
  objective: Objective,
  floatWeights: Float64Array,
  weightBits: number,
  rounding: Rounding,
  common: boolean,
  fixed?: Uint8Array,
): QuantizedFilters {
  const { taps } = objective;
  const filters = floatWeights.length / taps;
  if (common) return searchTogether(objective, floatWeights, weightBits, rounding, 0, filters, fixed);
  const weights = new Int8Array(floatWeights.length);
  const scales = new Float64Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    const found = searchTogether(objective, floatWeights, weightBits, rounding, filter, 1, fixed);
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
  fixed: Uint8Array | undefined,
): QuantizedFilters {
  const { taps } = objective;
  const part = floatWeights.subarray(firstFilter * taps, (firstFilter + filters) * taps);
  const starts = startingScales(part, weightBits);
  const objectiveFilters = Array.from({ length: filters }, (_, filter) => firstFilter + filter);
  let best: Attempt = { weights: new Int8Array(part.length), scale: NaN, error: Infinity };
  const improve = (start: Attempt): void => {
    const attempt = refine(objective, objectiveFilters, start, rounding, fixed);
    if (attempt.error < best.error) best = attempt;
  };
  for (const scale of starts) {
    const weights = Int8Array.from(part, (value) => rounding(value / scale));
    improve({ weights, scale, error: Infinity });
  }
  for (let round = 0; round < finalRounds && best.error < Infinity; round++) improve(best);
  return { weights: best.weights, scales: new Float64Array(filters).fill(best.scale) };
}

interface Attempt {
  readonly weights: Int8Array;
  readonly scale: number;
  readonly error: number;
}

/** Descent at the attempt's scale, then the best scale for the integers that it found. */
function refine(
  objective: Objective,
  filters: readonly number[],
  start: Attempt,
  rounding: Rounding,
  fixed: Uint8Array | undefined,
): Attempt {
  const { taps } = objective;
  const weights = start.weights.slice();
  let square = 0;
  let linear = 0;
  filters.forEach((filter, index) => {
    const q = weights.subarray(index * taps, (index + 1) * taps);
    const gradient = product(objective, q);
    const staying = fixed?.subarray(filter * taps, (filter + 1) * taps);
    descend(objective, filter, start.scale, rounding, q, gradient, staying);
    const [filterSquare, filterLinear] = moments(objective, filter, q, gradient);
    square += filterSquare;
    linear += filterLinear;
  });
  const scale = linear > 0 && square > 0 ? linear / square : start.scale;
  return { weights, scale, error: scale * scale * square - 2 * scale * linear };
}

/** The scales at which the clipped range of the weights fills the integers; the mean magnitude for one bit. */
export function startingScales(weights: Float64Array, weightBits: number): number[] {
  const magnitudes = weights.map(Math.abs);
  const largest = magnitudes.reduce((most, value) => Math.max(most, value), 0);
  // Filters without weights have no scale of their own.
  if (largest === 0) return [1];
  if (weightBits === 1) return [magnitudes.reduce((sum, value) => sum + value, 0) / weights.length];
  const levels = 2 ** (weightBits - 1) - 1;
  return clippings(weightBits).map((clipping) => (clipping * largest) / levels);
}
