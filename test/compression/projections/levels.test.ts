import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptMask, type Matrix, projectionOf, projectToLevels } from '../../../src/compression/projections/index.js';
import { distance, randomMatrix, scaled, smallMatrix } from './matrices.js';

const spacings = ['equidistant', 'powersOfTwo'] as const;

/** Integers of `bits` bits that a weight may be, written down by hand. */
const allowed = {
  equidistant: {
    2: [0, 1],
    3: [0, 1, 2, 3],
    4: [0, 1, 2, 3, 4, 5, 6, 7],
    8: Array.from({ length: 128 }, (_, integer) => integer),
  },
  powersOfTwo: { 2: [0, 1], 3: [0, 1, 2, 4], 4: [0, 1, 2, 4, 8, 16, 32, 64] },
} satisfies Record<string, Record<number, readonly number[]>>;

const levelsOf = (spacing: (typeof spacings)[number], bits: number): readonly number[] =>
  (allowed[spacing] as Record<number, readonly number[]>)[bits]!;

/** The squared error of the best scale for integers that are given. */
function errorOf(values: ArrayLike<number>, integers: readonly number[]): number {
  let linear = 0;
  let square = 0;
  let total = 0;
  integers.forEach((integer, index) => {
    linear += integer * Math.abs(values[index]!);
    square += integer * integer;
    total += values[index]! ** 2;
  });
  return square === 0 ? total : total - (linear * linear) / square;
}

/** Over all assignments of levels to magnitudes. */
function leastError(values: ArrayLike<number>, levels: readonly number[]): number {
  let assignments: number[][] = [[]];
  for (let index = 0; index < values.length; index++) {
    assignments = assignments.flatMap((assignment) => levels.map((level) => [...assignment, level]));
  }
  return Math.min(...assignments.map((assignment) => errorOf(values, assignment)));
}

const energy = ({ values }: Pick<Matrix, 'values'>): number => values.reduce((sum, value) => sum + value * value, 0);

const numbers = (count: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: count, maxLength: count })
    .map((values) => Float32Array.from(values, (value) => (Math.abs(value) < 1e-20 ? 0 : value)));

describe.each(spacings)('%s levels', (spacing) => {
  test.each([
    [2, 5],
    [3, 5],
    [4, 4],
  ])('of %d bits are nearest over all scales and assignments', (bits, count) => {
    fc.assert(
      fc.property(numbers(count), (values) => {
        const matrix = { rows: 1, columns: count, values };
        const result = projectToLevels(matrix, { bits, spacing, per: 'layer' });
        const least = leastError(values, levelsOf(spacing, bits));
        expect(distance(result.matrix, matrix)).toBeLessThanOrEqual(least + 1e-9 * energy(matrix));
      }),
      { numRuns: 60 },
    );
  });

  test('of many weights are as near as all scales at which one changes its level', () => {
    const bits = spacing === 'equidistant' ? 8 : 4;
    const count = spacing === 'equidistant' ? 200 : 50_000;
    const matrix = randomMatrix(1, count, 7);
    const levels = levelsOf(spacing, bits);
    const result = projectToLevels(matrix, { bits, spacing, per: 'layer' });
    const nearest = (magnitude: number): number =>
      levels.reduce((best, level) => (Math.abs(level - magnitude) < Math.abs(best - magnitude) ? level : best));
    const scales =
      spacing === 'equidistant'
        ? levels
            .slice(1)
            .flatMap((level) => Array.from(matrix.values, (value) => (1 + 1e-12) * (Math.abs(value) / (level - 0.5))))
            .filter((scale) => scale > 0.0008 && scale < 0.005)
        : Array.from({ length: 200 }, (_, index) => 1e-3 * 1.03 ** index);
    expect(scales.length).toBeGreaterThan(100);
    const least = Math.min(
      ...scales.map((scale) =>
        errorOf(
          matrix.values,
          Array.from(matrix.values, (v) => nearest(Math.abs(v) / scale)),
        ),
      ),
    );
    expect(distance(result.matrix, matrix)).toBeLessThanOrEqual(least * 1.0001);
  });

  test.each([
    [2, 'layer'],
    [3, 'filter'],
    [4, 'layer'],
  ] as const)('of %d bits a %s are integers times a scale, and change nothing the second time', (bits, per) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1e-12, 1, 1e12), (seed, size) => {
        const matrix = scaled(randomMatrix(3, 7, seed), size);
        const { matrix: result, scales, integers } = projectToLevels(matrix, { bits, spacing, per });
        expect(scales.length).toBe(per === 'layer' ? 1 : 3);
        const levels = levelsOf(spacing, bits);
        integers.forEach((integer, index) => {
          expect(levels).toContain(Math.abs(integer));
          const scale = scales[per === 'layer' ? 0 : Math.floor(index / 7)]!;
          expect(result.values[index]).toBe(integer === 0 ? 0 : Math.fround(integer * scale));
        });
        expect(projectToLevels(result, { bits, spacing, per }).matrix).toEqual(result);
      }),
    );
  });

  test('of one scale a filter are no farther than those of one scale a layer', () => {
    fc.assert(
      fc.property(smallMatrix(4), (matrix) => {
        const [filter, layer] = (['filter', 'layer'] as const).map((per) =>
          distance(projectToLevels(matrix, { bits: 3, spacing, per }).matrix, matrix),
        );
        expect(filter).toBeLessThanOrEqual(layer! + 1e-6 * energy(matrix));
      }),
    );
  });

  test('do not mind the scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(2 ** -30, 0.5, 2 ** 20), (seed, factor) => {
        const matrix = randomMatrix(3, 5, seed);
        const levels = { bits: 3, spacing, per: 'layer' } as const;
        const small = projectToLevels(matrix, levels);
        const large = projectToLevels(scaled(matrix, factor), levels);
        expect(large.integers).toEqual(small.integers);
        expect(large.matrix).toEqual(scaled(small.matrix, factor));
      }),
    );
  });

  test.each([1, 9, 2.5, NaN])('refuse %d bits', (bits) => {
    expect(() => projectionOf({ kind: 'levels', bits, spacing, per: 'layer' })).toThrow(
      /bits with .*; allowed are whole numbers 2 … [48]/,
    );
  });

  test('refuse NaN', () => {
    const matrix = { rows: 1, columns: 2, values: Float32Array.of(1, NaN) };
    expect(() => projectionOf({ kind: 'levels', bits: 2, spacing, per: 'layer' })(matrix)).toThrow('column 1 is NaN');
  });
});

test('powers of two of five bits would be no integers of eight', () => {
  expect(() => projectionOf({ kind: 'levels', bits: 5, spacing: 'powersOfTwo', per: 'layer' })).toThrow('2 … 4');
});

test('weights of 8 bits that are on levels already stay, however many', () => {
  const draw = randomMatrix(100, 80, 3);
  const scale = Math.fround(0.0123);
  const values = draw.values.map((value) => scale * Math.round(254 * value));
  const matrix = { ...draw, values };
  const projected = projectToLevels(matrix, { bits: 8, spacing: 'equidistant', per: 'layer' });
  expect(projected.matrix.values).toEqual(values.map((value) => value + 0));
});

test('a filter of zeros keeps its zeros, with scale 1', () => {
  const matrix = { rows: 2, columns: 2, values: Float32Array.of(0, 0, 0.5, -1) };
  const { matrix: result, scales } = projectToLevels(matrix, { bits: 3, spacing: 'equidistant', per: 'filter' });
  expect([...result.values]).toEqual([0, 0, 0.5, -1]);
  expect([...scales]).toEqual([1, 0.5]);
});

describe('pruning, then levels', () => {
  const levels = { kind: 'levels', bits: 3, spacing: 'equidistant', per: 'layer' } as const;

  test('zeros stay zeros, and the scale is that of the kept weights alone', () => {
    const matrix = randomMatrix(6, 10, 8);
    const pruned = projectionOf({ kind: 'shape', keep: 4 })(matrix);
    const result = projectionOf({ kind: 'sequence', steps: [{ kind: 'shape', keep: 4 }, levels] })(matrix);
    const mask = keptMask(pruned);
    result.values.forEach((value, index) => {
      if (mask[index] === 0) expect(value).toBe(0);
    });
    const kept = pruned.values.filter((value) => value !== 0);
    const alone = projectionOf(levels)({ rows: 1, columns: kept.length, values: kept });
    expect(result.values.filter((_, index) => mask[index] === 1)).toEqual(alone.values);
  });

  test('of single weights is nearest over all supports, scales and assignments', () => {
    fc.assert(
      fc.property(numbers(5), fc.integer({ min: 1, max: 4 }), (values, keep) => {
        const matrix = { rows: 1, columns: 5, values };
        const result = projectionOf({ kind: 'sequence', steps: [{ kind: 'unstructured', keep }, levels] })(matrix);
        expect(keptMask(result).reduce((sum, bit) => sum + bit, 0)).toBeLessThanOrEqual(keep);
        let assignments: number[][] = [[]];
        for (let index = 0; index < 5; index++) {
          assignments = assignments.flatMap((assignment) => [0, 1, 2, 3].map((level) => [...assignment, level]));
        }
        const least = Math.min(
          ...assignments
            .filter((assignment) => assignment.filter((level) => level > 0).length <= keep)
            .map((assignment) => errorOf(values, assignment)),
        );
        expect(distance(result, matrix)).toBeLessThanOrEqual(least + 1e-9 * energy(matrix));
      }),
      { numRuns: 60 },
    );
  });

  test('settles at once', () => {
    for (let seed = 1; seed < 40; seed++) {
      const project = projectionOf({ kind: 'sequence', steps: [{ kind: 'filter', keep: 3 }, levels] });
      const result = project(randomMatrix(6, 10, seed));
      expect(project(result)).toEqual(result);
    }
  });

  test('levels come last', () => {
    const steps = [levels, { kind: 'unstructured', keep: 4 }] as const;
    expect(() => projectionOf({ kind: 'sequence', steps })).toThrow(
      "projection 'sequence': levels are not its last step; put levels at the end, once",
    );
  });
});
