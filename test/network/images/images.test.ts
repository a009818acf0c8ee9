import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import {
  checkLabels,
  type ImageSet,
  shapeImages,
  takeImages,
  takeLabels,
} from '../../../src/network/images/image-set.js';
import { readImages, readLabels } from '../../../src/network/images/read-images.js';
import { writeIdxImages, writeIdxLabels } from '../../../src/network/images/write-idx.js';
import { ModelError } from '../../../src/network/model-error.js';
import { dataFolder } from '../../support/data.js';

const folder = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) % 256);

/** As numpy.save writes it: version 1.0, header padded to 64 bytes. */
function npy(descr: string, shape: readonly number[], data: Uint8Array, fortran = false): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dimensions}), }`;
  const header = text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11) + '\n';
  const prefix = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8);
  return Buffer.concat([prefix, Buffer.from(header, 'latin1'), data]);
}

const failure = (action: () => unknown): ModelError => {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('IDX', () => {
  const images: ImageSet = { count: 3, shape: [1, 4, 5], pixels: counting(60) };

  test.each(['images.idx', 'images.idx.gz'])('%s is read as it was written', (name) => {
    const path = join(folder, name);
    writeIdxImages(path, images);
    expect(readImages(path)).toEqual(images);
  });

  test('keeps channels', () => {
    const path = join(folder, 'colour.idx');
    const colour: ImageSet = { count: 2, shape: [3, 2, 5], pixels: counting(60) };
    writeIdxImages(path, colour);
    expect(readImages(path)).toEqual(colour);
  });

  test('labels are read as they were written', () => {
    const path = join(folder, 'labels.idx.gz');
    writeIdxLabels(path, { count: 4, classes: Int32Array.of(3, 0, 255, 9) });
    expect(readLabels(path)).toEqual({ count: 4, classes: Int32Array.of(3, 0, 255, 9) });
    expect(() => writeIdxLabels(path, { count: 1, classes: Int32Array.of(256) })).toThrow('the label 256 is no byte');
  });

  test('MNIST is what it is', () => {
    const mnist = readImages(`${dataFolder()}/mnist/t10k-images-idx3-ubyte.gz`, [1, 28, 28]);
    const labels = readLabels(`${dataFolder()}/mnist/t10k-labels-idx1-ubyte.gz`);
    checkLabels(mnist, labels, 10);
    expect(mnist.count).toBe(10_000);
    expect([...labels.classes.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  test('damaged files are told apart', () => {
    const good = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6);
    expect(failure(() => readImages(write('cut.idx', good.subarray(0, 9)))).message).toContain(
      'cut.idx: IDX data has 1 bytes, its header says 2 = 2; the file is truncated or damaged; fetch it again',
    );
    expect(failure(() => readImages(write('header.idx', good.subarray(0, 6)))).message).toContain(
      'IDX header of 1 dimensions in a file of 6 bytes',
    );
    expect(failure(() => readImages(write('text.txt', Buffer.from('hello')))).message).toContain(
      'text.txt: is neither IDX, .npy nor PNG; give images as IDX (gzipped or not)',
    );
    expect(failure(() => readLabels(write('text.txt', Buffer.from('hello')))).message).toContain(
      'not an IDX file: it starts with 68 65 6c 6c, not 00 00 08',
    );
    expect(failure(() => readImages(write('float.idx', Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0)))).message).toContain(
      'IDX data of type 0xd; only unsigned bytes (0x8) are read',
    );
    expect(failure(() => readImages(write('labels.idx', good))).message).toContain(
      'an array of 1 dimension holds no images',
    );
    const zipped = gzipSync(good).subarray(0, 12);
    expect(failure(() => readImages(write('cut.gz', zipped))).message).toContain('the gzipped data is damaged');
    expect(failure(() => readImages(join(folder, 'absent'))).message).toContain('absent: no such file or folder');
  });
});

describe('.npy', () => {
  test('[N, H, W], [N, C, H, W], [N, H, W, C] and [N, values]', () => {
    const data = counting(24);
    expect(readImages(write('a.npy', npy('|u1', [2, 3, 4], data)))).toEqual({
      count: 2,
      shape: [1, 3, 4],
      pixels: data,
    });
    expect(readImages(write('b.npy', npy('|u1', [2, 3, 2, 2], data)))).toEqual({
      count: 2,
      shape: [3, 2, 2],
      pixels: data,
    });
    expect(readImages(write('c.npy', npy('|u1', [2, 12], data))).shape).toEqual([12, 1, 1]);
    const last = npy('|u1', [1, 8, 8, 3], counting(192));
    const colour = readImages(write('d.npy', last));
    expect(colour.shape).toEqual([3, 8, 8]);
    expect([...colour.pixels.subarray(0, 3)]).toEqual([0, 21, 42]);
    expect(colour.pixels[64]).toBe(7);
  });

  test('the model decides where both orders are possible', () => {
    const path = write('e.npy', npy('|u1', [1, 3, 5, 3], counting(45)));
    expect(readImages(path).shape).toEqual([3, 5, 3]);
    expect(readImages(path, [3, 3, 5]).shape).toEqual([3, 3, 5]);
    expect(readImages(path, [3, 5, 3]).shape).toEqual([3, 5, 3]);
  });

  test('labels of any width of integers', () => {
    const wide = new Uint8Array(new BigInt64Array([3n, 9n, 0n]).buffer);
    expect([...readLabels(write('l8.npy', npy('<i8', [3], wide))).classes]).toEqual([3, 9, 0]);
    const big = Uint8Array.of(0, 0, 0, 7, 0, 0, 1, 0);
    expect([...readLabels(write('l4.npy', npy('>i4', [2], big))).classes]).toEqual([7, 256]);
    expect([...readLabels(write('l2.npy', npy('<u2', [2], Uint8Array.of(4, 0, 5, 1)))).classes]).toEqual([4, 261]);
  });

  test('what cannot be read is refused', () => {
    const floats = new Uint8Array(new Float32Array([0.5, 1]).buffer);
    expect(failure(() => readImages(write('f.npy', npy('<f4', [1, 1, 2], floats)))).message).toContain(
      'f.npy: the array holds f4, not integers; save bytes 0 … 255: array.astype(numpy.uint8), times 255 before if it is 0 … 1',
    );
    expect(failure(() => readImages(write('i.npy', npy('<i2', [1, 1, 1], new Uint8Array(2))))).message).toContain(
      'the array holds i2, not bytes',
    );
    expect(failure(() => readImages(write('o.npy', npy('|u1', [1, 2, 2], counting(4), true)))).message).toContain(
      'the array is in Fortran order; save numpy.ascontiguousarray(array)',
    );
    expect(failure(() => readImages(write('t.npy', npy('|u1', [2, 2, 2], counting(4))))).message).toContain(
      'the array has 4 bytes of data, shape (2, 2, 2) and type u1 ask for 8',
    );
    expect(failure(() => readImages(write('z.npy', npy('|u1', [0, 2, 2], counting(0))))).message).toContain(
      'holds no images',
    );
  });
});

describe('PNG', () => {
  const grey = encode({ width: 3, height: 2, channels: 1, depth: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const colour = encode({ width: 1, height: 2, channels: 3, depth: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });

  test('grey, colour, and grey in colours', () => {
    expect(readImages(write('g.png', grey))).toEqual({
      count: 1,
      shape: [1, 2, 3],
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
    expect(readImages(write('c.png', colour))).toEqual({
      count: 1,
      shape: [3, 2, 1],
      pixels: Uint8Array.of(1, 4, 2, 5, 3, 6),
    });
    const same = encode({ width: 2, height: 1, channels: 3, depth: 8, data: Uint8Array.of(9, 9, 9, 7, 7, 7) });
    expect(readImages(write('s.png', same))).toEqual({ count: 1, shape: [1, 1, 2], pixels: Uint8Array.of(9, 7) });
    expect(readImages(write('s.png', same), [3, 1, 2]).pixels).toEqual(Uint8Array.of(9, 7, 9, 7, 9, 7));
    const opaque = encode({ width: 1, height: 1, channels: 2, depth: 8, data: Uint8Array.of(8, 255) });
    expect(readImages(write('o.png', opaque)).pixels).toEqual(Uint8Array.of(8));
  });

  test('a folder in the order of names', () => {
    const path = mkdtempSync(join(folder, 'pictures-'));
    const picture = (value: number): Uint8Array =>
      encode({ width: 1, height: 1, channels: 1, depth: 8, data: Uint8Array.of(value) });
    writeFileSync(join(path, 'b.png'), picture(2));
    writeFileSync(join(path, 'a.png'), picture(1));
    writeFileSync(join(path, 'c.PNG'), picture(3));
    writeFileSync(join(path, 'readme.txt'), 'not a picture');
    expect(readImages(path)).toEqual({ count: 3, shape: [1, 1, 1], pixels: Uint8Array.of(1, 2, 3) });
    writeFileSync(join(path, 'd.png'), colour);
    expect(failure(() => readImages(path)).message).toContain(
      "d.png: the picture is 2 × 1, but the folder's first is 1 × 1",
    );
    expect(failure(() => readImages(mkdtempSync(join(folder, 'empty-')))).message).toContain(
      'no .png file in this folder',
    );
  });

  test('what cannot be read is refused', () => {
    expect(failure(() => readImages(write('c.png', colour), [1, 2, 1])).message).toContain(
      'the picture is coloured, but 1 channel is asked for; convert it to grey',
    );
    const clear = encode({ width: 2, height: 1, channels: 2, depth: 8, data: Uint8Array.of(8, 255, 8, 254) });
    expect(failure(() => readImages(write('clear.png', clear))).message).toContain('pixel (0, 1) is transparent');
    const deep = encode({ width: 1, height: 1, channels: 1, depth: 16, data: Uint16Array.of(1000) });
    expect(failure(() => readImages(write('deep.png', deep))).message).toContain('samples of 16 bits');
    expect(failure(() => readImages(write('cut.png', grey.subarray(0, 40)))).message).toContain('not a readable PNG');
  });
});

describe('images and the model', () => {
  const images: ImageSet = { count: 4, shape: [1, 2, 3], pixels: counting(24) };

  test('one size in another shape', () => {
    expect(shapeImages(images, [6, 1, 1]).shape).toEqual([6, 1, 1]);
    expect(failure(() => shapeImages(images, [1, 3, 2], 'x.idx')).message).toBe(
      'x.idx: images are 1 × 2 × 3, but the model reads 1 × 3 × 2 (channels × rows × columns); give images of the model’s shape, or crop, pad or scale them first',
    );
  });

  test('parts share memory', () => {
    const part = takeImages(images, 1, 2);
    expect(part).toEqual({ count: 2, shape: [1, 2, 3], pixels: images.pixels.slice(6, 18) });
    expect(takeImages(images, 3, 9).count).toBe(1);
    expect(takeLabels({ count: 4, classes: Int32Array.of(1, 2, 3, 4) }, 1, 2).classes).toEqual(Int32Array.of(2, 3));
  });

  test('labels must fit', () => {
    expect(failure(() => checkLabels(images, { count: 3, classes: new Int32Array(3) }, 10, 'y.idx')).message).toBe(
      'y.idx: there are 3 labels for 4 images; give the label file that belongs to the images',
    );
    expect(failure(() => checkLabels(images, { count: 4, classes: Int32Array.of(0, 1, 10, 2) }, 10)).message).toContain(
      'label 2 is 10, but classes are 0 … 9',
    );
  });
});
