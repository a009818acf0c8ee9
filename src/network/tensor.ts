import type { Tensor, TensorDataByType, TensorType } from './graph.js';

/** Number of elements of a dense tensor; 1 for a scalar (shape []). */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Bytes of one element in memory and in a model file. */
export const ELEMENT_BYTES: Readonly<Record<TensorType, number>> = {
  float32: 4,
  float64: 8,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
};

type Allocators = { [K in TensorType]: (count: number) => TensorDataByType[K] };

const ALLOCATE: Allocators = {
  float32: (count) => new Float32Array(count),
  float64: (count) => new Float64Array(count),
  int8: (count) => new Int8Array(count),
  uint8: (count) => new Uint8Array(count),
  int16: (count) => new Int16Array(count),
  uint16: (count) => new Uint16Array(count),
  int32: (count) => new Int32Array(count),
  uint32: (count) => new Uint32Array(count),
  int64: (count) => new BigInt64Array(count),
  uint64: (count) => new BigUint64Array(count),
  bool: (count) => new Uint8Array(count),
};

/** A tensor of zeros. */
export function zeros(type: TensorType, shape: readonly number[]): Tensor {
  return { type, shape: [...shape], data: ALLOCATE[type](elementCount(shape)) } as Tensor;
}

/** A float tensor that holds `data` itself, not a copy. */
export function floatTensor(shape: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', shape: [...shape], data };
}

/** A tensor of `type` from numbers; they are converted as a typed array converts (integers wrap, floats round). */
export function tensorOf(type: TensorType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  const tensor = zeros(type, shape);
  const data = tensor.data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) data[i] = BigInt(Math.trunc(values[i]!));
  } else {
    for (let i = 0; i < data.length; i++) data[i] = values[i]!;
  }
  return tensor;
}

/** The same data under another shape of as many elements. */
export function reshaped(tensor: Tensor, shape: readonly number[]): Tensor {
  return { ...tensor, shape: [...shape] };
}

/** All elements as numbers, the tensor's own array where it holds numbers. 64-bit integers are exact to 2^53. */
export function numbersOf(tensor: Tensor): Exclude<Tensor['data'], BigInt64Array | BigUint64Array> {
  const data = tensor.data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return data;
}

/** The elements as 32-bit floats; the tensor's own array where it holds them already. */
export function floatsOf(tensor: Tensor): Float32Array {
  return tensor.type === 'float32' ? tensor.data : Float32Array.from(numbersOf(tensor));
}

/** Row-major strides: how far apart neighbours along each dimension lie. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}

/** Element i of the result is element `index[i]` of `source`, or `fill` where the index is negative. */
export function gather(source: Tensor, shape: readonly number[], index: Int32Array, fill = 0): Tensor {
  const result = zeros(source.type, shape);
  const from = source.data;
  const to = result.data;
  if (to instanceof BigInt64Array || to instanceof BigUint64Array) {
    const wide = from as typeof to;
    const pad = BigInt(Math.trunc(fill));
    for (let i = 0; i < index.length; i++) to[i] = index[i]! < 0 ? pad : wide[index[i]!]!;
  } else {
    const narrow = from as Exclude<Tensor['data'], BigInt64Array | BigUint64Array>;
    for (let i = 0; i < index.length; i++) to[i] = index[i]! < 0 ? fill : narrow[index[i]!]!;
  }
  return result;
}
