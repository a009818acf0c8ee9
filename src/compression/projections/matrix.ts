import { ProjectionError } from './projection-error.js';

/**
 * The weights of a layer as the matrix that its inputs are multiplied with: rows are filters (or outputs), columns the
 * inputs of a window in the order (channel, kernel row, kernel column).
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** rows · columns numbers, row by row. */
  readonly values: Float32Array;
}

/**
 * The matrix nearest to the given one, in the sum of squared differences, among those that meet a constraint; a projection
 * that finds a near one only says so. The given matrix is not changed.
 *
 * @throws ProjectionError where no such matrix exists
 */
export type Projection = (matrix: Matrix) => Matrix;

/** The weights of a layer with `filters` filters; shares their memory. */
export function matrixOf(weights: Float32Array, filters: number): Matrix {
  return { rows: filters, columns: weights.length / filters, values: weights };
}

export const sizeOf = ({ rows, columns }: Matrix): string => `${rows} × ${columns} matrix`;

/** @throws ProjectionError for sizes that do not agree, and for NaN and infinities */
export function checkMatrix(matrix: Matrix, projection: string): void {
  const { rows, columns, values } = matrix;
  const where = `projection '${projection}' of a ${sizeOf(matrix)}`;
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0)) {
    throw new ProjectionError(where, 'its sizes are not whole positive numbers', 'give the weights of one layer');
  }
  if (values.length !== rows * columns) {
    throw new ProjectionError(
      where,
      `there are ${values.length} values, not ${rows * columns}`,
      'give one value for each row and column',
    );
  }
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index]!)) continue;
    throw new ProjectionError(
      where,
      `row ${Math.floor(index / columns)}, column ${index % columns} is ${values[index]!}`,
      'nothing is nearest to it: check the training that gave these weights (a smaller step size keeps them finite)',
    );
  }
}

/** @throws ProjectionError unless `keep` is a whole number from 1 to `available` */
export function checkKeep(keep: number, available: number, what: string, matrix: Matrix, projection: string): void {
  if (Number.isInteger(keep) && keep >= 1 && keep <= available) return;
  throw new ProjectionError(
    `projection '${projection}' of a ${sizeOf(matrix)}`,
    `keeps ${keep} of ${available} ${what}`,
    `keep a whole number 1 … ${available}`,
  );
}

/** 1 where a weight is not zero, else 0: the mask that training goes on with. */
export function keptMask({ values }: Pick<Matrix, 'values'>): Float32Array {
  return values.map((value) => (value === 0 ? 0 : 1));
}
