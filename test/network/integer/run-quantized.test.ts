import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accumulatorBits } from '../../../src/network/integer/accumulator.js';
import { QuantizedRunner, runQuantized, runQuantizedBatch } from '../../../src/network/integer/run-quantized.js';
import type { QuantizedFullyConnected, QuantizedNetwork } from '../../../src/network/quantized.js';
import { drawer, randomInput, randomNetwork } from './random-network.js';
import { referenceLayers } from './reference.js';

const runs = Number(process.env['SOTTO_INTEGER_RUNS'] ?? 400);

describe('the golden model', () => {
  test(`agrees with arbitrary-precision loops on ${runs} random networks`, () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = drawer(seed);
        const network = randomNetwork(draw);
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
