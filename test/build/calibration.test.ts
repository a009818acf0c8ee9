import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostCalibrationImages, readCalibration, spread } from '../../src/build/calibration.js';
import { sha256 } from '../../src/build/write-design.js';
import { writeIdxImages } from '../../src/network/images/index.js';

const numbered = (count: number) => ({
  count,
  shape: [1, 1, 2] as const,
  pixels: Uint8Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? index >> 9 : (index >> 1) % 256)),
});
const numberOf = ([high, low]: Uint8Array) => high! * 256 + low!;

test('few images stay, of many some are taken at even distances', () => {
  const few = numbered(5);
  expect(spread(few, 5)).toBe(few);
  const { count, pixels } = spread(numbered(1000), 4);
  expect(count).toBe(4);
  expect([0, 1, 2, 3].map((image) => numberOf(pixels.subarray(2 * image)))).toEqual([0, 250, 500, 750]);
});

test('a file is named without its folder, hashed whole, and counted as far as it is used', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'sotto-test-')), 'images.idx');
  writeIdxImages(path, { ...numbered(2000), shape: [1, 1, 2] });
  const { images, source } = readCalibration(path, [1, 1, 2]);
  expect(source).toEqual({ file: 'images.idx', sha256: sha256(readFileSync(path)), images: mostCalibrationImages });
  expect(images.count).toBe(mostCalibrationImages);
  expect(numberOf(images.pixels.subarray(2))).toBe(Math.floor(2000 / mostCalibrationImages));
});
