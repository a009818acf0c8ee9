/**
 * NumPy's array files: "\x93NUMPY", version, header length, a Python dictionary as text, then the data.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { ModelError } from '../model-error.js';

export interface NpyArray {
  /** NumPy's description without byte order: `u1`, `i8`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ArrayLike<number>;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const bytesOfType: Readonly<Record<string, number>> = { u1: 1, i1: 1, u2: 2, i2: 2, u4: 4, i4: 4, u8: 8, i8: 8 };

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Reads integers of any width. @throws ModelError for floats and other types, Fortran order, missing data */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isNpy(bytes) || bytes.length < 12) {
    throw new ModelError('not a .npy file', { file }, 'save the array with numpy.save');
  }
  const wide = bytes[6]! >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const description = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (description === null || shapeText === undefined || start > bytes.length) {
    throw new ModelError(
      'the .npy header has no plain type and shape',
      { file },
      'save one plain array with numpy.save',
    );
  }
  const [, order, type = ''] = description;
  if (header.includes("'fortran_order': True")) {
    throw new ModelError('the array is in Fortran order', { file }, 'save numpy.ascontiguousarray(array)');
  }
  const width = bytesOfType[type];
  if (width === undefined) {
    throw new ModelError(
      `the array holds ${type}, not integers`,
      { file },
      'save bytes 0 … 255: array.astype(numpy.uint8), times 255 before if it is 0 … 1',
    );
  }
  const shape = shapeText
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - start !== size * width) {
    throw new ModelError(
      `the array has ${bytes.length - start} bytes of data, shape (${shape.join(', ')}) and type ${type} ask for ${size * width}`,
      { file },
      'the file is truncated or damaged; save it again',
    );
  }
  if (type === 'u1') return { type, shape, data: bytes.subarray(start) };
  const little = order !== '>';
  const read = reader(view, type, little);
  return { type, shape, data: Float64Array.from({ length: size }, (_, index) => read(start + index * width)) };
}

function reader(view: DataView, type: string, little: boolean): (offset: number) => number {
  switch (type) {
    case 'i1':
      return (offset) => view.getInt8(offset);
    case 'u2':
      return (offset) => view.getUint16(offset, little);
    case 'i2':
      return (offset) => view.getInt16(offset, little);
    case 'u4':
      return (offset) => view.getUint32(offset, little);
    case 'i4':
      return (offset) => view.getInt32(offset, little);
    case 'u8':
      return (offset) => Number(view.getBigUint64(offset, little));
    default:
      return (offset) => Number(view.getBigInt64(offset, little));
  }
}
