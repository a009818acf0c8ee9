/**
 * Which weights a layer keeps, by ADMM on the quadratic objective (S. Boyd et al., "Distributed Optimization and
 * Statistical Learning via the Alternating Direction Method of Multipliers", 2011, section 9.1): W-steps in closed form,
 *
 *     W = (H + ρ I)⁻¹ (c + ρ (Z − U)),   Z = projection(W + U),   U = U + W − Z,
 *
 * with ρ growing until the support of Z stays (X. Meng et al., "ALPS", arXiv:2406.07831). Weights are measured in units of
 * their effect: each is multiplied by the deviation of its input, √H_jj, so that the projection keeps what matters to the
 * output. The supports of pruned weights do not change by that.
 */
import { Cholesky } from '../linear-algebra/cholesky.js';
import { keptMask, type Matrix, type Projection } from '../projections/matrix.js';
import { groupOf, type LayerObjective, objectiveValue } from './layer-objective.js';
import { refit } from './refit.js';

const firstRho = 0.03;
const growth = 2;
const stages = 10;
const turns = 4;

/**
 * The best of three supports, each with refitted weights: the magnitudes of the dense weights, their effects, and the
 * support that ADMM finds. So the error is never above that of refitting what plain projection keeps.
 */
export function pruneLayer(objective: LayerObjective, dense: Matrix, project: Projection): Float32Array {
  const effects = effectsOf(objective);
  const measured = { ...dense, values: dense.values.map((value, index) => value * effects[index]!) };
  const supports = [project(dense), project(measured), admm(objective, measured, effects, project)];
  const candidates = supports.map((support) => refit(objective, keptMask(support)));
  const errors = candidates.map((weights) => objectiveValue(objective, weights));
  return candidates[errors.indexOf(Math.min(...errors))]!;
}

/** √H_jj for every weight. */
function effectsOf(objective: LayerObjective): Float64Array {
  const { taps, filters, H } = objective;
  return Float64Array.from({ length: filters * taps }, (_, index) => {
    const tap = index % taps;
    return Math.sqrt(H[groupOf(objective, Math.floor(index / taps))]![tap * taps + tap]!);
  });
}

function admm(objective: LayerObjective, start: Matrix, effects: Float64Array, project: Projection): Matrix {
  const { taps, filters } = objective;
  const groups = objective.H.length;
  const groupSize = (filters / groups) * taps;
  const H = objective.H.map((values, group) => {
    const scale = effects.subarray(group * groupSize, group * groupSize + taps);
    return values.map((value, index) => value / (scale[Math.floor(index / taps)]! * scale[index % taps]!));
  });
  const c = objective.c.map((value, index) => value / effects[index]!);
  const W = new Float64Array(filters * taps);
  const U = new Float64Array(filters * taps);
  let Z = project(start);
  let rho = firstRho;
  for (let stage = 0; stage < stages; stage++) {
    const before = keptMask(Z);
    const factors = H.map((values) => new Cholesky(withDiagonal(values, taps, rho), taps));
    for (let turn = 0; turn < turns; turn++) {
      for (let index = 0; index < W.length; index++) W[index] = c[index]! + rho * (Z.values[index]! - U[index]!);
      factors.forEach((factor, group) => factor.solve(W.subarray(group * groupSize, (group + 1) * groupSize)));
      Z = project({ ...start, values: Float32Array.from(W, (value, index) => value + U[index]!) });
      for (let index = 0; index < W.length; index++) U[index]! += W[index]! - Z.values[index]!;
    }
    const after = keptMask(Z);
    if (stage > 0 && after.every((bit, index) => bit === before[index])) break;
    // U is the multiplier divided by ρ.
    rho *= growth;
    for (let index = 0; index < U.length; index++) U[index]! /= growth;
  }
  return Z;
}

function withDiagonal(matrix: Float64Array, size: number, value: number): Float64Array {
  const result = matrix.slice();
  for (let index = 0; index < size; index++) result[index * size + index]! += value;
  return result;
}
