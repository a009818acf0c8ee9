import { checkKeep, checkMatrix, type Matrix } from './matrix.js';

/** The `keep` weights of largest magnitude; of equal ones, those of the lowest index. */
export function keepLargest(matrix: Matrix, keep: number): Matrix {
  checkMatrix(matrix, 'unstructured');
  checkKeep(keep, matrix.values.length, 'weights', matrix, 'unstructured');
  const { values } = matrix;
  // Without their sign, the bits of floating-point numbers are integers in the order of the magnitudes.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const { threshold, atThreshold } = largestKey(bits, keep);
  const kept = new Float32Array(values.length);
  let left = atThreshold;
  for (let index = 0; index < values.length; index++) {
    const key = bits[index]! & 0x7fffffff;
    if (key < threshold || (key === threshold && left-- <= 0)) continue;
    kept[index] = values[index]!;
  }
  return { ...matrix, values: kept };
}

/** The `keep`-th largest key, and how many that are equal to it belong to the `keep`: two counts of 16 bits each. */
function largestKey(bits: Uint32Array, keep: number): { threshold: number; atThreshold: number } {
  const counts = new Uint32Array(1 << 16);
  for (let index = 0; index < bits.length; index++) counts[(bits[index]! & 0x7fffffff) >>> 16]!++;
  const upper = descendTo(counts, keep);
  counts.fill(0);
  for (let index = 0; index < bits.length; index++) {
    if ((bits[index]! & 0x7fffffff) >>> 16 === upper.key) counts[bits[index]! & 0xffff]!++;
  }
  const lower = descendTo(counts, upper.left);
  return { threshold: upper.key * 2 ** 16 + lower.key, atThreshold: lower.left };
}

/** The key at which `keep` items are reached from above, and how many of its own are among them. */
function descendTo(counts: Uint32Array, keep: number): { key: number; left: number } {
  let left = keep;
  let key = counts.length - 1;
  for (; counts[key]! < left; key--) left -= counts[key]!;
  return { key, left };
}
