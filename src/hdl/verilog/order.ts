import type { VerilogDeclaration, VerilogItem } from './ast.js';
import { Usage } from './usage.js';

export interface OrderedDefinitions {
  /** Wires on a loop of whole signals, declared before anything reads them. */
  readonly declarations: readonly VerilogDeclaration[];
  readonly definitions: readonly VerilogItem[];
}

function isDeclaration(item: VerilogItem): item is VerilogDeclaration {
  return item.kind === 'declaration';
}

/**
 * Wires in an order in which each is defined before it is read, near the given order otherwise. Where bits depend on
 * each other across whole signals no such order exists; those wires are declared first and assigned later.
 */
export function inDependenceOrder(defined: ReadonlyMap<string, readonly VerilogItem[]>): OrderedDefinitions {
  const readsOf = (items: readonly VerilogItem[]) => {
    const usage = new Usage();
    for (const item of items) usage.readItem(item, () => false);
    return [...usage.names()].filter((text) => defined.has(text)).reverse();
  };
  const done = new Set<string>();
  const running = new Set<string>();
  const early = new Set<string>();
  const order: string[] = [];
  for (const start of defined.keys()) {
    if (done.has(start)) continue;
    const stack = [{ text: start, reads: readsOf(defined.get(start)!) }];
    running.add(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const read = top.reads.pop();
      if (read === undefined) {
        order.push(top.text);
        done.add(top.text);
        running.delete(top.text);
        stack.pop();
      } else if (running.has(read)) early.add(read);
      else if (!done.has(read)) {
        running.add(read);
        stack.push({ text: read, reads: readsOf(defined.get(read)!) });
      }
    }
  }
  const declarations: VerilogDeclaration[] = [];
  const definitions = order.flatMap((text): readonly VerilogItem[] => {
    const items = defined.get(text)!;
    if (!early.has(text)) return items;
    return items.map((item) => {
      if (!isDeclaration(item) || item.value === undefined) return item;
      const { value, ...declaration } = item;
      declarations.push(declaration);
      return { kind: 'continuous', target: { kind: 'name', name: text }, value };
    });
  });
  return { declarations, definitions };
}
