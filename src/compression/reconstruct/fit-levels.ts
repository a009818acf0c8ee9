/**
 * Kept weights on levels, by turns: integers of least error of the output at given scales (coordinate descent, as in
 * quantisation), then the scales of least error for these integers. Zeros stay.
 */
import { descend, moments, type Objective, product, type Rounding } from '../../network/quantize/reconstruction.js';
import type { Levels } from '../projections/description.js';
import { ladder, nearestLevel } from '../projections/level-scale.js';
import { projectToLevels } from '../projections/levels.js';
import { groupOf, type LayerObjective } from './layer-objective.js';

const rounds = 4;

export interface FittedLevels {
  readonly weights: Float32Array;
  /** One, or one a filter. */
  readonly scales: Float32Array;
}

export function fitLevels(objective: LayerObjective, weights: Float32Array, levels: Levels): FittedLevels {
  const { taps, filters } = objective;
  const start = projectToLevels({ rows: filters, columns: taps, values: weights }, levels);
  const { integers, scales } = start;
  const rungs = ladder(levels.bits, levels.spacing);
  const rounding: Rounding = (value) => Math.sign(value) * nearestLevel(rungs, Math.abs(value));
  const fixed = Uint8Array.from(weights, (weight) => (weight === 0 ? 1 : 0));
  const part = <T extends Int8Array | Uint8Array>(values: T, filter: number): T =>
    values.subarray(filter * taps, (filter + 1) * taps) as T;
  const objectives = objective.H.map((H): Objective => ({ taps, H, c: objective.c }));
  for (let round = 0; round < rounds; round++) {
    const square = new Float64Array(scales.length);
    const linear = new Float64Array(scales.length);
    for (let filter = 0; filter < filters; filter++) {
      const own = objectives[groupOf(objective, filter)]!;
      const shared = filter % scales.length;
      const q = part(integers, filter);
      const Hq = product(own, q);
      descend(own, filter, scales[shared]!, rounding, q, Hq, part(fixed, filter));
      const [filterSquare, filterLinear] = moments(own, filter, q, Hq);
      square[shared]! += filterSquare;
      linear[shared]! += filterLinear;
    }
    for (let index = 0; index < scales.length; index++) {
      if (linear[index]! > 0) scales[index] = linear[index]! / square[index]!;
    }
  }
  return {
    weights: Float32Array.from(integers, (integer, index) =>
      integer === 0 ? 0 : integer * scales[Math.floor(index / taps) % scales.length]!,
    ),
    scales,
  };
}
