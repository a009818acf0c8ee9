/** The images that quantisation looks at, and the maps that they become from layer to layer. */
import { ModelError } from '../model-error.js';
import type { MapShape } from '../network.js';
import type { InputEncoding } from '../quantized.js';
import { encodeInput } from '../integer/encode-input.js';
import { mapSize } from './float-layer.js';

const mostImages = 2048;

/** The same images on their way through both networks. */
export interface CalibrationMaps {
  readonly count: number;
  readonly float: Float32Array;
  readonly integer: Int32Array;
}

/** @throws ModelError when the bytes are not whole images */
export function calibrationMaps(images: Uint8Array, encoding: InputEncoding): CalibrationMaps {
  const size = mapSize(encoding.shape);
  const available = images.length / size;
  if (!Number.isInteger(available) || available === 0) {
    throw new ModelError(
      `${images.length} bytes of calibration images are no whole number of ${encoding.shape.join(' × ')} = ${size}`,
      {},
      'give images of the shape that the model reads',
    );
  }
  const count = Math.min(available, mostImages);
  const bytes = new Uint8Array(count * size);
  for (let image = 0; image < count; image++) {
    const source = Math.floor((image * available) / count);
    bytes.set(images.subarray(source * size, (source + 1) * size), image * size);
  }
  return { count, float: realInput(encoding, bytes), integer: encodeInput(encoding, bytes) };
}

/** What the float network reads for stored bytes. */
export function realInput(encoding: InputEncoding, bytes: Uint8Array): Float32Array {
  const { divisor, mean, deviation } = encoding.preprocess;
  return Float32Array.from(bytes, (byte) => (byte / divisor - mean) / deviation);
}

/**
 * Images for want of better: smooth blotches of all sizes, bright on dark, over the whole range of a byte. They drive
 * every layer, but say nothing of what the model was trained on. Always the same ones.
 */
export function syntheticImages(shape: MapShape, count: number): Uint8Array {
  const [channels, height, width] = shape;
  const images = new Uint8Array(count * mapSize(shape));
  // Park and Miller's "minimal standard" generator.
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  let target = 0;
  for (let image = 0; image < count; image++) {
    const cells = 2 + (image % 7);
    const threshold = 0.2 + 0.5 * random();
    for (let channel = 0; channel < channels; channel++) {
      const grid = Array.from({ length: (cells + 1) * (cells + 1) }, random);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const value = interpolate(grid, cells, (row * cells) / height, (column * cells) / width);
          images[target++] = Math.round(255 * Math.min(1, Math.max(0, (value - threshold) * 4)));
        }
      }
    }
  }
  return images;
}

function interpolate(grid: readonly number[], cells: number, y: number, x: number): number {
  const row = Math.floor(y);
  const column = Math.floor(x);
  const at = (r: number, c: number): number => grid[r * (cells + 1) + c]!;
  const top = at(row, column) * (1 - x + column) + at(row, column + 1) * (x - column);
  const bottom = at(row + 1, column) * (1 - x + column) + at(row + 1, column + 1) * (x - column);
  return top * (1 - y + row) + bottom * (y - row);
}
