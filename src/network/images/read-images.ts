import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ModelError } from '../model-error.js';
import type { MapShape } from '../network.js';
import { isIdx, parseIdx } from './idx.js';
import { type ImageSet, type Labels, shapeImages } from './image-set.js';
import { isNpy, parseNpy } from './npy.js';
import { isPng, parsePng } from './png.js';

/**
 * Reads images of bytes from an IDX file, a `.npy` file (both may be gzipped), a PNG, or a folder of PNGs in the order
 * of their names. What a file is, its first bytes say, not its name.
 *
 * Arrays are [images, rows, columns], [images, channels, rows, columns], [images, rows, columns, channels] or
 * [images, values]; where both four-dimensional orders are possible, channels come first.
 *
 * @param expected the shape that the model reads
 * @throws ModelError for files that are missing, damaged, of another kind or of another shape
 */
export function readImages(path: string, expected?: MapShape): ImageSet {
  const images = isFolder(path) ? readFolder(path, expected) : parseImages(readBytes(path), path, expected);
  return expected === undefined ? images : shapeImages(images, expected, path);
}

/** Reads classes from an IDX or a `.npy` file of one dimension. */
export function readLabels(path: string): Labels {
  if (isFolder(path)) throw new ModelError('is a folder', { file: path }, 'give a file of labels');
  const bytes = readBytes(path);
  const { shape, data } = isNpy(bytes) ? parseNpy(bytes, path) : parseIdx(bytes, path);
  if (shape.length !== 1) {
    throw new ModelError(`labels have ${shape.length} dimensions, not 1`, { file: path }, 'give the file of labels');
  }
  return { count: data.length, classes: Int32Array.from(data) };
}

function parseImages(bytes: Uint8Array, file: string, expected: MapShape | undefined): ImageSet {
  if (isPng(bytes)) return parsePng(bytes, file, expected?.[0]);
  if (isNpy(bytes)) {
    const array = parseNpy(bytes, file);
    if (array.type !== 'u1') {
      throw new ModelError(
        `the array holds ${array.type}, not bytes`,
        { file },
        'save bytes 0 … 255: array.astype(numpy.uint8)',
      );
    }
    return arrange(array.shape, Uint8Array.from(array.data), file, expected);
  }
  if (!isIdx(bytes)) {
    throw new ModelError(
      'is neither IDX, .npy nor PNG',
      { file },
      'give images as IDX (gzipped or not), as .npy of uint8, as a PNG or as a folder of PNGs',
    );
  }
  const array = parseIdx(bytes, file);
  return arrange(array.shape, array.data, file, expected);
}

function arrange(shape: readonly number[], data: Uint8Array, file: string, expected: MapShape | undefined): ImageSet {
  const [count, a, b, c] = shape;
  if (count === undefined || a === undefined || shape.length > 4) {
    throw new ModelError(
      `an array of ${shape.length} ${shape.length === 1 ? 'dimension' : 'dimensions'} holds no images`,
      { file },
      'give [images, rows, columns], [images, channels, rows, columns] or [images, rows, columns, channels]',
    );
  }
  if (count === 0) throw new ModelError('holds no images', { file }, 'give at least one');
  if (b === undefined) return { count, shape: [a, 1, 1], pixels: data };
  if (c === undefined) return { count, shape: [1, a, b], pixels: data };
  const channelsFirst =
    expected === undefined
      ? a <= 4 || c > 4
      : [a, b, c].join() === expected.join() || [c, a, b].join() !== expected.join();
  if (channelsFirst) return { count, shape: [a, b, c], pixels: data };
  const pixels = new Uint8Array(data.length);
  const size = a * b;
  for (let image = 0; image < count; image++) {
    for (let position = 0; position < size; position++) {
      for (let channel = 0; channel < c; channel++) {
        pixels[(image * c + channel) * size + position] = data[(image * size + position) * c + channel]!;
      }
    }
  }
  return { count, shape: [c, a, b], pixels };
}

function readFolder(folder: string, expected: MapShape | undefined): ImageSet {
  const names = readdirSync(folder)
    .filter((name) => name.toLowerCase().endsWith('.png'))
    .sort((left, right) => (left < right ? -1 : 1));
  if (names.length === 0) throw new ModelError('no .png file in this folder', { file: folder }, 'give PNG files');
  const images = names.map((name) => {
    const file = join(folder, name);
    return { file, image: parsePng(readBytes(file), file, expected?.[0]) };
  });
  // Without a model to ask, one coloured picture makes the whole folder coloured.
  const channels = Math.max(...images.map(({ image }) => image.shape[0]));
  const shape: MapShape = [channels, images[0]!.image.shape[1], images[0]!.image.shape[2]];
  const size = channels * shape[1] * shape[2];
  const pixels = new Uint8Array(images.length * size);
  images.forEach(({ file, image }, index) => {
    if (image.shape[1] !== shape[1] || image.shape[2] !== shape[2]) {
      throw new ModelError(
        `the picture is ${image.shape[1]} × ${image.shape[2]}, but the folder's first is ${shape[1]} × ${shape[2]} (rows × columns)`,
        { file },
        'give pictures of one size',
      );
    }
    const repeat = channels / image.shape[0];
    for (let copy = 0; copy < repeat; copy++) pixels.set(image.pixels, index * size + copy * image.pixels.length);
  });
  return { count: images.length, shape, pixels };
}

function isFolder(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new ModelError('no such file or folder', { file: path }, 'check the path');
  return status.isDirectory();
}

function readBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return plain(bytes);
  try {
    return plain(gunzipSync(bytes));
  } catch (error) {
    throw new ModelError(
      `the gzipped data is damaged (${error instanceof Error ? error.message : String(error)})`,
      { file: path },
      'fetch the file again',
    );
  }
}

/** The same memory without the ways of a `Buffer`, whose `slice` does not copy. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
