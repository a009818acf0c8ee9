import { describe, expect, test } from 'vitest';
import { Cholesky } from '../../../src/compression/linear-algebra/cholesky.js';
import { SeededRandom } from '../../../src/compression/training/seeded-random.js';

/** B Bᵀ + size · I: positive definite, and far from singular. */
function positiveDefinite(size: number, seed: number): Float64Array {
  const random = new SeededRandom(seed);
  const b = Float64Array.from({ length: size * size }, () => random.between(-1, 1));
  return Float64Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    let sum = row === column ? size : 0;
    for (let k = 0; k < size; k++) sum += b[row * size + k]! * b[column * size + k]!;
    return sum;
  });
}

describe('Cholesky', () => {
  test.each([
    [1, 1],
    [3, 5],
    [4, 4],
    [7, 9],
    [50, 6],
  ])('solves %d equations for %d right sides', (size, count) => {
    const random = new SeededRandom(count);
    const matrix = positiveDefinite(size, size);
    const expected = Float64Array.from({ length: count * size }, () => random.between(-5, 5));
    const right = expected.map((_, index) => {
      const [row, line] = [Math.floor(index / size), index % size];
      let sum = 0;
      for (let k = 0; k < size; k++) sum += matrix[line * size + k]! * expected[row * size + k]!;
      return sum;
    });
    const before = matrix.slice();
    const factored = new Cholesky(matrix, size);
    expect(matrix).toEqual(before);
    // A factorisation serves more than once.
    for (let time = 0; time < 2; time++) {
      const solution = right.slice();
      factored.solve(solution);
      solution.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 10));
    }
  });

  test('reads the lower half only', () => {
    const half = Float64Array.of(4, NaN, 2, 5);
    const solution = Float64Array.of(6, 7);
    new Cholesky(half, 2).solve(solution);
    expect([...solution]).toEqual([1, 1]);
  });

  test('refuses a matrix that is not positive definite', () => {
    expect(() => new Cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow('not positive definite: pivot 1 is -3.00');
    expect(() => new Cholesky(Float64Array.of(NaN), 1)).toThrow('pivot 0 is NaN');
    expect(() => new Cholesky(Float64Array.of(1, 2), 2)).toThrow('2 values are no 2 × 2 matrix');
  });
});
