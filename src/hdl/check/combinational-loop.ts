import type { Diagnostic } from '../diagnostics.js';
import type { SignalIr } from '../ir.js';
import { allBits, bitsOf, describeBits, subtractBits } from './bit-ranges.js';
import { BitGraph, type Scope } from './bit-graph.js';
import { stronglyConnected } from './components.js';
import type { ModuleAnalysis } from './fan-in.js';
import type { Reporter } from './reporter.js';

/**
 * Loops without a register. Words first: only a cycle of words is looked at bit by bit, with the instances on it
 * flattened. A loop that lies wholly within an instance is found when that module is checked itself.
 */
export function checkCombinationalLoops(analysis: ModuleAnalysis, reporter: Reporter): void {
  const { nodes } = analysis.graph;
  for (const component of analysis.components) {
    if (component.length === 1) continue;
    const members = new Set<object>();
    const signals: SignalIr[] = [];
    // In order of declaration, so that a loop is told from its first signal on.
    for (const node of [...component].sort((a, b) => a - b)) {
      const owner = nodes[node]!;
      if (owner.kind === 'expression') members.add(owner.expression);
      if (owner.kind !== 'signal') continue;
      members.add(owner.signal);
      signals.push(owner.signal);
    }
    checkWords(new BitGraph(analysis.module, members), signals, reporter);
  }
}

function checkWords(graph: BitGraph, signals: readonly SignalIr[], reporter: Reporter): void {
  // A loop is told from a signal that a statement assigns, if there is one: that is where the user closed it.
  const assigned = signals.filter((signal) => graph.isAssigned(signal));
  const others = signals.filter((signal) => !graph.isAssigned(signal));
  const starts = [...assigned, ...others].flatMap((signal) =>
    Array.from({ length: signal.width }, (_, bit) => graph.signalBit(signal, bit)),
  );
  const loops = stronglyConnected(starts, (node) => graph.successors(node)).filter(({ length }) => length > 1);

  // The bits of a word often loop side by side: one finding for all loops through the same signals.
  const groups = new Map<
    string,
    { readonly component: readonly number[]; readonly bits: Set<number>; readonly first: number }
  >();
  const firstBits = loops.map((component) => {
    const own = component.filter((node) => isRootSignal(graph, node));
    return { component, own, first: own.reduce((a, b) => Math.min(a, b), Infinity) };
  });
  for (const { component, own, first } of firstBits.sort((a, b) => a.first - b.first)) {
    if (own.length === 0) continue;
    const blocks = new Set(component.map((node) => graph.blockOf(node)).filter(({ kind }) => kind === 'signal'));
    const key = [...blocks]
      .map(({ index }) => index)
      .sort((a, b) => a - b)
      .join();
    const { base } = graph.blockOf(first);
    const group = groups.get(key) ?? { component, bits: new Set<number>(), first };
    for (const node of own) if (graph.blockOf(node).base === base) group.bits.add(node - base);
    groups.set(key, group);
  }
  for (const { component, bits, first } of groups.values()) report(graph, component, first, bits, reporter);
}

function isRootSignal(graph: BitGraph, node: number): boolean {
  const block = graph.blockOf(node);
  return block.kind === 'signal' && block.scope === graph.root;
}

/** A shortest cycle from `start` to itself within the component, without the return to `start`. */
function shortestCycle(graph: BitGraph, component: readonly number[], start: number): number[] {
  const inside = new Set(component);
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.successors(node)) {
      if (next === start) {
        const path = [node];
        for (let step = node; step !== start; step = from.get(step)!) path.unshift(from.get(step)!);
        return path;
      }
      if (!inside.has(next) || from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  }
  throw new Error('internal: a strongly connected component without a cycle');
}

function report(
  graph: BitGraph,
  component: readonly number[],
  start: number,
  bits: ReadonlySet<number>,
  reporter: Reporter,
): void {
  const path = shortestCycle(graph, component, start);
  const steps = path.flatMap((node, index) => {
    const block = graph.blockOf(node);
    if (block.kind !== 'signal') return [];
    const text = describeBit(block.scope, block.signal, node - block.base, reporter);
    return [{ text, locator: graph.stepLocator(node, path[index + 1] ?? start) }];
  });
  const notes: Diagnostic['notes'] = steps.map(({ text, locator }, index) => ({
    message: `${text} depends on ${(steps[index + 1] ?? steps[0]!).text}`,
    locator,
  }));
  const concerned = new Set<SignalIr>();
  for (const node of component) {
    const block = graph.blockOf(node);
    if (block.kind === 'signal') concerned.add(block.signal);
  }
  const block = graph.blockOf(start);
  if (block.kind !== 'signal') throw new Error('internal: a loop starts at a signal');
  const looping = bitsOf(bits);
  const whole = subtractBits(allBits(block.signal.width), looping).length === 0;
  const verb = whole || bits.size === 1 ? 'depends on itself' : 'depend on themselves';
  reporter.report(
    'HDL0301',
    {
      message: `${whole ? '' : `${describeBits(looping)} of `}${reporter.name(block.signal)} ${verb} within one cycle`,
      locator: steps[0]!.locator,
      notes,
      hint: 'put a register on the path',
    },
    ...concerned,
  );
}

/** `` `adder.carry[3]` ``: instances are told by name or module. */
function describeBit(scope: Scope, signal: SignalIr, bit: number, reporter: Reporter): string {
  let prefix = '';
  for (let { parent } = scope; parent !== undefined; parent = parent.scope.parent) {
    prefix = `${parent.instance.name ?? parent.instance.module.name}.${prefix}`;
  }
  const name = reporter.name(signal);
  const position = signal.width === 1 ? '' : `[${bit}]`;
  return name.startsWith('`') ? `\`${prefix}${name.slice(1, -1)}${position}\`` : `${prefix}${name}${position}`;
}
