/** LeNet-5's chain of layers with weight matrices of any size: random weights, random columns. */
import { accumulatorBits } from '../../src/network/integer/accumulator.js';
import type { MapShape } from '../../src/network/network.js';
import type { IntegerFormat, QuantizedLayer, QuantizedNetwork } from '../../src/network/quantized.js';
import { type Draw, drawer } from '../network/integer/random-network.js';

/** Size of a weight matrix. Fewer columns than the layer's window has are drawn from them. */
export type Matrix = readonly [filters: number, columns: number];

const activation: IntegerFormat = { bits: 8, signed: false };
const outputMeaning = { scale: 1, zeroPoint: 0 };
const noPadding = [0, 0, 0, 0] as const;

/** Convolution 5×5, pool, convolution 5×5, pool, two fully connected layers, on maps of 28×28. */
export function prunableNetwork([conv1, conv2, fc1, fc2]: readonly Matrix[], weightBits: number): QuantizedNetwork {
  const draw = drawer(13 * 7919);
  const layers: QuantizedLayer[] = [];
  const inputShape: MapShape = [1, 28, 28];
  const shape = (): MapShape => layers.at(-1)?.outputShape ?? inputShape;
  layers.push(weighted(draw, 'conv1', shape(), conv1!, weightBits));
  layers.push(pool('pool1', shape()));
  layers.push(weighted(draw, 'conv2', shape(), conv2!, weightBits));
  layers.push(pool('pool2', shape()));
  layers.push(weighted(draw, 'fc1', shape(), fc1!, weightBits));
  layers.push(weighted(draw, 'fc2', shape(), fc2!, weightBits));
  return {
    name: 'lenet',
    input: {
      shape: inputShape,
      format: activation,
      meaning: outputMeaning,
      preprocess: { divisor: 1, mean: 0, deviation: 1 },
    },
    layers,
    ending: 'argmax',
  };
}

function pool(name: string, inputShape: MapShape): QuantizedLayer {
  const [channels, height, width] = inputShape;
  return {
    kind: 'maximumPool',
    name,
    inputShape,
    outputShape: [channels, height / 2, width / 2],
    input: activation,
    output: activation,
    outputMeaning,
    kernel: [2, 2],
    stride: [2, 2],
    padding: noPadding,
  };
}

function weighted(
  draw: Draw,
  name: 'conv1' | 'conv2' | 'fc1' | 'fc2',
  inputShape: MapShape,
  [filters, columns]: Matrix,
  weightBits: number,
): QuantizedLayer {
  const [channels, height, width] = inputShape;
  const isConvolution = name.startsWith('conv');
  const all = channels * (isConvolution ? 25 : height * width);
  const taps = someOf(draw, all, columns);
  const limit = 2 ** (weightBits - 1);
  const weights = Int8Array.from({ length: filters * columns }, () => draw(-limit, limit - 1));
  const bias = Int32Array.from({ length: filters }, () => draw(-1000, 1000));
  const bits = accumulatorBits(weights, bias, activation);
  const common = {
    name,
    inputShape,
    input: activation,
    outputMeaning,
    weights,
    weightBits,
    bias,
    accumulatorBits: bits,
    ...(columns < all && { taps }),
    ...(name === 'fc2'
      ? { output: { bits, signed: true } }
      : {
          output: activation,
          requantization: {
            multiplier: Int32Array.from({ length: filters }, () => draw(20000, 65535)),
            multiplierBits: 16,
            // The largest sums become a little more than 8 bits.
            shift: 16 + Math.max(0, bits - 12),
            zeroPoint: 0,
            low: 0,
            high: 255,
          },
        }),
  };
  if (!isConvolution) return { ...common, kind: 'fullyConnected', outputShape: [filters, 1, 1] };
  return {
    ...common,
    kind: 'convolution',
    outputShape: [filters, height - 4, width - 4],
    kernel: [5, 5],
    stride: [1, 1],
    dilation: [1, 1],
    padding: noPadding,
    paddingValue: 0,
    groups: 1,
  };
}

/** `count` of the numbers 0 … all − 1, ascending. */
function someOf(draw: Draw, all: number, count: number): Int32Array {
  const left = Array.from({ length: all }, (_, index) => index);
  while (left.length > count) left.splice(draw(0, left.length - 1), 1);
  return Int32Array.from(left);
}
