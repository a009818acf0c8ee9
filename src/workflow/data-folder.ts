import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../build/input-error.js';
import type { TrainingSet } from '../compression/training/trainer.js';
import { type ImageSet, type Labels, readImages, readLabels } from '../network/images/index.js';
import type { MapShape } from '../network/network.js';
import type { Preprocess } from '../network/quantize/options.js';

/** Images as they are stored, with the class of each. */
export interface LabelledImages {
  readonly images: ImageSet;
  readonly labels: Labels;
}

export interface DataFolder {
  readonly train: LabelledImages;
  /** Absent where the folder has no test images. */
  readonly test?: LabelledImages;
}

const testNames = ['t10k', 'test'];

/**
 * Reads a folder as MNIST and its relatives are published: `train-images…` and `train-labels…`, and for the test
 * `t10k-images…` or `test-images…` with their labels; IDX or .npy, gzipped or not.
 *
 * @param shape of an image, as the network reads it
 * @throws InputError for a folder without training images; ModelError for files that are damaged or of another shape
 */
export function readDataFolder(folder: string, shape: MapShape): DataFolder {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError(
      'file',
      folder,
      'there is no such folder',
      'give the folder that holds train-images and train-labels',
    );
  }
  const files = readdirSync(folder).sort();
  const train = readPair(folder, files, 'train', shape);
  if (train === undefined) {
    throw new InputError(
      'file',
      folder,
      'holds no train-images and train-labels',
      'name them as MNIST does, such as train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz',
    );
  }
  const test = testNames.map((name) => readPair(folder, files, name, shape)).find((pair) => pair !== undefined);
  return { train, ...(test && { test }) };
}

function readPair(folder: string, files: readonly string[], name: string, shape: MapShape): LabelledImages | undefined {
  const imagesFile = files.find((file) => file.startsWith(`${name}-images`));
  const labelsFile = files.find((file) => file.startsWith(`${name}-labels`));
  if (imagesFile === undefined || labelsFile === undefined) return undefined;
  const images = readImages(join(folder, imagesFile), shape);
  const labels = readLabels(join(folder, labelsFile));
  if (labels.count !== images.count) {
    throw new InputError(
      'file',
      join(folder, labelsFile),
      `holds ${labels.count} labels for ${images.count} images`,
      'give one label for each image',
    );
  }
  return { images, labels };
}

/**
 * Images as the trainer takes them.
 *
 * @param classes scores that the network gives
 * @throws InputError for a label that is no class
 */
export function trainingSetOf(
  { images, labels }: LabelledImages,
  classes: number,
  preprocess: Preprocess,
): TrainingSet {
  const stray = labels.classes.find((label) => label < 0 || label >= classes);
  if (stray !== undefined) {
    throw new InputError(
      'file',
      'labels',
      `there is a label ${stray}, but the network gives ${classes} scores`,
      'give the labels that the network was made for',
    );
  }
  const { divisor, mean, deviation } = preprocess;
  const table = Float32Array.from({ length: 256 }, (_, byte) => (byte / divisor - mean) / deviation);
  const values = new Float32Array(images.pixels.length);
  for (let index = 0; index < values.length; index++) values[index] = table[images.pixels[index]!]!;
  return { count: images.count, images: values, classes: labels.classes, blank: table[0]! };
}

/** The first images of a set, which share its memory. */
export function firstImages(set: TrainingSet, count: number): TrainingSet {
  return partOf(set, 0, Math.min(count, set.count));
}

/** The last `count` images of a set, and those before them. */
export function splitOff(set: TrainingSet, count: number): readonly [rest: TrainingSet, last: TrainingSet] {
  return [partOf(set, 0, set.count - count), partOf(set, set.count - count, set.count)];
}

function partOf({ count, images, classes, ...rest }: TrainingSet, first: number, end: number): TrainingSet {
  const size = images.length / count;
  return {
    ...rest,
    count: end - first,
    images: images.subarray(first * size, end * size),
    classes: Array.prototype.slice.call(classes, first, end),
  };
}
