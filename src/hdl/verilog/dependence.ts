import type { ExpressionIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import { operandsFirst } from './expression-graph.js';
import { type Drive, expressionsOf, filterStatements, visitStatements } from './processes.js';

/** Signals that the expressions read. */
export function readsOf(expressions: Iterable<ExpressionIr>): Set<SignalIr> {
  const reads = new Set<SignalIr>();
  for (const node of operandsFirst(expressions)) if (node.kind === 'reference') reads.add(node.signal);
  return reads;
}

function readsOfDrive({ signal, high, low }: Drive, statements: readonly StatementIr[]): Set<SignalIr> {
  const own = filterStatements(
    statements,
    (statement) =>
      statement.kind === 'assign' &&
      statement.target.signal === signal &&
      statement.target.low <= high &&
      statement.target.high >= low,
  );
  return readsOf(expressionsOf(own));
}

/** The smallest ranges of a signal that no assignment crosses, unassigned bits among them. */
function separateRanges(signal: SignalIr, statements: readonly StatementIr[]): Drive[] {
  const targets: { high: number; low: number }[] = [];
  visitStatements(statements, (statement) => {
    if (statement.kind === 'assign' && statement.target.signal === signal) targets.push(statement.target);
  });
  targets.sort((a, b) => a.low - b.low);
  const drives: Drive[] = [];
  let current = { low: 0, high: -1 };
  for (const { high, low } of [...targets, { high: signal.width, low: signal.width }]) {
    if (low <= current.high) {
      current.high = Math.max(current.high, high);
      continue;
    }
    if (current.high >= current.low) drives.push({ signal, ...current });
    if (low > current.high + 1) drives.push({ signal, high: low - 1, low: current.high + 1 });
    current = { low, high };
  }
  return drives;
}

/**
 * Divides the combinational signals that share a group of statements into blocks in which none is computed from
 * another, directly or through wires elsewhere: a block runs from top to bottom, and a value that is read must be final.
 *
 * @param readsOfSignal What the drivers of a signal read, wherever they stand.
 */
export function splitByDependence(
  signals: readonly SignalIr[],
  statements: readonly StatementIr[],
  readsOfSignal: (signal: SignalIr) => ReadonlySet<SignalIr>,
): Drive[][] {
  const inside = new Set(signals);
  const whole = (signal: SignalIr): Drive => ({ signal, high: signal.width - 1, low: 0 });
  const levels = new Map<SignalIr, number>();
  const running = new Set<SignalIr>();
  const alone = new Set<SignalIr>();
  const stack: { signal: SignalIr; reads: SignalIr[]; level: number }[] = [];
  const enter = (signal: SignalIr) => {
    running.add(signal);
    stack.push({ signal, reads: [...readsOfSignal(signal)], level: 0 });
  };
  for (const start of signals) {
    if (!levels.has(start)) enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const read = top.reads.pop();
      if (read === undefined) {
        levels.set(top.signal, top.level);
        running.delete(top.signal);
        stack.pop();
        const user = stack.at(-1);
        if (user !== undefined) user.level = Math.max(user.level, top.level + (inside.has(top.signal) ? 1 : 0));
        continue;
      }
      if (running.has(read)) {
        // A loop of whole signals that is none of bits: every member of the group on it stands alone.
        for (const { signal } of stack.slice(stack.findIndex(({ signal }) => signal === read))) alone.add(signal);
        continue;
      }
      const level = levels.get(read);
      if (level === undefined) enter(read);
      else top.level = Math.max(top.level, level + (inside.has(read) ? 1 : 0));
    }
  }
  const blocks = new Map<number, Drive[]>();
  const single: Drive[][] = [];
  for (const signal of signals) {
    if (alone.has(signal)) {
      const selfReading = readsOfDrive(whole(signal), statements).has(signal);
      single.push(...(selfReading ? separateRanges(signal, statements) : [whole(signal)]).map((drive) => [drive]));
      continue;
    }
    const level = levels.get(signal) ?? 0;
    const block = blocks.get(level);
    if (block === undefined) blocks.set(level, [whole(signal)]);
    else block.push(whole(signal));
  }
  return [...blocks.values(), ...single];
}

/** Signals that are computed from themselves if bits are not told apart: Tarjan's strongly connected components. */
export function signalsOnLoops(reads: ReadonlyMap<SignalIr, ReadonlySet<SignalIr>>): Set<SignalIr> {
  const looped = new Set<SignalIr>();
  const index = new Map<SignalIr, number>();
  const lowest = new Map<SignalIr, number>();
  const component: SignalIr[] = [];
  const inComponent = new Set<SignalIr>();
  const stack: { signal: SignalIr; reads: SignalIr[] }[] = [];
  const enter = (signal: SignalIr) => {
    index.set(signal, index.size);
    lowest.set(signal, index.get(signal)!);
    component.push(signal);
    inComponent.add(signal);
    stack.push({ signal, reads: [...(reads.get(signal) ?? [])] });
  };
  const lower = (signal: SignalIr, value: number) => lowest.set(signal, Math.min(lowest.get(signal)!, value));
  for (const start of reads.keys()) {
    if (!index.has(start)) enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { signal } = top;
      const read = top.reads.pop();
      if (read !== undefined) {
        if (!index.has(read)) enter(read);
        else if (inComponent.has(read)) lower(signal, index.get(read)!);
        continue;
      }
      stack.pop();
      const user = stack.at(-1);
      if (user !== undefined) lower(user.signal, lowest.get(signal)!);
      if (lowest.get(signal) !== index.get(signal)) continue;
      const members = component.splice(component.lastIndexOf(signal));
      for (const member of members) inComponent.delete(member);
      if (members.length > 1 || reads.get(signal)?.has(signal)) members.forEach((member) => looped.add(member));
    }
  }
  return looped;
}

/** What the combinational drivers of each signal read, wherever they stand. */
export function combinationalReads(module: ModuleIr): Map<SignalIr, Set<SignalIr>> {
  const reads = new Map<SignalIr, Set<SignalIr>>();
  const add = (signal: SignalIr, expressions: readonly ExpressionIr[]) => {
    const known = reads.get(signal) ?? new Set<SignalIr>();
    for (const read of readsOf(expressions)) known.add(read);
    reads.set(signal, known);
  };
  for (const statement of module.statements) {
    const targets = new Set<SignalIr>();
    visitStatements([statement], (inner) => {
      if (inner.kind === 'assign' && inner.target.signal.kind !== 'register') targets.add(inner.target.signal);
    });
    for (const target of targets) {
      const own = filterStatements([statement], (inner) => inner.kind === 'assign' && inner.target.signal === target);
      add(target, expressionsOf(own));
    }
  }
  for (const memory of module.memories) {
    for (const read of memory.reads) if (read.domain === undefined) add(read.data, [read.address]);
  }
  for (const instance of module.instances) {
    const inputs = [...instance.inputs.values()];
    for (const signal of instance.outputs.values()) add(signal, inputs);
  }
  return reads;
}
