import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  keptMask,
  type Matrix,
  type ProjectionDescription,
  projectionOf,
} from '../../../src/compression/projections/index.js';
import { distance, masked, randomMatrix, scaled, smallMatrix, subsets } from './matrices.js';

/** Parts that are kept or dropped whole: how many there are, and which one a weight is of. */
interface Parts {
  readonly count: number;
  readonly of: (row: number, column: number) => number;
}

interface Case {
  readonly description: (keep: number) => ProjectionDescription;
  readonly parts: (matrix: Matrix) => Parts;
}

const blocks =
  (height: number, width: number) =>
  ({ rows, columns }: Matrix): Parts => {
    const across = Math.ceil(columns / width);
    return {
      count: Math.ceil(rows / height) * across,
      of: (row, column) => Math.floor(row / height) * across + Math.floor(column / width),
    };
  };

const cases: Record<string, Case> = {
  unstructured: {
    description: (keep) => ({ kind: 'unstructured', keep }),
    parts: ({ rows, columns }) => ({ count: rows * columns, of: (row, column) => row * columns + column }),
  },
  filter: {
    description: (keep) => ({ kind: 'filter', keep }),
    parts: ({ rows }) => ({ count: rows, of: (row) => row }),
  },
  shape: {
    description: (keep) => ({ kind: 'shape', keep }),
    parts: ({ columns }) => ({ count: columns, of: (_, column) => column }),
  },
  'channels of one weight': {
    description: (keep) => ({ kind: 'channel', keep, kernel: 1 }),
    parts: ({ columns }) => ({ count: columns, of: (_, column) => column }),
  },
  'blocks of 2 × 3, cut at the edges': {
    description: (keep) => ({ kind: 'block', keep, rows: 2, columns: 3 }),
    parts: blocks(2, 3),
  },
};

/** A matrix of at most 4 × 3, so that all choices can be tried, and a number of parts to keep. */
const matrixAndKeep = ({ parts }: Case): fc.Arbitrary<[Matrix, number]> =>
  smallMatrix(3).chain((matrix) => fc.tuple(fc.constant(matrix), fc.integer({ min: 1, max: parts(matrix).count })));

describe.each(Object.entries(cases))('%s', (_, one) => {
  test('keeps whole parts, no more than asked for, and is nearest of all choices', () => {
    fc.assert(
      fc.property(matrixAndKeep(one), ([matrix, keep]) => {
        const { count, of } = one.parts(matrix);
        const before = matrix.values.slice();
        const result = projectionOf(one.description(keep))(matrix);
        expect(matrix.values).toEqual(before);
        const choices = subsets(count, keep).map((kept) => masked(matrix, (row, column) => kept.has(of(row, column))));
        expect(choices.map(({ values }) => values)).toContainEqual(result.values);
        expect(distance(result, matrix)).toBe(Math.min(...choices.map((choice) => distance(choice, matrix))));
      }),
    );
  });

  test('prefers the lowest index among equals', () => {
    const matrix: Matrix = { rows: 4, columns: 3, values: new Float32Array(12).fill(-2) };
    const { count, of } = one.parts(matrix);
    const wholeBlocks = one === cases['blocks of 2 × 3, cut at the edges'] ? 1 : Math.ceil(count / 2);
    const result = projectionOf(one.description(wholeBlocks))(matrix);
    expect(result).toEqual(masked(matrix, (row, column) => of(row, column) < wholeBlocks));
  });

  test('changes nothing the second time, and does not mind the scale', () => {
    fc.assert(
      fc.property(matrixAndKeep(one), fc.constantFrom(2 ** -40, 0.5, 3, -8, 2 ** 40), ([matrix, keep], factor) => {
        const project = projectionOf(one.description(keep));
        const result = project(matrix);
        expect(project(result).values).toEqual(result.values);
        const larger = project(scaled(matrix, factor));
        expect(distance(larger, scaled(result, factor))).toBe(0);
      }),
    );
  });

  test('has nothing to change where everything is kept', () => {
    const matrix = randomMatrix(4, 6, 9);
    expect(projectionOf(one.description(one.parts(matrix).count))(matrix)).toEqual(matrix);
  });

  test.each([0, -1, 1.5, NaN])('refuses to keep %d', (keep) => {
    expect(() => projectionOf(one.description(keep))).toThrow(/keep is .*; keep is a whole number from 1/);
  });

  test('refuses to keep more than there is', () => {
    const matrix = randomMatrix(4, 6, 9);
    const { count } = one.parts(matrix);
    expect(() => projectionOf(one.description(count + 1))(matrix)).toThrow(
      new RegExp(`of a 4 × 6 matrix: keeps ${count + 1} of ${count} \\w+; keep a whole number 1 … ${count}`),
    );
  });

  test.each([NaN, Infinity])('refuses %d', (value) => {
    const matrix = randomMatrix(4, 6, 9);
    matrix.values[8] = value;
    expect(() => projectionOf(one.description(1))(matrix)).toThrow(`row 1, column 2 is ${value};`);
  });
});

describe('unstructured', () => {
  test('tells magnitudes apart that differ in their last bit', () => {
    const matrix = randomMatrix(40, 50, 4);
    const sorted = matrix.values.map(Math.abs).sort().toReversed();
    for (const keep of [1, 17, 1000, 1999]) {
      const { values } = projectionOf({ kind: 'unstructured', keep })(matrix);
      const kept = values.filter((value) => value !== 0).map(Math.abs);
      expect(kept.sort().toReversed()).toEqual(sorted.subarray(0, keep));
    }
    const close: Matrix = { rows: 1, columns: 3, values: Float32Array.of(1, -(1 + 2 ** -23), 1 + 2 ** -22) };
    expect([...keptMask(projectionOf({ kind: 'unstructured', keep: 2 })(close))]).toEqual([0, 1, 1]);
  });

  test('reads a part of a larger array', () => {
    const all = Float32Array.of(9, 9, 1, -3, 2, 9);
    const project = projectionOf({ kind: 'unstructured', keep: 2 });
    expect([...project({ rows: 1, columns: 3, values: all.subarray(2, 5) }).values]).toEqual([0, -3, 2]);
  });
});

describe('channels', () => {
  test('are neighbouring columns', () => {
    const matrix: Matrix = { rows: 2, columns: 6, values: Float32Array.of(1, 1, 2, 0, 0, 1, 1, 1, 0, 2, 0, 1) };
    const { values } = projectionOf({ kind: 'channel', keep: 1, kernel: 2 })(matrix);
    expect([...values]).toEqual([0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0]);
  });

  test('have to be whole', () => {
    expect(() => projectionOf({ kind: 'channel', keep: 1, kernel: 4 })(randomMatrix(2, 6, 1))).toThrow(
      "projection 'channel' of a 2 × 6 matrix: 6 columns are no whole number of channels of 4; give kernel height · kernel width of the layer",
    );
  });
});

describe('filters and columns at once', () => {
  const matrixAndSizes = smallMatrix(4).chain((matrix) =>
    fc.tuple(
      fc.constant(matrix),
      fc.integer({ min: 1, max: matrix.rows }),
      fc.integer({ min: 1, max: matrix.columns }),
    ),
  );

  test('are a submatrix that no better choice of rows alone or columns alone improves', () => {
    fc.assert(
      fc.property(matrixAndSizes, ([matrix, filters, columns]) => {
        const project = projectionOf({ kind: 'filterAndShape', filters, columns });
        const result = project(matrix);
        expect(project(result).values).toEqual(result.values);
        const used = (index: (row: number, column: number) => number): Set<number> => {
          const found = new Set<number>();
          masked(result, (row, column) => {
            if (result.values[row * result.columns + column] !== 0) found.add(index(row, column));
            return true;
          });
          return found;
        };
        const rows = used((row) => row);
        const kept = used((_, column) => column);
        expect(rows.size).toBeLessThanOrEqual(filters);
        expect(kept.size).toBeLessThanOrEqual(columns);
        for (const other of subsets(matrix.rows, filters)) {
          const choice = masked(matrix, (row, column) => other.has(row) && kept.has(column));
          expect(distance(choice, matrix)).toBeGreaterThanOrEqual(distance(result, matrix));
        }
        for (const other of subsets(matrix.columns, columns)) {
          const choice = masked(matrix, (row, column) => rows.has(row) && other.has(column));
          expect(distance(choice, matrix)).toBeGreaterThanOrEqual(distance(result, matrix));
        }
      }),
    );
  });

  test('are no worse than rows first, columns second', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const matrix = randomMatrix(12, 20, seed);
      const joint = projectionOf({ kind: 'filterAndShape', filters: 4, columns: 6 })(matrix);
      const steps = [{ kind: 'filter', keep: 4 } as const, { kind: 'shape', keep: 6 } as const];
      for (const order of [steps, steps.toReversed()]) {
        const greedy = projectionOf({ kind: 'sequence', steps: order })(matrix);
        expect(distance(joint, matrix)).toBeLessThanOrEqual(distance(greedy, matrix) + 1e-9);
      }
    }
  });
});

describe('a sequence of prunings', () => {
  test('meets both constraints and settles at once', () => {
    const project = projectionOf({
      kind: 'sequence',
      steps: [
        { kind: 'block', keep: 3, rows: 4, columns: 5 },
        { kind: 'unstructured', keep: 20 },
      ],
    });
    const matrix = randomMatrix(12, 20, 5);
    const result = project(matrix);
    const parts = blocks(4, 5)(matrix);
    const used = new Set<number>();
    result.values.forEach((value, index) => {
      if (value !== 0) used.add(parts.of(Math.floor(index / 20), index % 20));
    });
    expect(used.size).toBe(3);
    expect(keptMask(result).reduce((sum, bit) => sum + bit, 0)).toBe(20);
    expect(project(result)).toEqual(result);
  });

  test('is not empty', () => {
    expect(() => projectionOf({ kind: 'sequence', steps: [] })).toThrow(
      'it has no steps; give at least one projection',
    );
  });
});

test('sizes of a matrix agree', () => {
  const project = projectionOf({ kind: 'unstructured', keep: 1 });
  expect(() => project({ rows: 2, columns: 2, values: new Float32Array(3) })).toThrow('there are 3 values, not 4;');
  expect(() => project({ rows: 0, columns: 2, values: new Float32Array(0) })).toThrow('not whole positive numbers');
});
