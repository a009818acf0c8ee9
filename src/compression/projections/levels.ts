import type { Levels } from './description.js';
import { bestScale, type Ladder, ladder, nearestLevel, squaredError } from './level-scale.js';
import { checkMatrix, type Matrix } from './matrix.js';

/** Weights on levels: value = scale · integer, in float32. */
export interface LevelledMatrix {
  readonly matrix: Matrix;
  /** One, or one a row. Rows (or matrices) of zeros have scale 1. */
  readonly scales: Float32Array;
  /** Of `bits` bits with equidistant levels; up to ±64 with powers of two. */
  readonly integers: Int8Array;
}

/** The nearest weights on levels, over all scales and all assignments together; see `bestScale` for how exactly. */
export function projectToLevels(matrix: Matrix, { bits, spacing, per }: Omit<Levels, 'kind'>): LevelledMatrix {
  checkMatrix(matrix, 'levels');
  const rungs = ladder(bits, spacing);
  const groups = per === 'filter' ? matrix.rows : 1;
  const size = matrix.values.length / groups;
  const scales = new Float32Array(groups);
  const integers = new Int8Array(matrix.values.length);
  const values = new Float32Array(matrix.values.length);
  for (let group = 0; group < groups; group++) {
    const part = matrix.values.subarray(group * size, (group + 1) * size);
    const scale = groupScale(part, rungs);
    scales[group] = scale;
    for (let index = 0; index < size; index++) {
      const value = part[index]!;
      const integer = Math.sign(value) * nearestLevel(rungs, Math.abs(value) / scale);
      integers[group * size + index] = integer;
      // Not −0, which has another bit pattern than the zero of a pruned weight.
      values[group * size + index] = integer === 0 ? 0 : integer * scale;
    }
  }
  return { matrix: { ...matrix, values }, scales, integers };
}

/** The best scale as a float32. */
function groupScale(values: Float32Array, rungs: Ladder): number {
  const all = new Float64Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (values[index] !== 0) all[count++] = Math.abs(values[index]!);
  }
  if (count === 0) return 1;
  const magnitudes = all.subarray(0, count).sort();
  // Weights that are on levels keep their scale, bit for bit: it is one of the best scale's neighbours.
  const bits = new Uint32Array(Float32Array.of(bestScale(magnitudes, rungs)).buffer)[0]!;
  const candidates = new Float32Array(Uint32Array.from([bits, bits - 1, bits + 1], (key) => Math.max(1, key)).buffer);
  const errors = Array.from(candidates, (scale) => squaredError(magnitudes, scale, rungs));
  return candidates[errors.indexOf(Math.min(...errors))]!;
}
