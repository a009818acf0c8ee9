/** What random images would rarely show: equal images, a reset amid an image, long stalls, unsigned labels, ties. */
import { describe, expect, test } from 'vitest';
import { predictCycles } from '../../../src/layout/timing/index.js';
import type { EnginePlan } from '../../../src/layout/plan.js';
import type { QuantizedNetwork } from '../../../src/network/quantized.js';
import { drawer } from '../../network/integer/random-network.js';
import { type Entry, expectedResults, runEngine } from './engine-bench.js';
import { planOf } from './random-plan.js';
import { everyKind, requantization } from './small-network.js';
import { noStalls } from './stream-bench.js';

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
    const entry = entryOf(everyKind('scores'), [image(1), image(1), image(2), image(1)]);
    const [outcome] = runEngine(entry, [noStalls]);
    const [first, second, other, last] = outcome!.results;
    expect(second).toEqual(first);
    expect(last).toEqual(first);
    expect(other).not.toEqual(first);
    expect(outcome!.results).toEqual(expectedResults(entry));
  });

  test('starts afresh after a reset, whenever that comes', () => {
    const entry = entryOf(everyKind('scores'), [image(3), image(4)]);
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
    const entry = entryOf(everyKind('scores'), [image(5), image(6), image(7)]);
    const outcomes = runEngine(entry, [
      { seed: 1, input: 252, output: 0 },
      { seed: 2, input: 0, output: 253 },
      { seed: 3, input: 250, output: 250 },
    ]);
    for (const { results } of outcomes) expect(results).toEqual(expectedResults(entry));
  });

  test('gives the first of equal scores as label, signed or unsigned', () => {
    const clamp = { bits: 8, signed: false };
    // Scores as they are, most of them in the upper half of the range.
    const unscaled = { ...requantization, multiplier: Int32Array.of(64, 64, 64, 64, 64), shift: 6, high: 255 };
    const unsigned = { output: clamp, requantization: unscaled, bias: Int32Array.of(150, 160, 150, 140, 155) };
    const images = Array.from({ length: 8 }, (_, index) => image(20 + index));
    for (const last of [{}, unsigned, { weights: new Int8Array(80), bias: Int32Array.of(1, 1, 2, 2, 0) }]) {
      const entry = entryOf(everyKind('argmax', last), images);
      const [outcome] = runEngine(entry, [noStalls]);
      expect(outcome!.results).toEqual(expectedResults(entry));
    }
    const scores = expectedResults(entryOf(everyKind('scores', unsigned), images)).flat();
    expect(Math.max(...scores)).toBeGreaterThan(127);
  });

  test('completes a long row of images in the cycles predicted', () => {
    const plan: EnginePlan = planOf(drawer(6), everyKind('scores'));
    const images = Array.from({ length: 12 }, (_, index) => image(index));
    const [outcome] = runEngine({ plan, images: Int32Array.from(images.flat()) }, [noStalls]);
    const predicted = predictCycles(plan);
    expect(outcome!.completions).toEqual(images.map((_, index) => predicted.completion(index + 1)));
    expect(predicted.latency).toBe(outcome!.completions[0]);
  });
});
