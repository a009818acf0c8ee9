/** Takes out of a network whatever cannot change its scores: exact in integers, no calibration, no tolerance. */
import type { QuantizedNetwork } from '../quantized.js';
import type { CompressedModel } from './compressed-model.js';
import { constantMap, constantOutput } from './constant-output.js';
import { shrinkNetwork } from './shrink-network.js';
import { type WeightMatrix, weightMatrices } from './weight-matrix.js';
import { effectiveWeightScales } from './weight-scales.js';

export interface RemovalOptions {
  /** Real value of a weight's unit, one a filter, layer after layer; default: what the multipliers stand for. */
  readonly weightScales?: readonly Float32Array[];
  /** Kept in the model as it is. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/**
 * Removes, until nothing more is found,
 *
 * - columns that are zero in all filters of a layer (see `taps`);
 * - filters whose output is the same for every image, such as those without weights: the next weighted layer takes it
 *   into its biases, where that is exact (no padding, or padding of that same value);
 * - filters whose channel no column of the next weighted layer reads.
 *
 * Every layer keeps a filter and a column. The filters of the last weighted layer stay, since they are the scores, and
 * so do all rows and columns of a convolution of several groups. Scores are the same for every image.
 */
export function removeUnusedPaths(network: QuantizedNetwork, options: RemovalOptions = {}): CompressedModel {
  const matrices = weightMatrices(network);
  for (let changed = true; changed; ) {
    changed = false;
    matrices.forEach((matrix, index) => {
      const next = matrices[index + 1];
      if (removeZeroColumns(matrix)) changed = true;
      if (next !== undefined && foldConstantRows(matrix, next)) changed = true;
      if (next !== undefined && removeUnreadRows(matrix, next)) changed = true;
    });
  }
  const scales = options.weightScales ?? effectiveWeightScales(network);
  return shrinkNetwork(network, matrices, scales, options.provenance ?? {});
}

function removeZeroColumns(matrix: WeightMatrix): boolean {
  if (matrix.whole) return false;
  const { weights, rows, columns, keptRows, keptColumns } = matrix;
  let left = count(keptColumns);
  const before = left;
  for (let column = columns - 1; column >= 0 && left > 1; column--) {
    if (keptColumns[column] === 0) continue;
    let zero = true;
    for (let row = 0; row < rows && zero; row++) zero = keptRows[row] === 0 || weights[row * columns + column] === 0;
    if (!zero) continue;
    keptColumns[column] = 0;
    left--;
  }
  return left < before;
}

function foldConstantRows(matrix: WeightMatrix, next: WeightMatrix): boolean {
  if (matrix.whole || next.whole) return false;
  let changed = false;
  for (let row = 0; row < matrix.rows; row++) {
    if (matrix.keptRows[row] === 0 || count(matrix.keptRows) === 1) continue;
    const value = constantOutput(matrix, row);
    if (value === undefined) continue;
    const map = constantMap(value, matrix.layer.outputShape, matrix.pools);
    if (!isFoldable(map, next) || readColumns(next, row) === count(next.keptColumns)) continue;
    fold(map, row, next);
    matrix.keptRows[row] = 0;
    changed = true;
  }
  return changed;
}

/** A fully connected layer reads every value with a weight of its own; windows must all see the same. */
function isFoldable(map: Int32Array, { layer }: WeightMatrix): boolean {
  if (layer.kind === 'fullyConnected') return true;
  const padded = layer.padding.some((side) => side > 0);
  return map.every((value) => value === (padded ? layer.paddingValue : map[0]));
}

function fold(map: Int32Array, channel: number, next: WeightMatrix): void {
  const { weights, rows, columns, cells, bias, keptColumns, layer } = next;
  for (let cell = 0; cell < cells; cell++) {
    const column = channel * cells + cell;
    if (keptColumns[column] === 0) continue;
    const value = layer.kind === 'fullyConnected' ? map[cell]! : map[0]!;
    for (let row = 0; row < rows; row++) bias[row] = bias[row]! + weights[row * columns + column]! * value;
    keptColumns[column] = 0;
  }
}

function removeUnreadRows(matrix: WeightMatrix, next: WeightMatrix): boolean {
  if (matrix.whole || next.whole) return false;
  let changed = false;
  for (let row = 0; row < matrix.rows; row++) {
    if (matrix.keptRows[row] === 0 || readColumns(next, row) > 0) continue;
    matrix.keptRows[row] = 0;
    changed = true;
  }
  return changed;
}

/** Columns that are left of those that read a channel. */
function readColumns({ keptColumns, cells }: WeightMatrix, channel: number): number {
  return count(keptColumns.subarray(channel * cells, (channel + 1) * cells));
}

const count = (marks: Uint8Array): number => marks.reduce((sum, mark) => sum + mark, 0);
