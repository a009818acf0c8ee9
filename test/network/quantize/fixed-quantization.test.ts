import { describe, expect, test } from 'vitest';
import { runQuantized } from '../../../src/network/integer/run-quantized.js';
import type { AffineQuantization, Network, PoolLayer } from '../../../src/network/network.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import { drawer } from '../integer/random-network.js';
import { fullyConnected, pool } from './small-networks.js';

const options = { weightBits: 8, activationBits: 8, preprocess: { divisor: 1, mean: 0, deviation: 1 } };

const affine = (scale: number[], zeroPoint: number, signed: boolean): AffineQuantization => ({
  scale: Float32Array.from(scale),
  zeroPoint: new Int32Array(scale.length).fill(zeroPoint),
  bits: 8,
  signed,
});

/** A dense layer of the file's integers `q` − `zeroPoint` at `scales`, as import gives it: their real products. */
function dense(
  name: string,
  inputs: readonly [number, number, number],
  integers: readonly number[],
  bias: readonly number[],
  weightQuantization: AffineQuantization,
  outputQuantization?: AffineQuantization,
): Network['layers'][number] {
  const taps = integers.length / bias.length;
  const scaleOf = (index: number): number =>
    weightQuantization.scale[weightQuantization.scale.length === 1 ? 0 : Math.floor(index / taps)]!;
  return {
    ...fullyConnected(drawer(1), name, inputs, bias.length),
    weights: Float32Array.from(integers, (value, index) => value * scaleOf(index)),
    bias: Float32Array.from(bias),
    weightQuantization,
    ...(outputQuantization ? { outputQuantization } : {}),
  };
}

const network = (layers: Network['layers'], more: Partial<Network> = {}): Network => ({
  name: 'fixed',
  inputName: 'image',
  inputShape: layers[0]!.inputShape,
  inputQuantization: affine([0.5], -28, true),
  layers,
  ending: 'argmax',
  ...more,
});

describe('a model of fixed integers', () => {
  test('computes what its scales and zero points define', () => {
    const draw = drawer(31);
    const scales = [0.01, 0.02, 0.005];
    const integers = Array.from({ length: 12 }, () => draw(-127, 127));
    const bias = [0.7, -0.3, 0.05];
    const output = affine([0.9], 5, true);
    const { network: quantized } = quantizeNetwork(
      network([dense('fc', [4, 1, 1], integers, bias, affine(scales, 0, true), output)]),
      options,
    );
    expect(quantized.input.format).toEqual({ bits: 8, signed: false });
    expect(quantized.layers[0]).toMatchObject({
      output: { bits: 8, signed: false },
      weights: Int8Array.from(integers),
    });
    for (let round = 0; round < 200; round++) {
      const stored = Array.from({ length: 4 }, () => draw(-128, 127));
      const { scores } = runQuantized(
        quantized,
        Int32Array.from(stored, (value) => value + 128),
      );
      scores.forEach((score, filter) => {
        const real = stored.reduce(
          (sum, value, tap) => sum + 0.5 * (value + 28) * scales[filter]! * integers[filter * 4 + tap]!,
          bias[filter]!,
        );
        const quotient = Math.min(127, Math.max(-128, real / 0.9 + 5));
        // Rounding is half a step, the bias is rounded to a step of the sum, the multiplier is good to 2^−15.
        expect(Math.abs(score - 128 - quotient)).toBeLessThan(0.5 + 0.5 * ((0.5 * scales[filter]!) / 0.9) + 0.01);
      });
    }
  });

  test('gives sums as scores where the output is not quantised and the scale is one', () => {
    const layer = dense('fc', [2, 1, 1], [1, 2, 3, 4], [0, 1], affine([0.1], 0, true));
    const { network: quantized, warnings } = quantizeNetwork(network([layer]), options);
    expect(warnings).toEqual([]);
    expect(quantized.layers[0]).not.toHaveProperty('requantization');
    // Σ q (x − 100), and 1 / (0.5 · 0.1) = 20 for the second bias.
    expect([...runQuantized(quantized, Int32Array.of(101, 102)).scores]).toEqual([5, 31]);
  });

  test('says that widths are not asked for', () => {
    const layer = dense('fc', [2, 1, 1], [1, 2, 3, 4], [0, 1], affine([0.1], 0, true));
    const { warnings } = quantizeNetwork(network([layer]), { ...options, weightBits: 4 });
    expect(warnings).toEqual(['the model file fixes its integers: the widths that were asked for are not used']);
  });

  test('averages from scale to scale', () => {
    const layer: PoolLayer = {
      ...pool('average', 'averagePool', [1, 2, 2]),
      outputQuantization: affine([0.25], -128, true),
    };
    const { network: quantized } = quantizeNetwork(
      network([layer, dense('fc', [1, 1, 1], [1], [0], affine([1], 0, true))], {
        inputQuantization: affine([0.5], -128, true),
        inputShape: [1, 2, 2],
      }),
      options,
    );
    const { layers } = runQuantized(quantized, Int32Array.of(10, 11, 12, 14), { layers: true });
    // (10 + 11 + 12 + 14) / 4 · 0.5 / 0.25 = 23.5, halves upwards.
    expect([...layers![0]!]).toEqual([24]);
  });
});

describe('a model of fixed integers is refused', () => {
  const scale = affine([0.1], 0, true);
  const good = dense('good', [2, 1, 1], [1, 2, 3, 4], [0, 1], scale, affine([1], 0, true));

  test.each<[string, Network, string]>([
    [
      'weights of nine bits',
      network([dense('wide', [2, 1, 1], [1, 2, 200, 4], [0, 1], affine([0.1], 56, false))]),
      "node 'wide': a weight less its zero point is 200, more than 8 bits; quantise weights to signed 8 bits with zero point 0",
    ],
    [
      'scores that cannot be compared',
      network([dense('fc', [2, 1, 1], [1, 2, 3, 4], [0, 1], affine([0.1, 0.2], 0, true))]),
      "node 'fc': the output is not quantised, and its filters have different scales",
    ],
    [
      'layers without quantisation',
      network([good, fullyConnected(drawer(1), 'open', [2, 1, 1], 3)]),
      "node 'open': has weights without quantisation, other parts of the model have one",
    ],
    [
      'an input without quantisation',
      { ...omitInput(network([good])) },
      "the input 'image' is not quantised, the weights are; put QuantizeLinear and DequantizeLinear after the input",
    ],
    [
      'a maximum that changes the scale',
      network([{ ...pool('maximum', 'maximumPool', [1, 2, 2]), outputQuantization: affine([1], 0, true) }, good]),
      "node 'maximum': a maximum pool reads scale 0.5 and writes scale 1; give its output the scale and zero point of its input",
    ],
    [
      'an average that changes a scale with a zero point',
      network([{ ...pool('average', 'averagePool', [1, 2, 2]), outputQuantization: affine([1], -28, true) }, good]),
      "node 'average': an average pool reads and writes different scales, and one has a zero point",
    ],
    [
      'activations of 16 bits',
      network([good], { inputQuantization: { ...affine([1], 0, true), bits: 16 } }),
      "input 'image' has 1 scales and 16 bits; activations need one scale and at most 8 bits",
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => quantizeNetwork(wrong, options)).toThrow(message);
  });
});

function omitInput(model: Network): Network {
  const { name, inputName, inputShape, layers, ending } = model;
  return { name, inputName, inputShape, layers, ending };
}
