/**
 * A network as the model file states it: ONNX operators on named tensors. Import reads it, shape inference and the
 * float interpreter run on it, and `lower.ts` turns the part that an engine can run into a `Network`.
 */
export type TensorType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export interface TensorDataByType {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
}

/** Dense, row-major (last dimension fastest). A scalar has shape []. */
export type Tensor = {
  [K in TensorType]: { readonly type: K; readonly shape: readonly number[]; readonly data: TensorDataByType[K] };
}[TensorType];

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  /** What no supported operator takes (a subgraph, a sparse tensor): `value` says which, for the report. */
  | { readonly kind: 'unsupported'; readonly value: string };

export interface GraphNode {
  /** Of the file, or `<operator>_<index>` where the file gives none. Unique. */
  readonly name: string;
  /** ONNX operator: `Conv`. */
  readonly operator: string;
  /** ONNX domain, '' for the standard one. */
  readonly domain: string;
  /** Tensor names; '' where an optional input is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: TensorType;
  /** A string is a named dimension that any number may take (`batch_size`). */
  readonly shape: readonly (number | string)[];
  /** Set on an output whose shape the file does not state; `shape` is then []. */
  readonly shapeUnknown?: true;
}

/** Nodes are in topological order; every input of a node is a graph input, an initializer or an earlier output. */
export interface Graph {
  readonly name: string;
  /** Version of the standard operator set. */
  readonly opset: number;
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Without initializers. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}
