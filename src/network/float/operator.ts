import type { Attribute, GraphNode, Tensor, TensorType } from '../graph.js';
import { ModelError } from '../model-error.js';

/** What is known of a tensor before it is computed. */
export interface TensorInfo {
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Set where the value is known: shapes of `Reshape`, axes, pads. Always set when the network runs. */
  readonly constant?: Tensor;
}

/** Inputs of a node by position; undefined where an optional input is absent. */
export type Inputs<T> = readonly (T | undefined)[];

/** A node being inferred or run. */
export interface OperatorContext {
  readonly node: GraphNode;
  /** Version of the standard operator set. */
  readonly opset: number;
}

/**
 * One ONNX operator. `infer` alone decides types and shapes; `run` computes values of just those shapes.
 * Both throw ModelError for inputs that the operator does not take.
 */
export interface Operator {
  /** Operator set since which the operator is as implemented here; 7 unless said. */
  readonly since?: number;
  readonly infer: (inputs: Inputs<TensorInfo>, context: OperatorContext) => TensorInfo[];
  readonly run: (inputs: Inputs<Tensor>, outputs: readonly TensorInfo[], context: OperatorContext) => Tensor[];
}

/** The ModelError of a node. */
export function nodeError(context: OperatorContext, what: string, hint: string): ModelError {
  return new ModelError(`${context.node.operator}: ${what}`, { node: context.node.name }, hint);
}

/** Input `index`, which the operator cannot do without. */
export function required<T>(inputs: Inputs<T>, index: number, context: OperatorContext): T {
  const input = inputs[index];
  if (input === undefined) {
    throw nodeError(context, `input ${index + 1} is missing`, 'the file may be damaged; export it again');
  }
  return input;
}

interface AttributeValues {
  float: number;
  int: number;
  string: string;
  ints: readonly number[];
}

function attribute<K extends keyof AttributeValues>(
  context: OperatorContext,
  name: string,
  kind: K,
): AttributeValues[K] | undefined {
  const found: Attribute | undefined = context.node.attributes.get(name);
  if (found === undefined) return undefined;
  if (found.kind === kind) return found.value as AttributeValues[K];
  throw nodeError(context, `attribute '${name}' is of kind ${found.kind}, not ${kind}`, 'export the model again');
}

export function intAttribute(context: OperatorContext, name: string, otherwise: number): number {
  return attribute(context, name, 'int') ?? otherwise;
}

export function floatAttribute(context: OperatorContext, name: string, otherwise: number): number {
  return attribute(context, name, 'float') ?? otherwise;
}

export function stringAttribute(context: OperatorContext, name: string, otherwise: string): string {
  return attribute(context, name, 'string') ?? otherwise;
}

export function intsAttribute(context: OperatorContext, name: string): readonly number[] | undefined {
  // An empty list is written without any field that tells its kind.
  const found = context.node.attributes.get(name);
  if (found?.kind === 'floats' && found.value.length === 0) return [];
  return attribute(context, name, 'ints');
}

/** An axis counted from the end where negative. `rank` itself is allowed where `inclusive` (Flatten, Unsqueeze). */
export function normaliseAxis(axis: number, rank: number, context: OperatorContext, inclusive = false): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal > rank || (normal === rank && !inclusive) || !Number.isInteger(normal)) {
    throw nodeError(context, `axis ${axis} of a tensor of ${rank} dimensions`, 'correct the axis');
  }
  return normal;
}

/** The whole numbers of a constant input (axes, pads, a shape), or undefined where the input is absent. */
export function constantInts(
  inputs: Inputs<TensorInfo>,
  index: number,
  context: OperatorContext,
): number[] | undefined {
  const input = inputs[index];
  if (input === undefined) return undefined;
  if (input.constant === undefined) {
    throw nodeError(
      context,
      `input ${index + 1} is computed while the network runs`,
      'shapes, axes and pads must be constants; fold them with a simplifier and fixed input shapes',
    );
  }
  return Array.from(input.constant.data, Number);
}

/** ONNX's (NumPy's) broadcast shape. */
export function broadcastShape(shapes: readonly (readonly number[])[], context: OperatorContext): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (const [d, size] of shape.entries()) {
      const at = rank - shape.length + d;
      if (size === 1 || result[at] === size) continue;
      if (result[at] !== 1) {
        const shown = shapes.map((s) => `[${s.join(', ')}]`).join(' and ');
        throw nodeError(context, `shapes ${shown} do not broadcast`, 'the model may be damaged; export it again');
      }
      result[at] = size;
    }
  }
  return result;
}

/** Which element of a tensor of `shape` stands at each element of `target` when it is broadcast. */
export function broadcastIndex(shape: readonly number[], target: readonly number[]): Int32Array {
  let count = 1;
  for (const size of target) count *= size;
  const index = new Int32Array(count);
  // From the last dimension out: each block is repeated, shifted by the stride where the tensor has that dimension.
  let filled = 1;
  let stride = 1;
  if (count === 0) return index;
  for (let d = target.length - 1; d >= 0; d--) {
    const own = d - (target.length - shape.length);
    const size = own >= 0 ? shape[own]! : 1;
    const step = size === 1 ? 0 : stride;
    for (let i = 1; i < target[d]!; i++) {
      const shift = i * step;
      for (let j = 0; j < filled; j++) index[i * filled + j] = index[j]! + shift;
    }
    filled *= target[d]!;
    stride *= size;
  }
  return index;
}
