/** One number for each node of a graph that grows while it is searched; 0 until it is set. */
class NodeColumn {
  #values = new Int32Array(1024);

  get(node: number): number {
    return node < this.#values.length ? this.#values[node]! : 0;
  }

  set(node: number, value: number): void {
    if (node >= this.#values.length) {
      const larger = new Int32Array(Math.max(node + 1, 2 * this.#values.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[node] = value;
  }
}

const completed = 0x7fffffff;

/**
 * Strongly connected components by Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972),
 * without recursion: chains of thousands of nodes are common. Components come dependencies first.
 *
 * `successors` is asked once for each node that is reached from `roots`, and may make new nodes (small integers).
 */
export function stronglyConnected(
  roots: Iterable<number>,
  successors: (node: number) => readonly number[],
): number[][] {
  const components: number[][] = [];
  // Order of discovery from 1; a node whose component is complete counts as later than any other.
  const order = new NodeColumn();
  const lowest = new NodeColumn();
  let discovered = 0;
  const path: number[] = [];
  const calls: { readonly node: number; readonly successors: readonly number[]; next: number }[] = [];
  const enter = (node: number): void => {
    discovered++;
    order.set(node, discovered);
    lowest.set(node, discovered);
    path.push(node);
    calls.push({ node, successors: successors(node), next: 0 });
  };
  for (const root of roots) {
    if (order.get(root) !== 0) continue;
    enter(root);
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { node } = call;
      const next = call.successors[call.next++];
      if (next !== undefined) {
        if (order.get(next) === 0) enter(next);
        else lowest.set(node, Math.min(lowest.get(node), order.get(next)));
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.node;
      if (caller !== undefined) lowest.set(caller, Math.min(lowest.get(caller), lowest.get(node)));
      if (lowest.get(node) !== order.get(node)) continue;
      const component: number[] = [];
      let member: number;
      do {
        member = path.pop()!;
        order.set(member, completed);
        component.push(member);
      } while (member !== node);
      components.push(component);
    }
  }
  return components;
}
