/** Typed arrays to little-endian bytes and back, on any machine. */
import type { StoredTensor } from './safetensors.js';

type Shape = readonly number[];

export function storeInt8(values: Int8Array, shape: Shape = [values.length]): StoredTensor {
  return { type: 'I8', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.length) };
}

export function storeUint8(values: Uint8Array, shape: Shape = [values.length]): StoredTensor {
  return { type: 'U8', shape, bytes: values };
}

export function storeInt32(values: Int32Array, shape: Shape = [values.length]): StoredTensor {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setInt32(index * 4, value, true));
  return { type: 'I32', shape, bytes };
}

export function storeFloat32(values: Float32Array, shape: Shape = [values.length]): StoredTensor {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return { type: 'F32', shape, bytes };
}

/** Copies, so that they keep no file in memory. */
export function int8Of({ bytes }: StoredTensor): Int8Array {
  return Int8Array.from(bytes, (byte) => (byte << 24) >> 24);
}

export function int32Of({ bytes }: StoredTensor): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(index * 4, true));
}

export function float32Of({ bytes }: StoredTensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
