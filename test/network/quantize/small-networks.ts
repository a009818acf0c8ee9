/** Small float networks of random weights, and images for them. */
import type {
  ConvolutionLayer,
  FullyConnectedLayer,
  MapShape,
  Network,
  PoolLayer,
} from '../../../src/network/network.js';
import { type Draw, drawer } from '../integer/random-network.js';

const relu = { low: 0, high: Infinity };

const normal = (draw: Draw): number => {
  // The sum of twelve uniform numbers less its mean is close enough to normal.
  let sum = -6;
  for (let index = 0; index < 12; index++) sum += draw(0, 999_999) / 1_000_000;
  return sum;
};

const values = (draw: Draw, length: number, deviation: number): Float32Array =>
  Float32Array.from({ length }, () => deviation * normal(draw));

export function convolution(
  draw: Draw,
  name: string,
  inputShape: MapShape,
  filters: number,
  more: Partial<ConvolutionLayer> = {},
): ConvolutionLayer {
  const groups = more.groups ?? 1;
  const taps = (inputShape[0] / groups) * 9;
  return {
    kind: 'convolution',
    name,
    inputShape,
    outputShape: [filters, inputShape[1], inputShape[2]],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups,
    weights: values(draw, filters * taps, 1 / Math.sqrt(taps)),
    bias: values(draw, filters, 0.1),
    clamp: relu,
    ...more,
  };
}

export function fullyConnected(
  draw: Draw,
  name: string,
  inputShape: MapShape,
  outputs: number,
  more: Partial<FullyConnectedLayer> = {},
): FullyConnectedLayer {
  const inputs = inputShape[0] * inputShape[1] * inputShape[2];
  return {
    kind: 'fullyConnected',
    name,
    inputShape,
    outputShape: [outputs, 1, 1],
    weights: values(draw, outputs * inputs, 1 / Math.sqrt(inputs)),
    bias: values(draw, outputs, 0.1),
    ...more,
  };
}

export function pool(name: string, kind: PoolLayer['kind'], inputShape: MapShape): PoolLayer {
  return {
    kind,
    name,
    inputShape,
    outputShape: [inputShape[0], inputShape[1] / 2, inputShape[2] / 2],
    kernel: [2, 2],
    stride: [2, 2],
    padding: [0, 0, 0, 0],
    countPadding: false,
  };
}

/** Every kind of layer: plain, depthwise and unclamped convolutions, a clip, both pools, two dense layers. */
export function smallNetwork(seed = 3): Network {
  const draw = drawer(seed);
  return {
    name: 'small',
    inputName: 'input',
    inputShape: [2, 8, 8],
    layers: [
      convolution(draw, 'conv1', [2, 8, 8], 6),
      convolution(draw, 'depthwise', [6, 8, 8], 6, { groups: 6, clamp: { low: 0, high: 1.5 } }),
      pool('maximum', 'maximumPool', [6, 8, 8]),
      convolution(draw, 'linear', [6, 4, 4], 8),
      pool('average', 'averagePool', [8, 4, 4]),
      { ...fullyConnected(draw, 'hidden', [8, 2, 2], 12) },
      fullyConnected(draw, 'scores', [12, 1, 1], 5),
    ],
    ending: 'argmax',
  };
}

export function randomImages(shape: MapShape, count: number, seed = 11): Uint8Array {
  const draw = drawer(seed);
  return Uint8Array.from({ length: count * shape[0] * shape[1] * shape[2] }, () => draw(0, 255));
}
