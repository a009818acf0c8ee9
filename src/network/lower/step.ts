import type { OperatorContext, TensorInfo } from '../float/operator.js';
import type { GraphNode, Tensor } from '../graph.js';

/** A constant that a DequantizeLinear made of integers. */
export interface QuantizedConstant {
  readonly integers: Tensor;
  readonly scale: Tensor;
  readonly zeroPoint: Tensor | undefined;
  readonly axis: number;
}

/** A node of the chain with all that is known about it. */
export interface Step {
  readonly node: GraphNode;
  readonly context: OperatorContext;
  readonly inputs: readonly (TensorInfo | undefined)[];
  /** Of the first output, inferred with the graph's own batch. */
  readonly shape: readonly number[];
  /** By tensor name. */
  readonly quantizedConstants: ReadonlyMap<string, QuantizedConstant>;
}
