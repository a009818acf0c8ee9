/** One engine of every kind of layer in Verilator, the simulator that the project's own runs use. */
import { expect, test } from 'vitest';
import { verilate } from '../../../sim/index.js';
import { placeNetwork } from '../../../src/layout/place.js';
import { predictCycles } from '../../../src/layout/timing/index.js';
import { drawer, randomInput, withRandomTaps } from '../../network/integer/random-network.js';
import { beatsOf, emitEngine, type Entry, expectedResults, imagesOf, inputBeats } from './engine-bench.js';
import { everyKind } from './small-network.js';

const whole = everyKind('scores');
// Its last layer reads the last value: the run ends with the last score, and all that was sensed is counted.
const pruned = withRandomTaps(drawer(126_830_704), whole);

test('the pruned network has taps of windows and of a vector', () => {
  expect(pruned.layers.map((layer) => ('taps' in layer ? layer.taps.length : undefined))).toEqual([
    8,
    undefined,
    undefined,
    12,
  ]);
});

test.each([
  ['whole', whole],
  ['pruned', pruned],
])('Verilator agrees with the golden model and the prediction: %s network', async (_, network) => {
  const draw = drawer(3);
  const plan = placeNetwork(network, {
    geometry: { rows: 16, columns: 32, readCycles: 2, writeCycles: 1 },
    budget: { cycles: 3000 },
  });
  const images = Array.from({ length: 6 }, () => [...randomInput(draw, network)]).flat();
  const entry: Entry = { plan, images: Int32Array.from(images) };
  const design = emitEngine(plan, 'behavioural');
  const model = await verilate({
    sources: design.modules.map(({ file, text }) => ({ name: file, text })),
    top: design.topName,
    dataFiles: design.images.map(({ file, text }) => ({ name: file, text })),
    warnings: 'error',
  });
  const count = imagesOf(entry) * beatsOf(plan);
  const options = {
    sources: { image: { data: inputBeats(entry) } },
    sinks: { result: { count } },
    counters: ['layer_busy'],
    maxCycles: 1_000_000,
  };
  const expected = expectedResults(entry).flat();
  const predicted = predictCycles(plan);

  const simulation = model.instantiate();
  simulation.reset();
  const { sinks, counters } = simulation.run(options);
  expect([...sinks['result'].data['score']!]).toEqual(expected);
  const last = [...sinks['result'].cycles].filter((_, beat) => beat % beatsOf(plan) === beatsOf(plan) - 1);
  expect(last).toEqual(last.map((_, image) => predicted.completion(image + 1)));
  expect(counters['layer_busy']).toEqual(predicted.layers.map(({ sensingCycles }) => sensingCycles * imagesOf(entry)));

  simulation.reset();
  const stalled = simulation.run({ ...options, stall: { seed: 5, probability: 0.5 } });
  expect([...stalled.sinks['result'].data['score']!]).toEqual(expected);
  simulation.close();
});
