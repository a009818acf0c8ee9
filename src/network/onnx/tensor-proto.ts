import { create } from '@bufbuild/protobuf';
import type { Tensor, TensorType } from '../graph.js';
import { ModelError, type ModelLocation } from '../model-error.js';
import { ELEMENT_BYTES, elementCount, zeros } from '../tensor.js';
import { readExternalData } from './external-data.js';
import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType, TensorProtoSchema } from './onnx_pb.js';

/** Gives the data of a weight that the file names and shapes but does not hold. */
export type WeightSupplier = (name: string, shape: readonly number[]) => Float32Array;

export interface TensorReading {
  readonly where: ModelLocation;
  /** Folder of the model file, for external data. */
  readonly folder?: string;
  readonly supplyWeights?: WeightSupplier;
}

type WireType = TensorType | 'float16' | 'bfloat16' | 'int4' | 'uint4';

const WIRE_TYPES: ReadonlyMap<number, WireType> = new Map<number, WireType>([
  [TensorProto_DataType.FLOAT, 'float32'],
  [TensorProto_DataType.UINT8, 'uint8'],
  [TensorProto_DataType.INT8, 'int8'],
  [TensorProto_DataType.UINT16, 'uint16'],
  [TensorProto_DataType.INT16, 'int16'],
  [TensorProto_DataType.INT32, 'int32'],
  [TensorProto_DataType.INT64, 'int64'],
  [TensorProto_DataType.BOOL, 'bool'],
  [TensorProto_DataType.FLOAT16, 'float16'],
  [TensorProto_DataType.DOUBLE, 'float64'],
  [TensorProto_DataType.UINT32, 'uint32'],
  [TensorProto_DataType.UINT64, 'uint64'],
  [TensorProto_DataType.BFLOAT16, 'bfloat16'],
  [TensorProto_DataType.UINT4, 'uint4'],
  [TensorProto_DataType.INT4, 'int4'],
]);

const WIRE_CODES: Readonly<Record<TensorType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int8: TensorProto_DataType.INT8,
  uint8: TensorProto_DataType.UINT8,
  int16: TensorProto_DataType.INT16,
  uint16: TensorProto_DataType.UINT16,
  int32: TensorProto_DataType.INT32,
  uint32: TensorProto_DataType.UINT32,
  int64: TensorProto_DataType.INT64,
  uint64: TensorProto_DataType.UINT64,
  bool: TensorProto_DataType.BOOL,
};

const WIDENED: Readonly<Record<Exclude<WireType, TensorType>, TensorType>> = {
  float16: 'float32',
  bfloat16: 'float32',
  int4: 'int8',
  uint4: 'uint8',
};

/** ONNX's number for an element type. */
export function dataTypeCode(type: TensorType): TensorProto_DataType {
  return WIRE_CODES[type];
}

/** The element type of ONNX's number, or undefined for types that no tensor here has (string, complex, float8, float16). */
export function tensorTypeOfCode(code: number): TensorType | undefined {
  const wire = WIRE_TYPES.get(code);
  return wire !== undefined && wire in ELEMENT_BYTES ? (wire as TensorType) : undefined;
}

/** The name that ONNX gives a type number, for messages. */
export function dataTypeName(code: number): string {
  return TensorProto_DataType[code] ?? `number ${code}`;
}

/** More elements than any network that fits an engine has; a larger count is a damaged file. */
const MAXIMUM_ELEMENTS = 2 ** 31;

/** @throws ModelError for negative or absurd sizes */
export function checkedShape(sizes: readonly (bigint | number)[], where: ModelLocation): number[] {
  const shape = sizes.map(Number);
  const bad = shape.find((size) => size < 0 || !Number.isSafeInteger(size));
  if (bad !== undefined) {
    throw new ModelError(`a dimension is ${bad}`, where, 'dimensions are 0 or more; export the model again');
  }
  if (elementCount(shape) > MAXIMUM_ELEMENTS || shape.some((size) => size > MAXIMUM_ELEMENTS) || shape.length > 32) {
    throw new ModelError(
      `shape [${shape.slice(0, 8).join(', ')}] is too large`,
      where,
      'no tensor here may have over 2^31 elements or 32 dimensions; the file may be damaged',
    );
  }
  return shape;
}

/**
 * The tensor of a message. float16 and bfloat16 become float32, 4-bit integers 8-bit ones: both exact.
 *
 * @throws ModelError when the type is not numeric, or the data does not have the length that the shape asks for
 */
export function tensorFromProto(proto: TensorProto, reading: TensorReading): Tensor {
  const where = proto.name === '' ? reading.where : { ...reading.where, tensor: proto.name };
  const wire = WIRE_TYPES.get(proto.dataType);
  if (wire === undefined) {
    throw new ModelError(
      `elements of type ${dataTypeName(proto.dataType)} are not supported`,
      where,
      'use a numeric type',
    );
  }
  const shape = checkedShape(proto.dims, where);
  const count = elementCount(shape);
  if (proto.segment !== undefined) {
    throw new ModelError('the tensor is stored in segments', where, 'export it in one piece');
  }
  let raw: Uint8Array | undefined;
  // A topology is often shipped with its weights "in another file" that was never made.
  const supplied = wire === 'float32' ? reading.supplyWeights : undefined;
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL && supplied === undefined) {
    raw = readExternalData(proto, rawLength(wire, count), reading.folder, where);
  } else if (proto.rawData.length > 0) {
    raw = proto.rawData;
  }
  if (raw !== undefined) {
    expectLength(raw.length, rawLength(wire, count), 'bytes', shape, where);
    return fromRaw(wire, shape, raw);
  }
  const typed = typedField(proto, wire);
  if (typed.length === 0 && count > 0 && supplied !== undefined) {
    const data = supplied(proto.name, shape);
    expectLength(data.length, count, 'supplied elements', shape, where);
    return { type: 'float32', shape, data };
  }
  return fromTyped(wire, shape, typed, where);
}

/** The message of a tensor, in little-endian `raw_data`. */
export function tensorToProto(name: string, tensor: Tensor): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  // A copy: the tensor may live in a larger buffer that its owner changes later.
  const rawData = new Uint8Array(byteLength);
  rawData.set(new Uint8Array(buffer, byteOffset, byteLength));
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: WIRE_CODES[tensor.type],
    rawData,
  });
}

function rawLength(wire: WireType, count: number): number {
  if (wire === 'int4' || wire === 'uint4') return Math.ceil(count / 2);
  if (wire === 'float16' || wire === 'bfloat16') return count * 2;
  return count * ELEMENT_BYTES[wire];
}

function expectLength(
  actual: number,
  expected: number,
  unit: string,
  shape: readonly number[],
  where: ModelLocation,
): void {
  if (actual === expected) return;
  throw new ModelError(
    `${actual} ${unit} of data, but shape [${shape.join(', ')}] needs ${expected}`,
    where,
    actual === 0
      ? 'the file holds no weights; export the model with its weights'
      : 'the file may be damaged; export it again',
  );
}

function fromRaw(wire: WireType, shape: readonly number[], raw: Uint8Array): Tensor {
  const count = elementCount(shape);
  if (wire === 'float16' || wire === 'bfloat16') {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const widen = wire === 'float16' ? halfToFloat : bfloatToFloat;
    return widened(wire, shape, (i) => widen(view.getUint16(2 * i, true)));
  }
  if (wire === 'int4' || wire === 'uint4') {
    return widened(wire, shape, (i) => nibble(wire, (raw[i >> 1]! >> (4 * (i & 1))) & 15));
  }
  const tensor = zeros(wire, shape);
  // Raw data starts anywhere in the file, so it cannot be viewed in place: a typed array must start aligned.
  new Uint8Array(tensor.data.buffer).set(raw.subarray(0, count * ELEMENT_BYTES[wire]));
  return tensor;
}

function typedField(proto: TensorProto, wire: WireType): readonly number[] | readonly bigint[] {
  switch (wire) {
    case 'float32':
      return proto.floatData;
    case 'float64':
      return proto.doubleData;
    case 'int64':
      return proto.int64Data;
    case 'uint32':
    case 'uint64':
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

function fromTyped(
  wire: WireType,
  shape: readonly number[],
  values: readonly number[] | readonly bigint[],
  where: ModelLocation,
): Tensor {
  const count = elementCount(shape);
  const packed = wire === 'int4' || wire === 'uint4';
  expectLength(values.length, packed ? Math.ceil(count / 2) : count, 'elements', shape, where);
  if (wire === 'float16') return widened(wire, shape, (i) => halfToFloat(Number(values[i])));
  if (wire === 'bfloat16') return widened(wire, shape, (i) => bfloatToFloat(Number(values[i])));
  if (packed) return widened(wire, shape, (i) => nibble(wire, (Number(values[i >> 1]) >> (4 * (i & 1))) & 15));
  const tensor = zeros(wire, shape);
  const data = tensor.data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) data[i] = BigInt(values[i]!);
  } else {
    for (let i = 0; i < count; i++) data[i] = Number(values[i]);
  }
  return tensor;
}

function widened(
  wire: Exclude<WireType, TensorType>,
  shape: readonly number[],
  element: (i: number) => number,
): Tensor {
  const tensor = zeros(WIDENED[wire], shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = element(i);
  return tensor;
}

function nibble(wire: 'int4' | 'uint4', bits: number): number {
  return wire === 'int4' && bits >= 8 ? bits - 16 : bits;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 mantissa bits. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

const bfloatBits = new Uint32Array(1);
const bfloatValue = new Float32Array(bfloatBits.buffer);

/** bfloat16 is the upper half of a binary32. */
function bfloatToFloat(bits: number): number {
  bfloatBits[0] = (bits & 0xffff) << 16;
  return bfloatValue[0]!;
}
