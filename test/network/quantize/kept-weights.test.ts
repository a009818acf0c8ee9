import { describe, expect, test } from 'vitest';
import type { Layer, Network } from '../../../src/network/network.js';
import type { QuantizeOptions } from '../../../src/network/quantize/index.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import { compareLayers } from '../../../src/network/quantize/compare-layers.js';
import { drawer } from '../integer/random-network.js';
import { randomImages, smallNetwork } from './small-networks.js';

const calibration = randomImages([2, 8, 8], 40);
const options: QuantizeOptions = {
  weightBits: 4,
  activationBits: 6,
  calibration,
  preprocess: { divisor: 255, mean: 0.5, deviation: 0.25 },
};

/** The small network with other weights. */
const withWeights = (change: (layer: Layer & { weights: Float32Array }) => Float32Array): Network => {
  const network = smallNetwork();
  return {
    ...network,
    layers: network.layers.map((layer) => ('weights' in layer ? { ...layer, weights: change(layer) } : layer)),
  };
};

describe('zeros of pruned weights', () => {
  const draw = drawer(21);
  const pruned = withWeights(({ weights }) => weights.map((weight) => (draw(0, 9) < 6 ? 0 : weight)));
  const changedZeros = (more: Partial<QuantizeOptions>): number => {
    const { network } = quantizeNetwork(pruned, { ...options, ...more });
    return network.layers.reduce((sum, layer, index) => {
      const float = pruned.layers[index]!;
      if (!('weights' in layer && 'weights' in float)) return sum;
      return sum + layer.weights.filter((weight, at) => weight !== 0 && float.weights[at] === 0).length;
    }, 0);
  };

  test('are lost to reconstruction, which keepZeros forbids', () => {
    expect(changedZeros({})).toBeGreaterThan(50);
    expect(changedZeros({ keepZeros: true })).toBe(0);
    expect(changedZeros({ keepZeros: true, weightBits: 2 })).toBe(0);
    expect(changedZeros({ keepZeros: true, method: 'nearest' })).toBe(0);
  });

  test('leave reconstruction better than rounding', () => {
    const errors = (['reconstruction', 'nearest'] as const).map((method) => {
      const { network } = quantizeNetwork(pruned, { ...options, keepZeros: true, method });
      return compareLayers(pruned, network, calibration).at(-1)!.signalToNoise;
    });
    expect(errors[0]).toBeGreaterThan(errors[1]! + 1);
  });

  test('are impossible with one bit', () => {
    expect(() => quantizeNetwork(pruned, { ...options, weightBits: 1, keepZeros: true })).toThrow(
      "node 'conv1': weights of 1 bit are −1 or +1, but some are 0 and keepZeros is set; give the layer 2 bits",
    );
    expect(() => quantizeNetwork(smallNetwork(), { ...options, weightBits: 1, keepZeros: true })).not.toThrow();
  });
});

describe('weights that are on levels', () => {
  const draw = drawer(5);
  const integers = new Map<string, Int8Array>();
  const scales: Record<string, Float32Array> = {};
  const levelled = withWeights((layer) => {
    const filters = layer.outputShape[0];
    const count = layer.name === 'scores' || layer.name === 'linear' ? 1 : filters;
    const own = Int8Array.from(layer.weights, () => draw(-7, 7));
    integers.set(layer.name, own);
    scales[layer.name] = Float32Array.from({ length: count }, () => draw(10, 90) / 1000);
    return Float32Array.from(own, (integer, index) => {
      const filter = Math.floor(index / (own.length / filters));
      return integer * scales[layer.name]![filter % count]!;
    });
  });

  test.each(['nearest', 'reconstruction'] as const)('keep them, whatever the method (%s)', (method) => {
    const { network } = quantizeNetwork(levelled, { ...options, weightScales: scales, method });
    for (const layer of network.layers) {
      if ('weights' in layer) expect(layer.weights).toEqual(integers.get(layer.name));
    }
    expect(compareLayers(levelled, network, calibration).at(-1)!.signalToNoise).toBeGreaterThan(25);
  });

  test('are changed without their scales', () => {
    const { network } = quantizeNetwork(levelled, options);
    const hidden = network.layers.find(({ name }) => name === 'hidden')!;
    expect('weights' in hidden && hidden.weights).not.toEqual(integers.get('hidden'));
  });

  test.each<[string, Record<string, Float32Array>, number, string]>([
    ['of no layer', { none: Float32Array.of(1) }, 4, "there is no layer 'none'; layers of 'small' are 'conv1',"],
    ['of a pool', { maximum: Float32Array.of(1) }, 4, "node 'maximum': weightScales has 1 numbers (1) for 0 filters"],
    ['of other filters', { conv1: new Float32Array(5).fill(1) }, 4, 'has 5 numbers (1, 1, 1, …) for 6 filters'],
    ['that are 0', { conv1: Float32Array.of(0) }, 4, 'give one positive number, or one a filter'],
    ['too small for the width', scales, 3, 'which is no integer of 3 bits; give the scales and the width that'],
    [
      'that scores cannot have',
      { scores: new Float32Array(5).fill(scales['scores']![0]!).map((s, i) => (i < 2 ? s : s / 2)) },
      8,
      "node 'scores': its sums are the scores, but its filters have different scales",
    ],
  ])('are refused with scales %s', (_, weightScales, weightBits, message) => {
    expect(() => quantizeNetwork(levelled, { ...options, weightBits, weightScales })).toThrow(message);
  });
});
