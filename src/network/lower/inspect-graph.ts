import { inferNode } from '../float/run-graph.js';
import type { TensorInfo } from '../float/operator.js';
import type { Graph, GraphNode, ValueInfo } from '../graph.js';
import { ModelError } from '../model-error.js';
import { elementCount } from '../tensor.js';

export interface NodeInspection {
  readonly name: string;
  readonly operator: string;
  /** Of the first output, with named dimensions as 1; undefined where it cannot be inferred. */
  readonly outputShape: readonly number[] | undefined;
  /** Numbers of the file that the node reads directly. A number that several nodes read counts for each. */
  readonly parameters: number;
}

export interface GraphInspection {
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Most frequent first, then by name. Operators outside of the standard carry their domain. */
  readonly operators: readonly { readonly operator: string; readonly count: number }[];
  readonly nodes: readonly NodeInspection[];
  /** Elements of all float and 8-bit initializers of the graph. */
  readonly parameters: number;
}

/** What a graph consists of, for people. Works for graphs that no engine and no interpreter runs. */
export function inspectGraph(graph: Graph): GraphInspection {
  const known = new Map<string, TensorInfo>();
  for (const [name, constant] of graph.initializers) known.set(name, { ...constant, constant });
  for (const { name, type, shape } of graph.inputs) {
    known.set(name, { type, shape: shape.map((size) => (typeof size === 'number' ? size : 1)) });
  }
  const nodes = graph.nodes.map((node) => inspectNode(graph, node, known));
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  return {
    name: graph.name,
    opset: graph.opset,
    inputs: graph.inputs,
    outputs: graph.outputs,
    operators: [...counts]
      .map(([operator, count]) => ({ operator, count }))
      .sort((a, b) => b.count - a.count || (a.operator < b.operator ? -1 : 1)),
    nodes,
    parameters: [...graph.initializers.keys()].reduce((sum, name) => sum + parametersOf(graph, name), 0),
  };
}

function inspectNode(graph: Graph, node: GraphNode, known: Map<string, TensorInfo>): NodeInspection {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
  try {
    for (const [o, info] of inferNode(inputs, { node, opset: graph.opset }).entries()) {
      const name = node.outputs[o];
      if (name !== undefined && name !== '') known.set(name, info);
    }
  } catch (error) {
    // An operator that is unknown here is no reason not to show the rest.
    if (!(error instanceof ModelError)) throw error;
  }
  return {
    name: node.name,
    operator: node.domain === '' ? node.operator : `${node.domain}.${node.operator}`,
    outputShape: known.get(node.outputs[0] ?? '')?.shape,
    parameters: node.inputs.reduce((sum, name) => sum + parametersOf(graph, name), 0),
  };
}

/** Shapes and axes are integers of 64 bits; weights are not. */
function parametersOf(graph: Graph, name: string): number {
  const tensor = graph.initializers.get(name);
  return tensor === undefined || tensor.type === 'int64' ? 0 : elementCount(tensor.shape);
}
