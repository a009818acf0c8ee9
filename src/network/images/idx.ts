/**
 * The IDX format of the MNIST files: two zero bytes, a type (8: unsigned bytes), the number of dimensions, each
 * dimension as a big-endian 32-bit integer, then the data. Source: http://yann.lecun.com/exdb/mnist/, "the IDX file
 * format".
 */
import { ModelError } from '../model-error.js';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const unsignedByte = 8;

export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2]! >= 8 && bytes[2]! <= 14;
}

/** @throws ModelError for a wrong magic number, another type than bytes, missing or surplus data */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  if (!isIdx(bytes)) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new ModelError(
      `not an IDX file: it starts with ${start === '' ? 'nothing' : start}, not 00 00 08`,
      { file },
      'give an IDX file of unsigned bytes, such as train-images-idx3-ubyte, gzipped or not',
    );
  }
  if (bytes[2] !== unsignedByte) {
    throw new ModelError(
      `IDX data of type 0x${bytes[2]!.toString(16)}`,
      { file },
      'only unsigned bytes (0x8) are read',
    );
  }
  const dimensions = bytes[3]!;
  const header = 4 + 4 * dimensions;
  if (bytes.length < header || dimensions === 0) {
    throw new ModelError(
      `IDX header of ${dimensions} dimensions in a file of ${bytes.length} bytes`,
      { file },
      'the file is damaged; fetch it again',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - header !== size) {
    throw new ModelError(
      `IDX data has ${bytes.length - header} bytes, its header says ${shape.join(' × ')} = ${size}`,
      { file },
      'the file is truncated or damaged; fetch it again',
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/** The file's bytes, not gzipped. */
export function formatIdx(array: IdxArray): Uint8Array {
  const size = array.shape.reduce((product, length) => product * length, 1);
  if (size !== array.data.length || array.shape.length === 0 || array.shape.length > 255) {
    throw new ModelError(
      `an array of shape [${array.shape.join(', ')}] with ${array.data.length} bytes of data`,
      {},
      'shape and data of an IDX file must agree',
    );
  }
  const header = 4 + 4 * array.shape.length;
  const bytes = new Uint8Array(header + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (unsignedByte << 8) | array.shape.length);
  array.shape.forEach((length, index) => view.setUint32(4 + 4 * index, length));
  bytes.set(array.data, header);
  return bytes;
}
