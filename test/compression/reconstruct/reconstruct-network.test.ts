import { describe, expect, test } from 'vitest';
import { matrixOf, type ProjectionDescription, projectionOf } from '../../../src/compression/projections/index.js';
import { type ReconstructOptions, reconstructNetwork } from '../../../src/compression/reconstruct/index.js';
import type { Layer, Network } from '../../../src/network/network.js';
import { runNetwork } from '../../../src/network/lower/index.js';
import { quantizeNetwork } from '../../../src/network/quantize/index.js';
import { drawer } from '../../network/integer/random-network.js';
import { fullyConnected, randomImages, smallNetwork } from '../../network/quantize/small-networks.js';

const network = smallNetwork();
const calibration = randomImages(network.inputShape, 60);
const preprocess = { divisor: 255, mean: 0.5, deviation: 0.25 };
const layers: Record<string, ProjectionDescription> = {
  conv1: { kind: 'filter', keep: 5 },
  depthwise: { kind: 'unstructured', keep: 36 },
  linear: { kind: 'shape', keep: 30 },
  scores: {
    kind: 'sequence',
    steps: [
      { kind: 'unstructured', keep: 30 },
      { kind: 'levels', bits: 4, spacing: 'equidistant', per: 'layer' },
    ],
  },
};
const options: ReconstructOptions = { calibration, preprocess, layers };

const weighted = (model: Network, name: string): Layer & { weights: Float32Array; bias: Float32Array } => {
  const layer = model.layers.find((candidate) => candidate.name === name)!;
  if (!('weights' in layer)) throw new Error(`'${name}' has no weights`);
  return layer;
};

/** The outputs of a layer, before the clamp, for every image. */
function outputs(model: Network, name: string, images = calibration): Float32Array[] {
  const size = model.inputShape.reduce((a, b) => a * b, 1);
  return Array.from({ length: images.length / size }, (_, image) => {
    const bytes = images.subarray(image * size, (image + 1) * size);
    const real = Float32Array.from(
      bytes,
      (byte) => (byte / preprocess.divisor - preprocess.mean) / preprocess.deviation,
    );
    let found = new Float32Array(0);
    const open = model.layers.map((layer): Layer => {
      if (layer.name !== name || !('clamp' in layer)) return layer;
      return { ...layer, clamp: { low: -Infinity, high: Infinity } };
    });
    runNetwork({ ...model, layers: open }, real, (layer, output) => {
      if (layer.name === name) found = output.slice();
    });
    return found;
  });
}

/** Σ (y − ŷ)² / Σ y². */
function error(a: Float32Array[], b: Float32Array[]): number {
  const total = (values: number[]): number => values.reduce((sum, value) => sum + value * value, 0);
  const flat = a.flatMap((map, image) => Array.from(map, (value, index) => value - b[image]![index]!));
  return total(flat) / total(a.flatMap((map) => [...map]));
}

describe('reconstruction of a network', () => {
  const result = reconstructNetwork(network, options);

  test('meets every constraint and keeps the weights of other layers', () => {
    for (const [name, description] of Object.entries(layers)) {
      const { weights, bias } = weighted(result.network, name);
      const matrix = matrixOf(weights, bias.length);
      expect(projectionOf(description)(matrix), name).toEqual(matrix);
    }
    expect(weighted(result.network, 'hidden').weights).toEqual(weighted(network, 'hidden').weights);
    expect(result.network.layers.map(({ name }) => name)).toEqual(network.layers.map(({ name }) => name));
    expect(result.warnings).toEqual([]);
  });

  test('changes nothing that it was given', () => {
    expect(network).toEqual(smallNetwork());
    expect(calibration).toEqual(randomImages(network.inputShape, 60));
  });

  test('keeps the mean of every filter, but for removed ones', () => {
    for (const name of ['conv1', 'depthwise', 'linear', 'hidden', 'scores']) {
      const filters = weighted(network, name).bias.length;
      const means = [network, result.network].map((model) =>
        Array.from({ length: filters }, (_, filter) => {
          const maps = outputs(model, name).map((map) => {
            const places = map.length / filters;
            return map.subarray(filter * places, (filter + 1) * places).reduce((a, b) => a + b, 0) / places;
          });
          return maps.reduce((a, b) => a + b, 0) / maps.length;
        }),
      );
      const taps = weighted(network, name).weights.length / filters;
      means[0]!.forEach((mean, filter) => {
        const kept = weighted(result.network, name).weights.subarray(filter * taps, (filter + 1) * taps);
        const removed = name !== 'scores' && kept.every((weight) => weight === 0);
        expect(means[1]![filter], `${name} ${filter}`).toBeCloseTo(removed ? 0 : mean, 4);
      });
    }
    const biases = weighted(result.network, 'conv1').bias;
    expect(biases.filter((bias) => bias === 0)).toHaveLength(1);
  });

  test('is nearer to the dense network than plain projection, on images that it has not seen', () => {
    const projected: Network = {
      ...network,
      layers: network.layers.map((layer) => {
        const description = layers[layer.name];
        if (description === undefined || !('weights' in layer)) return layer;
        return { ...layer, weights: projectionOf(description)(matrixOf(layer.weights, layer.bias.length)).values };
      }),
    };
    const unseen = randomImages(network.inputShape, 40, 77);
    const dense = outputs(network, 'scores', unseen);
    const plain = error(dense, outputs(projected, 'scores', unseen));
    expect(error(dense, outputs(result.network, 'scores', unseen))).toBeLessThan(plain / 2);
  });

  test('reports every layer with weights, in order, as it goes', () => {
    const seen: string[] = [];
    const again = reconstructNetwork(network, options, ({ name }) => seen.push(name));
    expect(again).toEqual(result);
    expect(seen).toEqual(['conv1', 'depthwise', 'linear', 'hidden', 'scores']);
    const linear = result.layers.find(({ name }) => name === 'linear')!;
    expect(linear).toMatchObject({ weights: 8 * 54, kept: 8 * 30 });
    const centred = outputs(network, 'linear');
    const places = centred[0]!.length / 8;
    let signal = 0;
    for (let filter = 0; filter < 8; filter++) {
      const own = centred.flatMap((map) => [...map.subarray(filter * places, (filter + 1) * places)]);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      signal += own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    }
    const compressed = outputs(result.network, 'linear');
    const noise = centred.reduce(
      (sum, map, image) => sum + map.reduce((part, value, at) => part + (value - compressed[image]![at]!) ** 2, 0),
      0,
    );
    expect(linear.error).toBeCloseTo(noise / signal, 5);
  });

  test('gives scales by which quantisation keeps the levels', () => {
    const { weightScales } = result;
    expect(Object.keys(weightScales)).toEqual(['scores']);
    const quantized = quantizeNetwork(result.network, {
      weightBits: 4,
      activationBits: 8,
      calibration,
      preprocess,
      keepZeros: true,
      weightScales,
    }).network;
    for (const layer of quantized.layers) {
      if (!('weights' in layer)) continue;
      const real = weighted(result.network, layer.name).weights;
      if (layer.name === 'scores') {
        const scale = weightScales['scores']![0]!;
        expect([...layer.weights]).toEqual(Array.from(real, (weight) => Math.round(weight / scale) + 0));
      }
      layer.weights.forEach((weight, index) => {
        if (real[index] === 0) expect(weight).toBe(0);
      });
    }
  });

  test('may be fitted to the inputs of the dense network', () => {
    const dense = reconstructNetwork(network, { ...options, inputs: 'dense' });
    // The first layer has the same inputs either way.
    expect(weighted(dense.network, 'conv1').weights).toEqual(weighted(result.network, 'conv1').weights);
    expect(weighted(dense.network, 'linear').weights).not.toEqual(weighted(result.network, 'linear').weights);
    const last = (layers: typeof result.layers): number => layers.at(-1)!.error;
    expect(last(result.layers)).toBeLessThan(last(dense.layers));
  });
});

test('filters of very many inputs are projected, with a warning', () => {
  const wide: Network = {
    ...network,
    inputShape: [2100, 1, 1],
    layers: [fullyConnected(drawer(2), 'wide', [2100, 1, 1], 3)],
  };
  const {
    network: compressed,
    warnings,
    weightScales,
  } = reconstructNetwork(wide, {
    calibration: randomImages([2100, 1, 1], 4),
    preprocess,
    layers: {
      wide: {
        kind: 'sequence',
        steps: [
          { kind: 'unstructured', keep: 500 },
          { kind: 'levels', bits: 3, spacing: 'powersOfTwo', per: 'filter' },
        ],
      },
    },
  });
  expect(warnings).toEqual([
    "'wide' has 2100 inputs a filter, more than 2048: its weights are projected, not reconstructed",
  ]);
  expect(weighted(compressed, 'wide').weights.filter((weight) => weight !== 0).length).toBeLessThanOrEqual(500);
  expect(weightScales['wide']).toHaveLength(3);
});

describe('what reconstruction refuses', () => {
  test.each<[string, Partial<ReconstructOptions>, string]>([
    ['unknown layers', { layers: { conv2: { kind: 'filter', keep: 1 } } }, "there is no layer 'conv2'; layers of"],
    [
      'pools',
      { layers: { maximum: { kind: 'filter', keep: 1 } } },
      "node 'maximum': a pool has no weights to compress",
    ],
    ['too many filters', { layers: { conv1: { kind: 'filter', keep: 7 } } }, 'keeps 7 of 6 filters; keep a whole'],
    ['no filters', { layers: { conv1: { kind: 'filter', keep: 0 } } }, "projection 'filter': keep is 0;"],
    ['a ridge of 0', { ridge: 0 }, 'ridge is 0; give a positive number, such as 0.1'],
    ['parts of images', { calibration: new Uint8Array(100) }, '100 bytes of calibration images are no whole number'],
  ])('%s', (_, more, message) => {
    expect(() => reconstructNetwork(network, { ...options, ...more })).toThrow(message);
  });

  test('integers of the model file', () => {
    const affine = { scale: Float32Array.of(1), zeroPoint: Int32Array.of(0), bits: 8, signed: true };
    const fixed: Network = {
      ...network,
      layers: network.layers.map((layer) => ('weights' in layer ? { ...layer, weightQuantization: affine } : layer)),
    };
    expect(() => reconstructNetwork(fixed, options)).toThrow("node 'conv1': the model file fixes its integers;");
  });
});
