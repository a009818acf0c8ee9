/** One layer of real numbers, made ready to run on many maps: what quantisation is measured against. */
import { channelTaps, padMap, windowAddresses } from '../integer/window.js';
import type { Clamp, ConvolutionLayer, FullyConnectedLayer, Layer, MapShape, PoolLayer } from '../network.js';

/** Computes one output map, before the clamp, from the map that starts at `offset`. Sums are doubles. */
export type FloatRunner = (input: Float32Array, offset: number, output: Float32Array, outputOffset: number) => void;

export const mapSize = (shape: MapShape): number => shape[0] * shape[1] * shape[2];

export function floatRunner(layer: Layer): FloatRunner {
  switch (layer.kind) {
    case 'convolution':
      return convolutionRunner(layer);
    case 'fullyConnected':
      return fullyConnectedRunner(layer);
    default:
      return poolRunner(layer);
  }
}

/** Runs a layer on `count` maps: its outputs before the clamp. */
export function runFloatLayer(layer: Layer, maps: Float32Array, count: number): Float32Array {
  const run = floatRunner(layer);
  const inputSize = mapSize(layer.inputShape);
  const outputSize = mapSize(layer.outputShape);
  const outputs = new Float32Array(count * outputSize);
  for (let image = 0; image < count; image++) run(maps, image * inputSize, outputs, image * outputSize);
  return outputs;
}

export const clampOf = (layer: Layer): Clamp | undefined => ('clamp' in layer ? layer.clamp : undefined);

export function clampInPlace(values: Float32Array, clamp: Clamp | undefined): void {
  if (clamp === undefined) return;
  for (let index = 0; index < values.length; index++) {
    values[index] = Math.min(clamp.high, Math.max(clamp.low, values[index]!));
  }
}

function convolutionRunner(layer: ConvolutionLayer): FloatRunner {
  const addresses = windowAddresses(layer);
  const { corners, paddedHeight, paddedWidth } = addresses;
  const channels = layer.inputShape[0] / layer.groups;
  const filters = layer.outputShape[0] / layer.groups;
  const taps = channelTaps(addresses, channels);
  const padded = new Float32Array(layer.inputShape[0] * paddedHeight * paddedWidth);
  const patch = new Float32Array(taps.length);
  const positions = corners.length;
  return (input, offset, output, outputOffset) => {
    padMap(input, offset, layer.inputShape, layer.padding, padded);
    for (let group = 0; group < layer.groups; group++) {
      const groupOffset = group * channels * paddedHeight * paddedWidth;
      for (let position = 0; position < positions; position++) {
        const corner = groupOffset + corners[position]!;
        for (let tap = 0; tap < patch.length; tap++) patch[tap] = padded[corner + taps[tap]!]!;
        const target = outputOffset + group * filters * positions + position;
        dotProducts(
          layer.weights,
          layer.bias,
          group * filters,
          filters,
          patch,
          0,
          patch.length,
          output,
          target,
          positions,
        );
      }
    }
  };
}

function fullyConnectedRunner(layer: FullyConnectedLayer): FloatRunner {
  const inputs = mapSize(layer.inputShape);
  const { weights, bias } = layer;
  return (input, offset, output, outputOffset) =>
    dotProducts(weights, bias, 0, bias.length, input, offset, inputs, output, outputOffset, 1);
}

function dotProducts(
  weights: Float32Array,
  bias: Float32Array,
  firstRow: number,
  rows: number,
  input: Float32Array,
  offset: number,
  taps: number,
  output: Float32Array,
  outputOffset: number,
  outputStride: number,
): void {
  for (let row = 0; row < rows; row++) {
    const first = (firstRow + row) * taps;
    let even = bias[firstRow + row]!;
    let odd = 0;
    let tap = 0;
    for (; tap + 2 <= taps; tap += 2) {
      even += weights[first + tap]! * input[offset + tap]!;
      odd += weights[first + tap + 1]! * input[offset + tap + 1]!;
    }
    if (tap < taps) even += weights[first + tap]! * input[offset + tap]!;
    output[outputOffset + row * outputStride] = even + odd;
  }
}

function poolRunner(layer: PoolLayer): FloatRunner {
  const { corners, taps, paddedHeight, paddedWidth } = windowAddresses({ ...layer, dilation: [1, 1] });
  const size = layer.inputShape[0] * paddedHeight * paddedWidth;
  const maximum = layer.kind === 'maximumPool';
  // An average tells padding from values by NaN.
  const padded = new Float32Array(size).fill(maximum ? -Infinity : NaN);
  return (input, offset, output, outputOffset) => {
    padMap(input, offset, layer.inputShape, layer.padding, padded);
    let target = outputOffset;
    for (let channel = 0; channel < layer.inputShape[0]; channel++) {
      for (let position = 0; position < corners.length; position++) {
        const corner = channel * paddedHeight * paddedWidth + corners[position]!;
        let largest = -Infinity;
        let sum = 0;
        let counted = 0;
        for (let tap = 0; tap < taps.length; tap++) {
          const value = padded[corner + taps[tap]!]!;
          if (value > largest) largest = value;
          if (Number.isNaN(value)) continue;
          sum += value;
          counted++;
        }
        output[target++] = maximum ? largest : sum / (layer.countPadding ? taps.length : counted);
      }
    }
  };
}
