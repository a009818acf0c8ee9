import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  descend,
  moments,
  type Objective,
  product,
  weightRounding,
} from '../../../src/network/quantize/reconstruction.js';
import { StatisticsCollector } from '../../../src/network/quantize/statistics.js';
import { searchWeights } from '../../../src/network/quantize/weight-search.js';
import { drawer } from '../integer/random-network.js';

const taps = 4;

interface Data {
  readonly inputs: Int32Array[];
  readonly targets: number[];
  readonly floatWeights: Float64Array;
  readonly objective: Objective;
}

/** A filter that does not quite follow its weights, on inputs that vary together. */
function data(seed: number): Data {
  const draw = drawer(seed);
  const floatWeights = Float64Array.from({ length: taps }, () => draw(-1000, 1000) / 500);
  const collector = new StatisticsCollector(taps, 1);
  const inputs: Int32Array[] = [];
  const targets: number[] = [];
  for (let row = 0; row < 60; row++) {
    const common = draw(0, 9);
    const input = Int32Array.from({ length: taps }, () => common + draw(-3, 3));
    const target = Math.fround(
      input.reduce((sum, value, tap) => sum + value * floatWeights[tap]!, draw(-50, 50) / 100),
    );
    inputs.push(input);
    targets.push(target);
    collector.add(input, 0, Float32Array.of(target), 0, 1);
  }
  const { covariance, correlation } = collector.statistics();
  return { inputs, targets, floatWeights, objective: { taps, H: covariance, c: correlation } };
}

const error = (objective: Objective, q: Int8Array, scale: number): number => {
  const [square, linear] = moments(objective, 0, q, product(objective, q));
  return scale * scale * square - 2 * scale * linear;
};

/** All vectors of integers of `bits` bits. */
function allWeights(bits: number): Int8Array[] {
  const values = bits === 1 ? [-1, 1] : Array.from({ length: 2 ** bits }, (_, index) => index - 2 ** (bits - 1));
  let vectors: number[][] = [[]];
  for (let tap = 0; tap < taps; tap++) vectors = vectors.flatMap((vector) => values.map((value) => [...vector, value]));
  return vectors.map((vector) => Int8Array.from(vector));
}

describe('reconstruction', () => {
  test('the error from sums is the mean squared error of the data', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, hundredths) => {
        const { inputs, targets, objective } = data(seed);
        const q = Int8Array.from({ length: taps }, (_, tap) => ((seed + tap * 5) % 15) - 7);
        const scale = hundredths / 100;
        const rests = inputs.map(
          (input, row) => targets[row]! - scale * input.reduce((sum, x, tap) => sum + x * q[tap]!, 0),
        );
        const mean = rests.reduce((sum, rest) => sum + rest, 0) / rests.length;
        const measured = rests.reduce((sum, rest) => sum + (rest - mean) ** 2, 0) / rests.length;
        const targetMean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
        const variance = targets.reduce((sum, value) => sum + (value - targetMean) ** 2, 0) / targets.length;
        expect(variance + error(objective, q, scale)).toBeCloseTo(measured, 6);
      }),
      { numRuns: 50 },
    );
  });

  test('descent ends where no single weight can do better, and H·q is kept', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, bits) => {
        const { objective, floatWeights } = data(seed);
        const rounding = weightRounding(bits);
        const scale = 0.5;
        const q = Int8Array.from(floatWeights, (value) => rounding(value / scale));
        const start = error(objective, q, scale);
        const Hq = product(objective, q);
        descend(objective, 0, scale, rounding, q, Hq);
        const end = error(objective, q, scale);
        expect(end).toBeLessThanOrEqual(start + 1e-9);
        product(objective, q).forEach((value, tap) => expect(Hq[tap]).toBeCloseTo(value, 6));
        for (let tap = 0; tap < taps; tap++) {
          for (let value = -(2 ** (bits - 1)); value < 2 ** (bits - 1); value++) {
            const other = q.slice();
            other[tap] = value;
            expect(error(objective, other, scale)).toBeGreaterThanOrEqual(end - 1e-9);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each([1, 2, 3])('the search comes near the best of all weights of %d bits at its scale', (bits) => {
    let ours = 0;
    let best = 0;
    for (let seed = 0; seed < 30; seed++) {
      const { objective, floatWeights } = data(seed);
      const found = searchWeights(objective, floatWeights, bits, weightRounding(bits), false);
      ours += error(objective, found.weights, found.scales[0]!);
      // Every vector of integers at its own best scale: the true optimum.
      best += Math.min(
        ...allWeights(bits).map((q) => {
          const [square, linear] = moments(objective, 0, q, product(objective, q));
          return linear > 0 ? -(linear * linear) / square : 0;
        }),
      );
    }
    // Errors are negative: what is explained of the variance.
    expect(ours).toBeGreaterThanOrEqual(best - 1e-6);
    expect(ours).toBeLessThan(0.97 * best);
  });

  test('one bit is a sign, more are two’s complement', () => {
    expect([-0.1, 0, 3].map(weightRounding(1))).toEqual([-1, 1, 1]);
    expect([-9, -8.4, 7.4, 7.6, 0.2].map(weightRounding(4)).map((value) => value + 0)).toEqual([-8, -8, 7, 7, 0]);
  });
});
