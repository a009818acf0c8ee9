/**
 * Where a sliding window reads: addresses into a padded feature map, so that no kernel asks whether it is at a border.
 */
import { ModelError } from '../model-error.js';
import type { MapShape, Padding } from '../network.js';

export interface WindowGeometry {
  readonly name: string;
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

export interface WindowAddresses {
  readonly paddedHeight: number;
  readonly paddedWidth: number;
  /** Address of the window's top left corner for each output position (row, column), in channel 0. */
  readonly corners: Int32Array;
  /** Distance from the corner to each tap (row, column) of the kernel, in the same channel. */
  readonly taps: Int32Array;
}

/** Length of a feature map's one side after a window of `kernel` taps has passed over it. */
export function windowOutputLength(
  length: number,
  before: number,
  after: number,
  kernel: number,
  stride: number,
  dilation: number,
): number {
  return Math.floor((length + before + after - ((kernel - 1) * dilation + 1)) / stride) + 1;
}

/** @throws ModelError when `outputShape` is not what the window gives. */
export function windowAddresses(geometry: WindowGeometry): WindowAddresses {
  const { inputShape, outputShape, kernel, stride, dilation, padding } = geometry;
  const height = windowOutputLength(inputShape[1], padding[0], padding[2], kernel[0], stride[0], dilation[0]);
  const width = windowOutputLength(inputShape[2], padding[1], padding[3], kernel[1], stride[1], dilation[1]);
  if (height !== outputShape[1] || width !== outputShape[2] || height < 1 || width < 1) {
    throw new ModelError(
      `the window gives ${height} × ${width} positions, but the layer's output is ${outputShape[1]} × ${outputShape[2]}`,
      { node: geometry.name },
      'kernel, stride, dilation, padding and shapes of the layer must agree',
    );
  }
  const paddedHeight = inputShape[1] + padding[0] + padding[2];
  const paddedWidth = inputShape[2] + padding[1] + padding[3];
  const corners = new Int32Array(height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      corners[row * width + column] = row * stride[0] * paddedWidth + column * stride[1];
    }
  }
  const taps = new Int32Array(kernel[0] * kernel[1]);
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      taps[row * kernel[1] + column] = row * dilation[0] * paddedWidth + column * dilation[1];
    }
  }
  return { paddedHeight, paddedWidth, corners, taps };
}

/** Distances from a window's corner to all taps of `channels` channels: the order (channel, row, column) of weights. */
export function channelTaps(addresses: WindowAddresses, channels: number): Int32Array {
  const { taps, paddedHeight, paddedWidth } = addresses;
  const all = new Int32Array(channels * taps.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = 0; tap < taps.length; tap++) {
      all[channel * taps.length + tap] = channel * paddedHeight * paddedWidth + taps[tap]!;
    }
  }
  return all;
}

/**
 * Copies a feature map into the middle of `padded`, whose border the caller has filled. Without padding it returns the
 * map itself.
 */
export function padMap<T extends Int32Array | Float32Array>(
  map: T,
  offset: number,
  shape: MapShape,
  padding: Padding,
  padded: T,
): T {
  const [channels, height, width] = shape;
  const paddedWidth = width + padding[1] + padding[3];
  const paddedHeight = height + padding[0] + padding[2];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      const source = offset + (channel * height + row) * width;
      const target = (channel * paddedHeight + row + padding[0]) * paddedWidth + padding[1];
      for (let column = 0; column < width; column++) padded[target + column] = map[source + column]!;
    }
  }
  return padded;
}
