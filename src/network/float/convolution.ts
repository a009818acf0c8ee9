import { multiplyMatrices, type NumberArray } from './products.js';
import type { Window } from './window.js';

export interface ConvolutionShape {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  /** Over two dimensions. */
  readonly window: Window;
}

/**
 * Cross-correlation of images [images, channels, height, width] with weights [filters, channels / groups, kernel height,
 * kernel width], into `to` [images, filters, height, width]. Padding counts as zero. Sums are in double precision, so
 * 8-bit integers come out exact.
 */
export function convolve(input: Float32Array, weights: Float32Array, to: NumberArray, shape: ConvolutionShape): void {
  const { window, groups } = shape;
  const channels = shape.channels / groups;
  const filters = shape.filters / groups;
  const inner = channels * window.kernel[0]! * window.kernel[1]!;
  const cells = window.output[0]! * window.output[1]!;
  const plane = window.input[0]! * window.input[1]!;
  const columns = new Float32Array(inner * cells);
  for (let image = 0; image < shape.images; image++) {
    for (let group = 0; group < groups; group++) {
      unfold(input, (image * shape.channels + group * channels) * plane, channels, window, columns);
      const firstFilter = group * filters;
      const start = (image * shape.filters + firstFilter) * cells;
      multiplyMatrices(weights, firstFilter * inner, columns, 0, to, start, filters, inner, cells);
    }
  }
}

/** columns[(channel, kernel row, kernel column), (row, column)] = what that weight sees there (im2col). */
function unfold(input: Float32Array, start: number, channels: number, window: Window, columns: Float32Array): void {
  const [height, width] = [window.input[0]!, window.input[1]!];
  const [kernelHeight, kernelWidth] = [window.kernel[0]!, window.kernel[1]!];
  const [rows, across] = [window.output[0]!, window.output[1]!];
  const strideAcross = window.stride[1]!;
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = start + channel * height * width;
    for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow++) {
      for (let kernelColumn = 0; kernelColumn < kernelWidth; kernelColumn++) {
        const left = kernelColumn * window.dilation[1]! - window.before[1]!;
        for (let row = 0; row < rows; row++) {
          const y = row * window.stride[0]! + kernelRow * window.dilation[0]! - window.before[0]!;
          if (y < 0 || y >= height) {
            columns.fill(0, to, to + across);
            to += across;
            continue;
          }
          const line = plane + y * width;
          for (let column = 0, x = left; column < across; column++, x += strideAcross) {
            columns[to++] = x >= 0 && x < width ? input[line + x]! : 0;
          }
        }
      }
    }
  }
}
