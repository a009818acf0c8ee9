/** What random images would rarely show: equal images, a reset amid an image, long stalls, unsigned labels, ties. */
import { describe, expect, test } from 'vitest';
import { predictCycles } from '../../../src/layout/timing/index.js';
import type { EnginePlan } from '../../../src/layout/plan.js';
import type { QuantizedLayer, QuantizedNetwork } from '../../../src/network/quantized.js';
import { drawer } from '../../network/integer/random-network.js';
import { type Entry, expectedResults, runEngine } from './engine-bench.js';
import { planOf } from './random-plan.js';
import { noStalls } from './stream-bench.js';

const meaning = { scale: 1, zeroPoint: 0 };
const requantization = { multiplierBits: 8, shift: 9, zeroPoint: 0, low: 0, high: 15 };

/** A map of 2 × 6 × 6, unsigned 4 bits: 3 × 3 convolution to 4 maps, maximum pool, fully connected to 5. */
function smallNetwork(ending: 'scores' | 'argmax', last: Partial<QuantizedLayer> = {}): QuantizedNetwork {
  const draw = drawer(11);
  const activation = { bits: 4, signed: false };
  const weights = (count: number): Int8Array => Int8Array.from({ length: count }, () => draw(-4, 3));
  const layers = [
    {
      kind: 'convolution',
      name: 'convolution',
      inputShape: [2, 6, 6],
      outputShape: [4, 6, 6],
      input: activation,
      output: activation,
      outputMeaning: meaning,
      weights: weights(72),
      weightBits: 3,
      bias: Int32Array.of(3, -20, 40, 7),
      accumulatorBits: 13,
      requantization: { ...requantization, multiplier: Int32Array.of(100, 200, 90, 255) },
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [1, 1, 1, 1],
      paddingValue: 0,
      groups: 1,
    },
    {
      kind: 'maximumPool',
      name: 'pool',
      inputShape: [4, 6, 6],
      outputShape: [4, 3, 3],
      input: activation,
      output: activation,
      outputMeaning: meaning,
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0, 0, 0],
    },
    {
      kind: 'fullyConnected',
      name: 'scores',
      inputShape: [4, 3, 3],
      outputShape: [5, 1, 1],
      input: activation,
      output: { bits: 13, signed: true },
      outputMeaning: meaning,
      weights: weights(180),
      weightBits: 3,
      bias: Int32Array.of(9, 0, -9, 1, 1),
      accumulatorBits: 13,
      ...last,
    },
  ] as QuantizedLayer[];
  return {
    name: 'small',
    input: {
      shape: [2, 6, 6],
      format: activation,
      meaning,
      preprocess: { divisor: 1, mean: 0, deviation: 1 },
    },
    layers,
    ending,
  };
}

const image = (seed: number): number[] => {
  const draw = drawer(seed);
  return Array.from({ length: 72 }, () => draw(0, 15));
};
const entryOf = (network: QuantizedNetwork, images: readonly number[][], seed = 5): Entry => ({
  plan: planOf(drawer(seed), network),
  images: Int32Array.from(images.flat()),
});

describe('an engine', () => {
  test('gives the same for the same image, at any place in a row of images', () => {
    const entry = entryOf(smallNetwork('scores'), [image(1), image(1), image(2), image(1)]);
    const [outcome] = runEngine(entry, [noStalls]);
    const [first, second, other, last] = outcome!.results;
    expect(second).toEqual(first);
    expect(last).toEqual(first);
    expect(other).not.toEqual(first);
    expect(outcome!.results).toEqual(expectedResults(entry));
  });

  test('starts afresh after a reset, whenever that comes', () => {
    const entry = entryOf(smallNetwork('scores'), [image(3), image(4)]);
    const end = predictCycles(entry.plan).completion(2);
    const moments = [1, 20, Math.floor(end / 3), Math.floor(end / 2), end - 20, end - 1];
    const outcomes = runEngine(
      entry,
      moments.map((resetAt) => ({ ...noStalls, resetAt })),
    );
    const [untouched] = runEngine(entry, [noStalls]);
    for (const outcome of outcomes) expect(outcome).toEqual(untouched);
    expect(untouched!.results).toEqual(expectedResults(entry));
  });

  test('waits as long as either end does', () => {
    const entry = entryOf(smallNetwork('scores'), [image(5), image(6), image(7)]);
    const outcomes = runEngine(entry, [
      { seed: 1, input: 252, output: 0 },
      { seed: 2, input: 0, output: 253 },
      { seed: 3, input: 250, output: 250 },
    ]);
    for (const { results } of outcomes) expect(results).toEqual(expectedResults(entry));
  });

  test('gives the first of equal scores as label, signed or unsigned', () => {
    const clamp = { bits: 8, signed: false };
    const wide = { ...requantization, multiplier: Int32Array.of(255, 255, 255, 255, 255), shift: 4 };
    const unsigned = { output: clamp, requantization: { ...wide, low: 0, high: 255 } };
    const images = Array.from({ length: 8 }, (_, index) => image(20 + index));
    for (const last of [{}, unsigned, { weights: new Int8Array(180), bias: Int32Array.of(1, 1, 2, 2, 0) }]) {
      const entry = entryOf(smallNetwork('argmax', last), images);
      const [outcome] = runEngine(entry, [noStalls]);
      expect(outcome!.results).toEqual(expectedResults(entry));
    }
    const scores = expectedResults(entryOf(smallNetwork('scores', unsigned), images)).flat();
    expect(Math.max(...scores)).toBeGreaterThan(127);
  });

  test('completes a long row of images in the cycles predicted', () => {
    const plan: EnginePlan = planOf(drawer(6), smallNetwork('scores'));
    const images = Array.from({ length: 12 }, (_, index) => image(index));
    const [outcome] = runEngine({ plan, images: Int32Array.from(images.flat()) }, [noStalls]);
    const predicted = predictCycles(plan);
    expect(outcome!.completions).toEqual(images.map((_, index) => predicted.completion(index + 1)));
    expect(predicted.latency).toBe(outcome!.completions[0]);
  });
});
