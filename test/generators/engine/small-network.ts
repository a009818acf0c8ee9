import type { QuantizedLayer, QuantizedNetwork } from '../../../src/network/quantized.js';
import { drawer } from '../../network/integer/random-network.js';

const meaning = { scale: 1, zeroPoint: 0 };
export const requantization = { multiplierBits: 8, shift: 9, zeroPoint: 0, low: 0, high: 15 };

/** A map of 2 × 6 × 6, unsigned 4 bits: 3 × 3 convolution to 4 maps, maximum and average pool, fully connected to 5. */
export function everyKind(ending: 'scores' | 'argmax', last: Partial<QuantizedLayer> = {}): QuantizedNetwork {
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
      kind: 'averagePool',
      name: 'average',
      inputShape: [4, 3, 3],
      outputShape: [4, 2, 2],
      input: activation,
      output: activation,
      outputMeaning: meaning,
      kernel: [2, 2],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      paddingValue: 0,
      requantization: { ...requantization, multiplier: Int32Array.of(255), shift: 9 },
    },
    {
      kind: 'fullyConnected',
      name: 'scores',
      inputShape: [4, 2, 2],
      outputShape: [5, 1, 1],
      input: activation,
      output: { bits: 13, signed: true },
      outputMeaning: meaning,
      weights: weights(80),
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
