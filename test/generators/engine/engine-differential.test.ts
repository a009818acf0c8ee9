/**
 * Random networks on random plans, with every body of the subarrays in turn: every result of the engine equals the
 * golden model's, whatever stalls; without stalls every image completes in the cycle predicted. SOTTO_ENGINES sets
 * their number, SOTTO_ENGINE_SEED the first.
 */
import { describe, expect, test } from 'vitest';
import { predictCycles } from '../../../src/layout/timing/index.js';
import type { QuantizedLayer } from '../../../src/network/quantized.js';
import { drawer, randomInput } from '../../network/integer/random-network.js';
import { type Entry, expectedResults, imagesOf, runEngine } from './engine-bench.js';
import { randomPlan } from './random-plan.js';
import { noStalls } from './stream-bench.js';

const engines = Number(process.env['SOTTO_ENGINES'] ?? 12);
const bodies = ['behavioural', 'fpga', 'asic'] as const;
const firstSeed = Number(process.env['SOTTO_ENGINE_SEED'] ?? 1);

describe(`${engines} random engines`, () => {
  const seeds = Array.from({ length: engines }, (_, index) => firstSeed + index);
  test.each(seeds)('engine of seed %i', (seed) => {
    const entry = randomEntry(seed);
    const stalled = seed % 2 === 0 ? { seed, input: 120, output: 100 } : { seed, input: 30, output: 220 };
    const runs = [{ ...noStalls, quiet: 300 }, stalled];
    const startsWithImage = entry.plan.network.layers.every(firstWindowHoldsValue);
    // Windows of padding alone would be sensed while macros are still being written.
    const body = startsWithImage ? bodies[seed % bodies.length] : 'behavioural';
    const outcomes = runEngine(entry, runs, body);
    for (const { results } of outcomes) expect(results).toEqual(expectedResults(entry));

    const free = outcomes[0]!;
    const predicted = predictCycles(entry.plan);
    expect(free.completions).toEqual(free.completions.map((_, image) => predicted.completion(image + 1)));
    if (startsWithImage) {
      expect(free.busy).toEqual(predicted.layers.map(({ sensingCycles }) => sensingCycles * imagesOf(entry)));
    }
  });
});

function randomEntry(seed: number): Entry {
  const draw = drawer(seed * 7919);
  const plan = randomPlan(draw);
  const images = Array.from({ length: 3 }, () => [...randomInput(draw, plan.network)]);
  return { plan, images: Int32Array.from(images.flat()) };
}

/** Otherwise the windows that lie in padding alone are sensed before an image arrives. */
function firstWindowHoldsValue(layer: QuantizedLayer): boolean {
  if (layer.kind === 'fullyConnected') return true;
  const dilation = layer.kind === 'convolution' ? layer.dilation : [1, 1];
  return [0, 1].every((axis) => layer.padding[axis]! <= (layer.kernel[axis]! - 1) * dilation[axis]!);
}
