import type { Graph } from '../graph.js';
import { ModelError } from '../model-error.js';

/**
 * Every tensor is made once, and everything that is used is made. Nodes must be in topological order.
 *
 * @throws ModelError naming the first tensor of which that is not true
 */
export function checkGraph(graph: Graph): void {
  const made = new Set(graph.initializers.keys());
  for (const { name } of graph.inputs) {
    if (made.has(name)) throw twice(name, 'input');
    made.add(name);
  }
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input === '' || made.has(input)) continue;
      throw new ModelError(
        'the node reads a tensor that nothing makes',
        { node: node.name, tensor: input },
        'the file may be damaged, or the tensor comes from outside of a subgraph; export the model again',
      );
    }
    for (const output of node.outputs) {
      if (output === '') continue;
      if (made.has(output)) throw twice(output, `output of node '${node.name}'`);
      made.add(output);
    }
  }
  if (graph.outputs.length === 0) throw new ModelError('the graph has no outputs', {}, 'export the whole model');
  const outputs = new Set<string>();
  for (const { name } of graph.outputs) {
    if (outputs.has(name)) throw twice(name, 'graph output');
    outputs.add(name);
    if (!made.has(name)) {
      throw new ModelError('nothing makes this output', { tensor: name }, 'the file may be damaged; export it again');
    }
  }
}

function twice(tensor: string, as: string): ModelError {
  return new ModelError(
    `two tensors have this name, one as ${as}`,
    { tensor },
    'names must be unique; export it again',
  );
}
