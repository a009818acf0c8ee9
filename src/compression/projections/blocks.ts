/** Filters, columns, channels and blocks of an array are all blocks of the matrix; the largest are kept whole. */
import { checkKeep, checkMatrix, type Matrix, sizeOf } from './matrix.js';
import { ProjectionError } from './projection-error.js';

export interface BlockShape {
  readonly rows: number;
  readonly columns: number;
}

/** The `keep` rows of largest norm. */
export function keepFilters(matrix: Matrix, keep: number): Matrix {
  return keepBlocksOf(matrix, { rows: 1, columns: matrix.columns }, keep, 'filter', 'filters');
}

/** The `keep` columns of largest norm. */
export function keepShape(matrix: Matrix, keep: number): Matrix {
  return keepBlocksOf(matrix, { rows: matrix.rows, columns: 1 }, keep, 'shape', 'columns');
}

/** The `keep` groups of `kernel` neighbouring columns of largest norm. */
export function keepChannels(matrix: Matrix, keep: number, kernel: number): Matrix {
  if (matrix.columns % kernel !== 0) {
    throw new ProjectionError(
      `projection 'channel' of a ${sizeOf(matrix)}`,
      `${matrix.columns} columns are no whole number of channels of ${kernel}`,
      'give kernel height · kernel width of the layer',
    );
  }
  return keepBlocksOf(matrix, { rows: matrix.rows, columns: kernel }, keep, 'channel', 'channels');
}

/** The `keep` blocks of largest norm; the last ones of a row or column of blocks may be cut. */
export function keepBlocks(matrix: Matrix, shape: BlockShape, keep: number): Matrix {
  return keepBlocksOf(matrix, shape, keep, 'block', 'blocks');
}

function keepBlocksOf(matrix: Matrix, shape: BlockShape, keep: number, projection: string, what: string): Matrix {
  checkMatrix(matrix, projection);
  const norms = blockNorms(matrix, shape);
  checkKeep(keep, norms.length, what, matrix, projection);
  return maskBlocks(matrix, shape, largest(norms, keep));
}

/** Squared norms, row of blocks by row of blocks. */
export function blockNorms({ rows, columns, values }: Matrix, shape: BlockShape): Float64Array {
  const across = Math.ceil(columns / shape.columns);
  const norms = new Float64Array(Math.ceil(rows / shape.rows) * across);
  for (let row = 0; row < rows; row++) {
    let block = Math.floor(row / shape.rows) * across;
    for (let first = 0; first < columns; first += shape.columns, block++) {
      const end = row * columns + Math.min(first + shape.columns, columns);
      let sum = 0;
      for (let index = row * columns + first; index < end; index++) sum += values[index]! * values[index]!;
      norms[block]! += sum;
    }
  }
  return norms;
}

/** 1 for the `keep` largest, of equal ones those of the lowest index; else 0. */
export function largest(norms: Float64Array, keep: number): Uint8Array {
  const order = Array.from(norms.keys()).sort((a, b) => norms[b]! - norms[a]! || a - b);
  const kept = new Uint8Array(norms.length);
  for (const index of order.slice(0, keep)) kept[index] = 1;
  return kept;
}

function maskBlocks(matrix: Matrix, shape: BlockShape, kept: Uint8Array): Matrix {
  const { rows, columns, values } = matrix;
  const across = Math.ceil(columns / shape.columns);
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    let block = Math.floor(row / shape.rows) * across;
    for (let first = 0; first < columns; first += shape.columns, block++) {
      if (kept[block] === 0) continue;
      const start = row * columns + first;
      result.set(values.subarray(start, row * columns + Math.min(first + shape.columns, columns)), start);
    }
  }
  return { ...matrix, values: result };
}
