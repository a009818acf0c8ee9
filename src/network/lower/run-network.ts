import { convolve } from '../float/convolution.js';
import { roundHalfToEven } from '../float/operators/elementwise.js';
import { multiplyTransposed } from '../float/products.js';
import { ModelError } from '../model-error.js';
import type {
  AffineQuantization,
  Clamp,
  ConvolutionLayer,
  FullyConnectedLayer,
  Layer,
  Network,
  PoolLayer,
} from '../network.js';
import { elementCount } from '../tensor.js';

/**
 * Runs the layers on one image, in float32 with double sums. Where the file fixes a quantisation, values are rounded
 * to it and back, as the graph does.
 *
 * @param image [channels, rows, columns] of `network.inputShape`, row-major
 * @param onLayer sees the output of every layer in turn
 * @returns the scores: the last layer's output, before the softmax or argmax that `ending` names
 */
export function runNetwork(
  network: Network,
  image: Float32Array,
  onLayer?: (layer: Layer, output: Float32Array) => void,
): Float32Array {
  const expected = elementCount(network.inputShape);
  if (image.length !== expected) {
    throw new ModelError(
      `the image has ${image.length} numbers, not ${expected} ([${network.inputShape.join(', ')}])`,
      { tensor: network.inputName },
      'give one image, channels first',
    );
  }
  let values = network.inputQuantization === undefined ? image : quantised(image, network.inputQuantization);
  for (const layer of network.layers) {
    values = runLayer(layer, values);
    onLayer?.(layer, values);
  }
  return values;
}

function runLayer(layer: Layer, input: Float32Array): Float32Array {
  const output = sums(layer, input);
  if ('clamp' in layer) clampInPlace(output, layer.clamp);
  return layer.outputQuantization === undefined ? output : quantised(output, layer.outputQuantization);
}

function sums(layer: Layer, input: Float32Array): Float32Array {
  switch (layer.kind) {
    case 'convolution':
      return convolution(layer, input);
    case 'fullyConnected':
      return fullyConnected(layer, input);
    default:
      return pool(layer, input);
  }
}

function convolution(layer: ConvolutionLayer, input: Float32Array): Float32Array {
  const [filters, height, width] = layer.outputShape;
  const output = new Float32Array(filters * height * width);
  convolve(input, layer.weights, output, {
    images: 1,
    channels: layer.inputShape[0],
    filters,
    groups: layer.groups,
    window: {
      input: layer.inputShape.slice(1),
      kernel: layer.kernel,
      stride: layer.stride,
      dilation: layer.dilation,
      before: layer.padding.slice(0, 2),
      after: layer.padding.slice(2),
      output: [height, width],
    },
  });
  const plane = height * width;
  for (let i = 0; i < output.length; i++) output[i] = output[i]! + layer.bias[Math.floor(i / plane)]!;
  return output;
}

function fullyConnected(layer: FullyConnectedLayer, input: Float32Array): Float32Array {
  const output = new Float32Array(layer.outputShape[0]);
  multiplyTransposed(input, layer.weights, output, 1, input.length, output.length);
  for (let i = 0; i < output.length; i++) output[i] = output[i]! + layer.bias[i]!;
  return output;
}

function pool(layer: PoolLayer, input: Float32Array): Float32Array {
  const [channels, rows, columns] = layer.outputShape;
  const [, height, width] = layer.inputShape;
  const [top, left] = layer.padding;
  const output = new Float32Array(channels * rows * columns);
  const maximum = layer.kind === 'maximumPool';
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let result = maximum ? -Infinity : 0;
        let count = 0;
        for (let i = 0; i < layer.kernel[0]; i++) {
          const y = row * layer.stride[0] + i - top;
          if (y < 0 || y >= height) continue;
          for (let j = 0; j < layer.kernel[1]; j++) {
            const x = column * layer.stride[1] + j - left;
            if (x < 0 || x >= width) continue;
            const value = input[plane + y * width + x]!;
            result = maximum ? Math.max(result, value) : result + value;
            count++;
          }
        }
        const divisor = layer.countPadding ? layer.kernel[0] * layer.kernel[1] : count;
        output[to++] = maximum ? result : result / divisor;
      }
    }
  }
  return output;
}

function clampInPlace(values: Float32Array, clamp: Clamp | undefined): void {
  if (clamp === undefined) return;
  for (let i = 0; i < values.length; i++) values[i] = Math.min(clamp.high, Math.max(clamp.low, values[i]!));
}

/** To the nearest integer (halves to even, as ONNX rounds) within the width, and back. */
function quantised(values: Float32Array, { scale, zeroPoint, bits, signed }: AffineQuantization): Float32Array {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = low + 2 ** bits - 1;
  return values.map((value) => {
    const integer = roundHalfToEven(Math.fround(value / scale[0]!)) + zeroPoint[0]!;
    return (Math.min(high, Math.max(low, integer)) - zeroPoint[0]!) * scale[0]!;
  });
}
