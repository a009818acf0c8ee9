import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { ModelError } from '../model-error.js';
import { formatIdx } from './idx.js';
import type { ImageSet, Labels } from './image-set.js';

/** Writes [count, rows, columns], or [count, channels, rows, columns] for more than one channel. `.gz` is gzipped. */
export function writeIdxImages(path: string, images: ImageSet): void {
  const [channels, height, width] = images.shape;
  const shape = channels === 1 ? [images.count, height, width] : [images.count, channels, height, width];
  write(path, formatIdx({ shape, data: images.pixels }));
}

/** Writes [count]; classes must be 0 … 255. */
export function writeIdxLabels(path: string, labels: Labels): void {
  const stray = labels.classes.find((label) => label < 0 || label > 255);
  if (stray !== undefined) {
    throw new ModelError(`the label ${stray} is no byte`, { file: path }, 'IDX label files hold classes 0 … 255');
  }
  write(path, formatIdx({ shape: [labels.count], data: Uint8Array.from(labels.classes) }));
}

function write(path: string, bytes: Uint8Array): void {
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(bytes) : bytes);
}
