import fc from 'fast-check';
import { expect, test } from 'vitest';

/**
 * What lets a memory array multiply: with x = Σ_m 2^m·x_m and w = Σ_k 2^k·w_k in bit planes,
 * x·w = Σ_m Σ_k ± 2^(m+k) · popcount(AND(x_m, w_k)), where the sign plane of two's complement weighs negative.
 * Source: S. Zhou et al., "DoReFa-Net", arXiv:1606.06160, equation 3.
 */
function planes(values: readonly number[], bits: number): bigint[] {
  return Array.from({ length: bits }, (_, plane) =>
    values.reduce((word, value, column) => word | (BigInt((value >> plane) & 1) << BigInt(column)), 0n),
  );
}

const popcount = (word: bigint): number => word.toString(2).replaceAll('0', '').length;

const planeWeight = (plane: number, bits: number, signed: boolean): number =>
  signed && plane === bits - 1 ? -(2 ** plane) : 2 ** plane;

const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, index) => sum + value * y[index]!, 0);

const vectors = fc
  .record({ xBits: fc.integer({ min: 1, max: 8 }), xSigned: fc.boolean(), wBits: fc.integer({ min: 1, max: 8 }) })
  .chain(({ xBits, xSigned, wBits }) => {
    const x = xSigned
      ? fc.integer({ min: -(2 ** (xBits - 1)), max: 2 ** (xBits - 1) - 1 })
      : fc.integer({ min: 0, max: 2 ** xBits - 1 });
    const w =
      wBits === 1 ? fc.constantFrom(-1, 1) : fc.integer({ min: -(2 ** (wBits - 1)), max: 2 ** (wBits - 1) - 1 });
    return fc.array(fc.tuple(x, w), { minLength: 1, maxLength: 70 }).map((pairs) => ({ xBits, xSigned, wBits, pairs }));
  });

test('bit planes, AND, popcount and shifts give the dot product', () => {
  fc.assert(
    fc.property(vectors, ({ xBits, xSigned, wBits, pairs }) => {
      const x = pairs.map(([value]) => value);
      const w = pairs.map(([, value]) => value);
      const xPlanes = planes(x, xBits);
      let sum = 0;
      if (wBits === 1) {
        // −1 and +1 are stored as 0 and 1: w = 2·stored − 1, so the sum of x is taken off once.
        const stored = planes(
          w.map((value) => (value + 1) / 2),
          1,
        )[0]!;
        const all = (1n << BigInt(w.length)) - 1n;
        xPlanes.forEach((plane, m) => {
          sum += planeWeight(m, xBits, xSigned) * (2 * popcount(plane & stored) - popcount(plane & all));
        });
      } else {
        const wPlanes = planes(w, wBits);
        xPlanes.forEach((xPlane, m) => {
          wPlanes.forEach((wPlane, k) => {
            sum += planeWeight(m, xBits, xSigned) * planeWeight(k, wBits, true) * popcount(xPlane & wPlane);
          });
        });
      }
      expect(sum).toBe(dot(x, w));
    }),
    { numRuns: 500 },
  );
});
