import { ModelError } from '../model-error.js';
import type { MapShape } from '../network.js';

/** Stored images: bytes 0 … 255, (image, channel, row, column) order. */
export interface ImageSet {
  readonly count: number;
  readonly shape: MapShape;
  /** count · channels · height · width bytes. */
  readonly pixels: Uint8Array;
}

/** The class of each image, 0, 1, …. */
export interface Labels {
  readonly count: number;
  readonly classes: Int32Array;
}

/** A part of a set that shares its memory: images `first` … `first + count − 1`, or as many as there are. */
export function takeImages(images: ImageSet, first: number, count: number): ImageSet {
  const size = images.shape[0] * images.shape[1] * images.shape[2];
  const start = Math.min(first, images.count);
  const end = Math.min(start + count, images.count);
  return { count: end - start, shape: images.shape, pixels: images.pixels.subarray(start * size, end * size) };
}

/** The labels that belong to `takeImages` with the same numbers. */
export function takeLabels(labels: Labels, first: number, count: number): Labels {
  const classes = labels.classes.subarray(first, first + count);
  return { count: classes.length, classes };
}

/**
 * Gives the images the shape that a model reads. Vectors and maps of one size are the same bytes, so a model of 784
 * inputs takes images of 28 × 28.
 *
 * @throws ModelError when the sizes differ
 */
export function shapeImages(images: ImageSet, expected: MapShape, file?: string): ImageSet {
  if (images.shape.join() === expected.join()) return images;
  const flat = (shape: MapShape): boolean => shape[1] === 1 && shape[2] === 1;
  const size = (shape: MapShape): number => shape[0] * shape[1] * shape[2];
  if (size(images.shape) === size(expected) && (flat(images.shape) || flat(expected))) {
    return { ...images, shape: expected };
  }
  throw new ModelError(
    `images are ${images.shape.join(' × ')}, but the model reads ${expected.join(' × ')} (channels × rows × columns)`,
    file === undefined ? {} : { file },
    'give images of the model’s shape, or crop, pad or scale them first',
  );
}

/** @throws ModelError when there is not one label for each image, or a label is not a class of the model */
export function checkLabels(images: ImageSet, labels: Labels, classes?: number, file?: string): void {
  const where = file === undefined ? {} : { file };
  if (images.count !== labels.count) {
    throw new ModelError(
      `there are ${labels.count} labels for ${images.count} images`,
      where,
      'give the label file that belongs to the images',
    );
  }
  const limit = classes ?? Infinity;
  const index = labels.classes.findIndex((label) => label < 0 || label >= limit);
  if (index >= 0) {
    throw new ModelError(
      `label ${index} is ${labels.classes[index]!}, but classes are ${classes === undefined ? 'not negative' : `0 … ${classes - 1}`}`,
      where,
      'give labels of the classes that the model was trained on',
    );
  }
}
