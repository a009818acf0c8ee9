/**
 * The file format safetensors: 8 bytes of header length (little-endian), a header of JSON that says type, shape and place
 * of every tensor, then their data. Source: https://github.com/huggingface/safetensors, "Format".
 */

/** Bytes of an element, by the name of its type. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type ElementType = keyof typeof elementBytes;

/** Dense, row-major, little-endian. */
export interface StoredTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsContent {
  /** `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Key of the header that is no tensor. */
export const metadataKey = '__metadata__';

/** The reference implementation refuses longer headers. */
export const longestHeader = 100_000_000;

/** Bytes before the header. */
export const lengthBytes = 8;
