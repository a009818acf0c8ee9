import { linesOf, shapeOf, withLines, type Instruction } from './instruction.js';
import type { ProgramNode } from './program.js';

/** Registers that a loop nest may move lines with; register 0 is always zero. */
export const addressRegisters = 7;
const deepestNest = 4;
// Short bodies first, so that what repeats inside of a long body is folded before the long one is; and frequent repetition
// first, because a body that repeats two or three times by chance would hide a longer regularity.
const passes = [
  ...[2, 4, 8, 24, 64, 200].map((longest) => ({ longest, fewest: 5 })),
  ...[2, 4, 8, 24, 64, 200].map((longest) => ({ longest, fewest: 2 })),
];
const largestCount = 65535;
// A loop costs its begin and its end at least.
const fewestLoopWords = 2;
/** Registers that one END or ADD word increments. */
export const incrementsPerWord = 3;

export interface TraceEntry {
  readonly section: string;
  readonly instruction: Instruction;
}

/** A node with what decides whether it may be folded with another: its shape, and the lines in which it may differ. */
interface Candidate {
  readonly node: ProgramNode;
  readonly shape: number;
  readonly offsets: readonly number[];
  readonly words: number;
  readonly depth: number;
}

/**
 * Folds repetitions of a straight program into counted loops: a run of instructions that repeats with every line number
 * moved by a constant becomes a loop whose lines carry strides; loops fold again into outer loops. Greedy, the largest
 * saving first at each place. `unroll(roll(trace))` is the trace.
 */
export function roll(trace: readonly TraceEntry[]): ProgramNode[] {
  const shapes = new Map<string, number>();
  const intern = (shape: string): number => {
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    shapes.set(shape, shapes.size);
    return shapes.size - 1;
  };
  let candidates = trace.map(({ section, instruction }): Candidate => {
    const offsets = linesOf(instruction);
    return {
      node: { kind: 'instruction', section, instruction, strides: offsets.map(() => []) },
      shape: intern(`${section}|${shapeOf(instruction)}`),
      offsets,
      words: 1,
      depth: 0,
    };
  });
  for (const { longest, fewest } of passes) {
    for (let before = Infinity; candidates.length < before; ) {
      before = candidates.length;
      candidates = foldOnce(candidates, longest, fewest, intern);
    }
  }
  return candidates.map((candidate) => candidate.node);
}

function foldOnce(
  candidates: readonly Candidate[],
  longest: number,
  fewest: number,
  intern: (shape: string) => number,
): Candidate[] {
  const result: Candidate[] = [];
  for (let start = 0; start < candidates.length; ) {
    let best: { period: number; count: number; saving: number } | undefined;
    for (let period = 1; period <= longest && start + 2 * period <= candidates.length; period++) {
      const count = repetitions(candidates, start, period);
      if (count < fewest) continue;
      const words = candidates.slice(start, start + period).reduce((sum, { words }) => sum + words, 0);
      const saving = (count - 1) * words - fewestLoopWords;
      if (saving > (best?.saving ?? 0)) best = { period, count, saving };
    }
    const loop = best && makeLoop(candidates, start, best.period, best.count, intern);
    if (best && loop) {
      result.push(loop);
      start += best.period * best.count;
    } else {
      result.push(candidates[start]!);
      start++;
    }
  }
  return result;
}

function repetitions(candidates: readonly Candidate[], start: number, period: number): number {
  const repeats = (at: number, strideFrom: number): boolean => {
    for (let i = 0; i < period; i++) {
      const first = candidates[start + i]!;
      const later = candidates[at + i];
      if (later?.shape !== first.shape) return false;
      const before = candidates[at + i - period]!;
      const second = candidates[strideFrom + i]!;
      for (const [k, offset] of later.offsets.entries()) {
        if (offset - before.offsets[k]! !== second.offsets[k]! - first.offsets[k]!) return false;
      }
    }
    return true;
  };
  let count = 1;
  while (count < largestCount && repeats(start + count * period, start + period)) count++;
  return count;
}

function makeLoop(
  candidates: readonly Candidate[],
  start: number,
  period: number,
  count: number,
  intern: (shape: string) => number,
): Candidate | undefined {
  const first = candidates.slice(start, start + period);
  const depth = 1 + Math.max(...first.map((candidate) => candidate.depth));
  if (depth > deepestNest) return undefined;
  const body = first.map((candidate, i) => {
    const strides = candidate.offsets.map((offset, k) => candidates[start + period + i]!.offsets[k]! - offset);
    return addStrides(candidate.node, strides);
  });
  const node: ProgramNode = { kind: 'loop', count, body };
  if (strideKeys(node).size > addressRegisters) return undefined;
  const strideText = [...instructionsOf(node)].map(({ strides }) => strides.map((list) => list.join(' ')).join(','));
  const registers = movingKeys(node).size;
  // END holds the first increments and ADD words the rest; after the loop, ADD words take all of them back.
  const extra = Math.max(0, Math.ceil(registers / incrementsPerWord) - 1);
  const overhead = fewestLoopWords + extra + Math.ceil(registers / incrementsPerWord);
  const bodyWords = first.reduce((sum, { words }) => sum + words, 0);
  if (overhead + bodyWords >= count * bodyWords) return undefined;
  return {
    node,
    shape: intern(`${count}(${first.map((candidate) => candidate.shape).join(' ')})${strideText.join(';')}`),
    offsets: first.flatMap((candidate) => candidate.offsets),
    words: overhead + bodyWords,
    depth,
  };
}

/** Adds an outer stride to every line of a node; `strides` is in the order of the node's instructions and their lines. */
function addStrides(node: ProgramNode, strides: number[]): ProgramNode {
  if (node.kind === 'loop') return { ...node, body: node.body.map((child) => addStrides(child, strides)) };
  return { ...node, strides: node.strides.map((list) => [...list, strides.shift()!]) };
}

function* instructionsOf(node: ProgramNode): Generator<Extract<ProgramNode, { kind: 'instruction' }>> {
  if (node.kind === 'instruction') yield node;
  else for (const child of node.body) yield* instructionsOf(child);
}

/** The distinct ways in which lines move in a loop nest, as `strideKey` writes them. */
export function strideKeys(node: ProgramNode): Set<string> {
  const found = new Set<string>();
  for (const { strides } of instructionsOf(node)) {
    for (const list of strides) if (list.some((stride) => stride !== 0)) found.add(strideKey(list));
  }
  return found;
}

/** The stride keys of a loop that move with the loop itself, not only with loops inside. */
function movingKeys(node: ProgramNode): Set<string> {
  const found = new Set<string>();
  for (const { strides } of instructionsOf(node))
    for (const list of strides) if (list.at(-1)) found.add(strideKey(list));
  return found;
}

/**
 * Strides as text, outermost loop first, without the zeros of inner loops: two lines share an address register if these
 * texts agree.
 */
export function strideKey(strides: readonly number[]): string {
  return [...strides]
    .reverse()
    .join(' ')
    .replace(/(?: 0)+$/, '');
}

/** Runs the loops of a program and delivers its instructions with settled lines, in order of execution. */
export function unroll(body: readonly ProgramNode[]): TraceEntry[] {
  const trace: TraceEntry[] = [];
  const turns: number[] = [];
  const visit = (node: ProgramNode): void => {
    if (node.kind === 'loop') {
      turns.unshift(0);
      for (; turns[0]! < node.count; turns[0]!++) for (const child of node.body) visit(child);
      turns.shift();
      return;
    }
    const lines = linesOf(node.instruction).map((line, i) =>
      node.strides[i]!.reduce((moved, stride, depth) => moved + stride * turns[depth]!, line),
    );
    trace.push({ section: node.section, instruction: withLines(node.instruction, lines) });
  };
  for (const node of body) visit(node);
  return trace;
}
