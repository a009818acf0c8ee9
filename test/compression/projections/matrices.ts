/** Matrices to project, and how far they are from each other. */
import fc from 'fast-check';
import type { Matrix } from '../../../src/compression/projections/index.js';

/** Whole numbers give ties and zeros; halves of them are as exact. */
export const smallMatrix = (most = 4): fc.Arbitrary<Matrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }))
    .chain(([rows, columns]) =>
      fc
        .array(fc.integer({ min: -6, max: 6 }), { minLength: rows * columns, maxLength: rows * columns })
        .map((values) => ({ rows, columns, values: Float32Array.from(values, (value) => value / 2) })),
    );

/** Real numbers of very different sizes, each from a seed. */
export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  let state = (seed % 2147483646) + 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let skip = 0; skip < 5; skip++) random();
  const values = Float32Array.from({ length: rows * columns }, () => (random() - 0.5) * random() * random());
  return { rows, columns, values };
}

export function distance(a: Matrix, b: Matrix): number {
  return a.values.reduce((sum, value, index) => sum + (value - b.values[index]!) ** 2, 0);
}

export const scaled = (matrix: Matrix, factor: number): Matrix => ({
  ...matrix,
  values: matrix.values.map((value) => value * factor),
});

/** The matrix with zeros where `kept` says no. */
export const masked = (matrix: Matrix, kept: (row: number, column: number) => boolean): Matrix => ({
  ...matrix,
  values: matrix.values.map((value, index) =>
    kept(Math.floor(index / matrix.columns), index % matrix.columns) ? value : 0,
  ),
});

/** All subsets of 0 … count − 1 with `size` elements. */
export function subsets(count: number, size: number): Set<number>[] {
  return Array.from({ length: 2 ** count }, (_, bits) => bits)
    .map((bits) => new Set(Array.from({ length: count }, (_, index) => index).filter((index) => (bits >> index) & 1)))
    .filter((subset) => subset.size === size);
}
