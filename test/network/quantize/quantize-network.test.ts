import { describe, expect, test } from 'vitest';
import { accumulatorBits } from '../../../src/network/integer/accumulator.js';
import { runQuantized } from '../../../src/network/integer/run-quantized.js';
import type { Network } from '../../../src/network/network.js';
import { compareLayers } from '../../../src/network/quantize/compare-layers.js';
import type { QuantizeOptions } from '../../../src/network/quantize/options.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import { drawer } from '../integer/random-network.js';
import { referenceLayers } from '../integer/reference.js';
import { convolution, fullyConnected, pool, randomImages, smallNetwork } from './small-networks.js';

const preprocess = { divisor: 255, mean: 0.4, deviation: 0.3 };
const calibration = randomImages([2, 8, 8], 128);
const testImages = randomImages([2, 8, 8], 32, 99);

const options = (more: Partial<QuantizeOptions> = {}): QuantizeOptions => ({
  weightBits: 8,
  activationBits: 8,
  calibration,
  preprocess,
  ...more,
});

describe('a quantised network', () => {
  const network = smallNetwork();

  test('is close to the float network in every layer at 8 bits', () => {
    const { network: quantized, warnings } = quantizeNetwork(network, options());
    expect(warnings).toEqual([]);
    for (const error of compareLayers(network, quantized, testImages)) {
      expect(error.signalToNoise, error.name).toBeGreaterThan(32);
      expect(error.cosine, error.name).toBeGreaterThan(0.9995);
    }
  });

  test.each([
    [1, 4],
    [2, 2],
    [3, 5],
    [4, 4],
    [8, 1],
  ])('keeps to %d bits for weights and %d for activations', (weightBits, activationBits) => {
    const { network: quantized } = quantizeNetwork(network, options({ weightBits, activationBits }));
    const image = testImages.subarray(0, 128);
    // The runner checks every width; the reference, that the numbers mean what they say.
    const result = runQuantized(quantized, image, { layers: true });
    const expected = referenceLayers(quantized, [...image].map(BigInt));
    expect(result.layers!.map((layer) => [...layer].map(BigInt))).toEqual(expected);
    for (const layer of quantized.layers) {
      if (layer.kind !== 'convolution' && layer.kind !== 'fullyConnected') continue;
      expect(layer.weightBits).toBe(weightBits);
      expect(layer.accumulatorBits).toBe(accumulatorBits(layer.weights, layer.bias, layer.input));
      if (layer.requantization) expect(layer.output.bits).toBe(activationBits);
      if (layer.name !== 'hidden' && layer.requantization) expect(layer.output.signed).toBe(false);
    }
  });

  test('loses less with more bits, and less by reconstruction than by rounding', () => {
    const noise = (weightBits: number, activationBits: number, method: 'nearest' | 'reconstruction'): number =>
      compareLayers(
        network,
        quantizeNetwork(network, options({ weightBits, activationBits, method })).network,
        testImages,
      ).at(-1)!.signalToNoise;
    const reconstructed = [2, 3, 4, 6, 8].map((bits) => noise(bits, bits, 'reconstruction'));
    reconstructed.slice(1).forEach((value, index) => {
      expect(value).toBeGreaterThan(reconstructed[index]!);
    });
    for (const bits of [2, 3, 4]) {
      expect(noise(bits, 8, 'reconstruction')).toBeGreaterThan(noise(bits, 8, 'nearest') + 1);
    }
  });

  test('takes widths layer by layer', () => {
    const { network: quantized } = quantizeNetwork(
      network,
      options({
        perLayer: { conv1: { weights: 3, activations: 5 }, average: { activations: 6 }, scores: { weights: 2 } },
      }),
    );
    const layers = new Map(quantized.layers.map((layer) => [layer.name, layer]));
    expect(layers.get('conv1')).toMatchObject({ weightBits: 3, output: { bits: 5, signed: false } });
    expect(layers.get('depthwise')).toMatchObject({ weightBits: 8, input: { bits: 5 }, output: { bits: 8 } });
    expect(layers.get('average')).toMatchObject({ output: { bits: 6 } });
    expect(layers.get('scores')).toMatchObject({ weightBits: 2 });
  });

  test('reads inputs of fewer bits', () => {
    const { network: quantized } = quantizeNetwork(network, options({ inputBits: 4 }));
    expect(quantized.input.format).toEqual({ bits: 4, signed: false });
    expect(compareLayers(network, quantized, testImages).at(-1)!.signalToNoise).toBeGreaterThan(10);
  });

  test('pads with the integer nearest to zero', () => {
    const { network: quantized } = quantizeNetwork(network, options());
    expect(quantized.layers[0]).toMatchObject({ paddingValue: 102 });
    expect(quantized.layers[1]).toMatchObject({ paddingValue: 0 });
  });

  test('gives scores of one scale, and clamps as the float network does', () => {
    const { network: quantized } = quantizeNetwork(network, options());
    const last = quantized.layers.at(-1)!;
    expect(last).not.toHaveProperty('requantization');
    expect(last.output.signed).toBe(true);
    const clip = quantized.layers[1]!;
    if (clip.kind !== 'convolution') throw new TypeError(clip.kind);
    const { high } = clip.requantization!;
    expect(high * clip.outputMeaning.scale).toBeCloseTo(1.5, 1);
    expect(clip.requantization!.low).toBe(0);
  });

  test('works without images, and says so', () => {
    const { network: quantized, warnings } = quantizeNetwork(network, { weightBits: 8, activationBits: 8, preprocess });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('no calibration images: 256 synthetic ones stand in');
    expect(compareLayers(network, quantized, testImages).at(-1)!.signalToNoise).toBeGreaterThan(15);
  });

  test('is the same every time', () => {
    const make = (): unknown => quantizeNetwork(network, options({ weightBits: 3, activationBits: 3 })).network;
    expect(make()).toEqual(make());
  });
});

describe('quantisation of special layers', () => {
  const draw = drawer(21);
  const one = (layers: Network['layers']): Network => ({
    name: 'special',
    inputName: 'input',
    inputShape: [2, 8, 8],
    layers,
    ending: 'scores',
  });

  test('a filter of zeros gives its bias', () => {
    const layer = convolution(draw, 'conv', [2, 8, 8], 3);
    const weights = layer.weights.slice();
    weights.fill(0, 18, 36);
    const network = one([
      { ...layer, weights, bias: Float32Array.of(0.1, 0.5, -0.2) },
      fullyConnected(draw, 'fc', [3, 8, 8], 4),
    ]);
    const { network: quantized } = quantizeNetwork(network, options());
    const { layers } = runQuantized(quantized, testImages.subarray(0, 128), { layers: true });
    const { scale } = quantized.layers[0]!.outputMeaning;
    for (const value of layers![0]!.subarray(64, 128)) expect(Math.abs(value * scale - 0.5)).toBeLessThanOrEqual(scale);
  });

  test('a last layer with a clamp is requantised', () => {
    const network = one([fullyConnected(draw, 'fc', [2, 8, 8], 4, { clamp: { low: 0, high: Infinity } })]);
    const { network: quantized } = quantizeNetwork(network, options());
    expect(quantized.layers[0]).toMatchObject({ output: { bits: 8, signed: false } });
  });

  test('an average over padding that does not count is refused', () => {
    const layer = {
      ...pool('average', 'averagePool', [2, 8, 8]),
      padding: [1, 1, 1, 1] as const,
      outputShape: [2, 5, 5] as const,
    };
    expect(() => quantizeNetwork(one([layer]), options())).toThrow(
      "node 'average': the average leaves padding out, so that windows at the border have other divisors; use count_include_pad = 1, or no padding",
    );
  });

  test('an average of raw images with padding keeps its meaning', () => {
    const layer = {
      ...pool('average', 'averagePool', [2, 8, 8]),
      padding: [1, 1, 1, 1] as const,
      outputShape: [2, 5, 5] as const,
      countPadding: true,
    };
    const network = one([layer]);
    const { network: quantized } = quantizeNetwork(network, options());
    expect(compareLayers(network, quantized, testImages)[0]!.signalToNoise).toBeGreaterThan(40);
  });
});

describe('quantisation refuses', () => {
  const network = smallNetwork();

  test.each([
    [{ weightBits: 9 }, 'weightBits is 9; allowed are whole numbers 1 … 8'],
    [{ activationBits: 0 }, 'activationBits is 0; allowed are whole numbers 1 … 8'],
    [{ inputBits: 2.5 }, 'inputBits is 2.5; allowed are whole numbers 1 … 8'],
    [{ multiplierBits: 17 }, 'multiplierBits is 17; allowed are whole numbers 1 … 16'],
    [
      { perLayer: { conv9: { weights: 4 } } },
      "there is no layer 'conv9'; layers of 'small' are 'conv1', 'depthwise', 'maximum', 'linear', 'average', 'hidden', 'scores'",
    ],
    [{ perLayer: { conv1: { weights: 16 } } }, "weights of 'conv1' is 16; allowed are whole numbers 1 … 8"],
    [{ perLayer: { maximum: { activations: 4 } } }, "node 'maximum': a maximum pool has the width of its input"],
    [
      { calibration: new Uint8Array(100) },
      '100 bytes of calibration images are no whole number of 2 × 8 × 8 = 128; give images of the shape that the model reads',
    ],
    [
      { preprocess: { divisor: 0, mean: 0, deviation: 1 } },
      'is not a scale; divisor and deviation are positive numbers',
    ],
  ])('%o', (wrong, message) => {
    expect(() => quantizeNetwork(network, options(wrong))).toThrow(message);
  });
});
