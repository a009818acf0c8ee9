import type { GraphNode } from '../graph.js';
import { ModelError } from '../model-error.js';

/**
 * The nodes in an order in which every input is made before it is used; the given order where that is one already.
 *
 * @throws ModelError with the path when nodes feed each other in a circle
 */
export function sortTopologically(nodes: readonly GraphNode[]): GraphNode[] {
  const maker = new Map<string, GraphNode>();
  for (const node of nodes) for (const output of node.outputs) if (output !== '') maker.set(output, node);

  const sorted: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  for (const root of nodes) {
    if (state.has(root)) continue;
    // Depth first with a stack of our own: a chain of nodes may be longer than the call stack is deep.
    const stack = [{ node: root, next: 0 }];
    state.set(root, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        state.set(top.node, 'done');
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      const before = input === '' ? undefined : maker.get(input);
      if (before === undefined) continue;
      const seen = state.get(before);
      if (seen === 'open') throw cycle([...stack.map(({ node }) => node), before], input);
      if (seen === 'done') continue;
      state.set(before, 'open');
      stack.push({ node: before, next: 0 });
    }
  }
  return sorted;
}

function cycle(path: readonly GraphNode[], tensor: string): ModelError {
  const last = path.at(-1)!;
  // The path goes from consumers to makers; data flows the other way.
  const names = path
    .slice(path.indexOf(last))
    .reverse()
    .map(({ name }) => name);
  const shown = names.length > 6 ? [...names.slice(0, 3), '…', ...names.slice(-2)] : names;
  return new ModelError(
    `nodes feed each other in a circle: ${shown.join(' → ')}`,
    { node: last.name, tensor },
    'a network must flow from its inputs to its outputs; export it unrolled',
  );
}
