import type { GraphNode } from '../graph.js';
import { ModelError } from '../model-error.js';
import type { Operator } from './operator.js';
import { CONVOLUTION } from './operators/convolution.js';
import { ELEMENTWISE } from './operators/elementwise.js';
import { MATRIX } from './operators/matrix.js';
import { MOVEMENT } from './operators/movement.js';
import { POOLING } from './operators/pooling.js';
import { QUANTIZATION } from './operators/quantization.js';
import { REDUCTION } from './operators/reduction.js';
import { SHAPE } from './operators/shape.js';

const FAMILIES = [ELEMENTWISE, CONVOLUTION, MATRIX, POOLING, REDUCTION, SHAPE, MOVEMENT, QUANTIZATION];

const OPERATORS: ReadonlyMap<string, Operator> = new Map(FAMILIES.flatMap((family) => Object.entries(family)));

/** Names of the standard operators that the float interpreter runs. */
export const SUPPORTED_OPERATORS: readonly string[] = [...OPERATORS.keys()].sort();

/** The operator of a node. @throws ModelError when there is none for the node's domain, name or operator set */
export function operatorOf(node: GraphNode, opset: number): Operator {
  const operator = node.domain === '' ? OPERATORS.get(node.operator) : undefined;
  if (operator === undefined) {
    const full = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
    throw new ModelError(`operator ${full} is not supported`, { node: node.name }, 'rewrite the model without it');
  }
  const since = operator.since ?? 7;
  if (opset < since) {
    throw new ModelError(
      `operator ${node.operator} of operator set ${opset} is not supported`,
      { node: node.name },
      `export the model with operator set ${since} or later`,
    );
  }
  return operator;
}
