import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accumulatorBits } from '../../../src/network/integer/accumulator.js';
import { QuantizedRunner, runQuantized, runQuantizedBatch } from '../../../src/network/integer/run-quantized.js';
import type { QuantizedFullyConnected, QuantizedLayer, QuantizedNetwork } from '../../../src/network/quantized.js';
import { drawer, randomInput, randomNetwork, withRandomTaps } from './random-network.js';
import { referenceLayers } from './reference.js';

const runs = Number(process.env['SOTTO_INTEGER_RUNS'] ?? 400);

describe('the golden model', () => {
  test(`agrees with arbitrary-precision loops on ${runs} random networks`, () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = drawer(seed);
        const whole = randomNetwork(draw);
        const network = draw(0, 1) === 0 ? whole : withRandomTaps(draw, whole);
        const input = randomInput(draw, network);
        const result = runQuantized(network, input, { layers: true });
        const expected = referenceLayers(network, [...input].map(BigInt));
        network.layers.forEach((layer, index) => {
          kinds.add(layer.kind);
          expect([...result.layers![index]!].map(BigInt), layer.name).toEqual(expected[index]);
        });
        expect(result.scores).toEqual(result.layers!.at(-1));
      }),
      { numRuns: runs, seed: 1 },
    );
    expect([...kinds].sort()).toEqual(['averagePool', 'convolution', 'fullyConnected', 'maximumPool']);
  });

  test('gives with taps what zeros in all other columns give', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = drawer(seed);
        const network = withRandomTaps(draw, randomNetwork(draw));
        // Weights of one bit are −1 and +1: a zero has no place among them.
        if (network.layers.some((layer) => 'taps' in layer && layer.weightBits === 1)) return;
        const filled = { ...network, layers: network.layers.map(withZeros) };
        const input = randomInput(draw, network);
        expect(runQuantized(network, input)).toEqual(runQuantized(filled, input));
        compared += network.layers.filter((layer) => 'taps' in layer).length;
      }),
      { numRuns: runs, seed: 2 },
    );
    expect(compared).toBeGreaterThan(runs / 4);
  });

  test('gives the same one by one and in a batch', () => {
    const draw = drawer(77);
    for (let round = 0; round < 20; round++) {
      const network = randomNetwork(draw);
      const images = Array.from({ length: 3 }, () => randomInput(draw, network));
      const batch = runQuantizedBatch(network, Int32Array.from(images.flatMap((image) => [...image])));
      const runner = new QuantizedRunner(network);
      const single = images.map((image) => runner.run(image));
      expect([...batch.labels]).toEqual(single.map((result) => result.label));
      expect([...batch.scores]).toEqual(single.flatMap((result) => [...result.scores]));
      expect(batch.count).toBe(3);
    }
  });

  test('takes the first of equal scores', () => {
    const network = tiny({ weights: Int8Array.of(1, 2, 2), bias: Int32Array.of(0, 0, 0) });
    expect(runQuantized(network, Int32Array.of(5))).toEqual({ scores: Int32Array.of(5, 10, 10), label: 1 });
  });

  test('rounds halves toward +∞ on both sides of zero', () => {
    const network = tiny({
      weights: Int8Array.of(1, -1, 3, -3),
      bias: new Int32Array(4),
      output: { bits: 8, signed: true },
      requantization: {
        multiplier: Int32Array.of(1, 1, 1, 1),
        multiplierBits: 1,
        shift: 1,
        zeroPoint: 0,
        low: -128,
        high: 127,
      },
    });
    expect([...runQuantized(network, Int32Array.of(1)).scores]).toEqual([1, 0, 2, -1]);
  });

  test('encodes bytes and takes integers as they are', () => {
    const network = tiny({ weights: Int8Array.of(1), bias: new Int32Array(1) }, 4);
    expect([...runQuantized(network, Uint8Array.of(255)).scores]).toEqual([15]);
    expect([...runQuantized(network, Uint8Array.of(40)).scores]).toEqual([3]);
    expect([...runQuantized(network, Uint8Array.of(39)).scores]).toEqual([2]);
    expect([...runQuantized(network, Int32Array.of(9)).scores]).toEqual([9]);
  });
});

describe('the golden model refuses', () => {
  const valid = { weights: Int8Array.of(1), bias: Int32Array.of(0) };

  test('inputs of another size or outside of the format', () => {
    expect(() => runQuantized(tiny(valid), new Int32Array(2))).toThrow(
      "the input has 2 values, but an image of 'tiny' has 1 × 1 × 1 = 1; give images of that shape",
    );
    expect(() => runQuantized(tiny(valid), Int32Array.of(256))).toThrow('the input integer 256 is outside of 0 … 255');
  });

  test('sums wider than the accumulators', () => {
    expect(() => runQuantized(tiny({ ...valid, accumulatorBits: 8 }), Int32Array.of(1))).toThrow(
      "node 'only': sums need accumulators of 9 bits, but there are 8",
    );
    const wide = tiny({ weights: Int8Array.of(127), bias: Int32Array.of(2147483647) });
    expect(() => runQuantized(wide, Int32Array.of(1))).toThrow('sums need accumulators of 33 bits, but there are 32');
  });

  test.each<[string, number[], string]>([
    ['empty', [], 'has an empty list of taps; at least one column of the weights stays'],
    ['beyond the last column', [0, 3], 'tap 3 at place 1 is no column of the weights, which are 0 … 2'],
    ['negative', [-1], 'tap -1 at place 0 is no column of the weights, which are 0 … 2'],
    ['repeated', [1, 1], 'tap 1 at place 1 follows tap 1; taps ascend'],
    ['descending', [2, 0], 'tap 0 at place 1 follows tap 2; taps ascend'],
    ['of another number than the weights', [0, 1], 'has 3 weights and 1 biases, its shapes ask for 2 and 1'],
  ])('taps that are %s', (_, taps, message) => {
    const shape = [3, 1, 1] as const;
    const one = tiny({
      weights: Int8Array.of(1, 2, 3),
      bias: valid.bias,
      inputShape: shape,
      taps: Int32Array.from(taps),
    });
    const network = { ...one, input: { ...one.input, shape } };
    expect(() => runQuantized(network, Int32Array.of(1, 1, 1))).toThrow(`node 'only': ${message}`);
  });

  test('taps of a convolution with groups', () => {
    const draw = drawer(5);
    const network = Array.from({ length: 200 }, () => randomNetwork(draw)).find(({ layers }) => {
      const [layer] = layers;
      return layer?.kind === 'convolution' && layer.groups > 1;
    })!;
    const [first, ...rest] = network.layers;
    const layers = [{ ...first, taps: Int32Array.of(0) }, ...rest] as QuantizedLayer[];
    expect(() => runQuantized({ ...network, layers }, randomInput(draw, network))).toThrow(
      /lists its taps, but has \d groups; only a layer with one group may/,
    );
  });

  test('weights that are too wide, and layers that do not fit together', () => {
    expect(() =>
      runQuantized(tiny({ weights: Int8Array.of(8), bias: valid.bias, weightBits: 4 }), Int32Array.of(1)),
    ).toThrow('the weight 8 is not an integer of 4 bits');
    expect(() =>
      runQuantized(tiny({ weights: Int8Array.of(0), bias: valid.bias, weightBits: 1 }), Int32Array.of(1)),
    ).toThrow('the weight 0 is not an integer of 1 bits');
    expect(() => runQuantized(tiny({ ...valid, inputShape: [2, 1, 1] }), Int32Array.of(1))).toThrow(
      "node 'only': reads a map of 2 × 1 × 1, but gets 1 × 1 × 1",
    );
    expect(() => runQuantized(tiny({ weights: Int8Array.of(1, 2), bias: valid.bias }), Int32Array.of(1))).toThrow(
      'has 2 weights and 1 biases, its shapes ask for 1 and 1',
    );
  });
});

/** The same layer with a weight for every column. */
function withZeros(layer: QuantizedLayer): QuantizedLayer {
  if (!('taps' in layer)) return layer;
  const { taps, ...rest } = layer;
  const [channels, height, width] = layer.inputShape;
  const columns = channels * (layer.kind === 'convolution' ? layer.kernel[0] * layer.kernel[1] : height * width);
  const weights = new Int8Array(layer.bias.length * columns);
  layer.weights.forEach((weight, index) => {
    weights[Math.floor(index / taps.length) * columns + taps[index % taps.length]!] = weight;
  });
  return { ...rest, weights };
}

function tiny(
  layer: Pick<QuantizedFullyConnected, 'weights' | 'bias'> & Partial<QuantizedFullyConnected>,
  inputBits = 8,
): QuantizedNetwork {
  const format = { bits: inputBits, signed: false };
  return {
    name: 'tiny',
    input: {
      shape: [1, 1, 1],
      format,
      meaning: { scale: 2 ** (8 - inputBits), zeroPoint: 0 },
      preprocess: { divisor: 1, mean: 0, deviation: 1 },
    },
    layers: [
      {
        kind: 'fullyConnected',
        name: 'only',
        inputShape: [1, 1, 1],
        outputShape: [layer.bias.length, 1, 1],
        input: format,
        output: { bits: 32, signed: true },
        outputMeaning: { scale: 1, zeroPoint: 0 },
        weightBits: 8,
        accumulatorBits: accumulatorBits(layer.weights, layer.bias, format),
        ...layer,
      },
    ],
    ending: 'argmax',
  };
}
