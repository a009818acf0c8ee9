import { Cholesky } from '../linear-algebra/cholesky.js';
import { groupOf, type LayerObjective } from './layer-objective.js';

/**
 * The weights of least error that are zero where `mask` is. Filters of one support share a factorisation: one for a layer
 * whose columns were pruned, one a filter for single weights.
 */
export function refit(objective: LayerObjective, mask: Float32Array): Float32Array {
  const { taps, filters, c } = objective;
  const weights = new Float32Array(filters * taps);
  for (const members of filtersBySupport(objective, mask)) {
    const first = members[0]!;
    const H = objective.H[groupOf(objective, first)]!;
    const support: number[] = [];
    for (let tap = 0; tap < taps; tap++) if (mask[first * taps + tap] !== 0) support.push(tap);
    const size = support.length;
    const part = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        part[row * size + column] = H[support[row]! * taps + support[column]!]!;
      }
    }
    const solution = Float64Array.from(
      { length: members.length * size },
      (_, index) => c[members[Math.floor(index / size)]! * taps + support[index % size]!]!,
    );
    new Cholesky(part, size).solve(solution);
    solution.forEach((value, index) => {
      weights[members[Math.floor(index / size)]! * taps + support[index % size]!] = value;
    });
  }
  return weights;
}

/** Filters with one H and one support, without those that have none. */
function filtersBySupport(objective: LayerObjective, mask: Float32Array): number[][] {
  const { taps, filters } = objective;
  const sets = new Map<string, number[]>();
  for (let filter = 0; filter < filters; filter++) {
    const own = mask.subarray(filter * taps, (filter + 1) * taps);
    if (!own.includes(1)) continue;
    const key = `${groupOf(objective, filter)} ${own.join('')}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [filter]);
    else set.push(filter);
  }
  return [...sets.values()];
}
