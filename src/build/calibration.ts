import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type ImageSet, readImages } from '../network/images/index.js';
import type { MapShape } from '../network/network.js';
import { sha256 } from './write-design.js';

/**
 * Images that scales are chosen by at most. More change the accuracy of 8-bit LeNets by hundredths of a point, and cost
 * a second for every thousand.
 */
export const mostCalibrationImages = 512;

/** Calibration images, and where they are from. */
export interface Calibration {
  readonly images: ImageSet;
  readonly source: {
    /** Without folders. */
    readonly file: string;
    /** Of the file as it is, or of all pixels where the images are a folder. */
    readonly sha256: string;
    /** How many of its images are used. */
    readonly images: number;
  };
}

/** Reads calibration images; of many, some that are spread evenly. @throws ModelError for files that hold none */
export function readCalibration(path: string, shape: MapShape): Calibration {
  const all = readImages(path, shape);
  const images = spread(all, mostCalibrationImages);
  const hash = sha256(statSync(path).isDirectory() ? all.pixels : readFileSync(path));
  return { images, source: { file: basename(path), sha256: hash, images: images.count } };
}

/** At most `most` of the images, at even distances from the first on. */
export function spread(images: ImageSet, most: number): ImageSet {
  if (images.count <= most) return images;
  const size = images.pixels.length / images.count;
  const pixels = new Uint8Array(most * size);
  for (let index = 0; index < most; index++) {
    const from = Math.floor((index * images.count) / most) * size;
    pixels.set(images.pixels.subarray(from, from + size), index * size);
  }
  return { ...images, count: most, pixels };
}
