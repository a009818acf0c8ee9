import type { Instruction, Program, ProgramNode } from '../../../src/program/index.js';

/** Whole numbers below a limit. */
export type Below = (limit: number) => number;

/** How a line moves a turn, the innermost loop first; few of them, because there are seven address registers. */
const stridesOfTwo = [
  [0, 0],
  [1, 0],
  [0, 1],
  [-1, 1],
  [2, -1],
] as const;
const stridesOfOne = [[0], [1]] as const;

/** Every instruction of the array with every option, alone and in loops, on lines that exist. */
export function randomProgram(below: Below, lines: number, searchLines: number, lanes: number): Program {
  const body: ProgramNode[] = [];
  for (let i = 0; i < 12; i++) body.push(below(3) === 0 ? randomLoop() : placed([]));
  return { name: 'random', target: 'sot-mram', lines, scratchLines: 0, fields: [], body };

  function randomLoop(): ProgramNode {
    const inner = 1 + below(4);
    const outer = 1 + below(3);
    const turns = [inner, outer];
    return {
      kind: 'loop',
      count: outer,
      body: [placed([outer]), { kind: 'loop', count: inner, body: many(turns) }, placed([outer])],
    };
  }
  function many(turns: readonly number[]): ProgramNode[] {
    return Array.from({ length: 1 + below(4) }, () => placed(turns));
  }
  /** An instruction whose lines move together, so that those of one step stay apart. */
  function placed(turns: readonly number[]): ProgramNode {
    const choices = turns.length === 2 ? stridesOfTwo : stridesOfOne;
    const strides = choices[below(choices.length)]!.slice(0, turns.length);
    const [low, high] = reach(strides, turns);
    const instruction = randomInstruction(low, high);
    const count = linesIn(instruction);
    return {
      kind: 'instruction',
      section: 'random',
      instruction,
      strides: Array.from({ length: count }, () => strides),
    };
  }
  /** How far below and above its first place a line goes. */
  function reach(strides: readonly number[], turns: readonly number[]): [number, number] {
    let [low, high] = [0, 0];
    for (const [depth, stride] of strides.entries()) {
      const way = stride * Math.max(0, (turns[depth] ?? 0) - 1);
      low += Math.min(0, way);
      high += Math.max(0, way);
    }
    return [-low, high];
  }
  function randomInstruction(low: number, high: number): Instruction {
    const span = lines - low - high;
    const line = (): number => low + below(span);
    const chosen: number[] = [];
    const other = (): number => {
      let found = line();
      while (chosen.includes(found)) found = line();
      chosen.push(found);
      return found;
    };
    switch (below(9)) {
      case 0:
        return { kind: 'mask', change: below(2) === 0 ? 'all' : 'invert' };
      case 1:
        return { kind: 'load', target: line() };
      case 2:
        return { kind: 'store', sense: line() };
      case 3:
      case 4: {
        const length = 1 + below(Math.min(searchLines, span));
        return {
          kind: 'search',
          line: low + below(span - length + 1),
          length,
          key: below(2 ** length),
          combine: (['set', 'and', 'or'] as const)[below(3)]!,
          invert: below(2) === 1,
        };
      }
      case 5: {
        const [sense, target] = [other(), other()];
        return below(2) === 0
          ? { kind: 'move', motion: 'broadcast', amount: below(lanes), sense, target }
          : { kind: 'move', motion: 'shift', amount: below(2 * lanes + 9) - lanes - 4, sense, target };
      }
      default: {
        const data = (['sensed', 'complement', 'zero', 'one'] as const)[below(4)]!;
        const senses = data === 'sensed' || data === 'complement' || below(2) === 0;
        return {
          kind: 'step',
          sense: senses ? other() : -1,
          operation: (['set', 'reset', 'toggle', 'copy'] as const)[below(4)]!,
          data,
          lanes: (['all', 'matched', 'unmatched'] as const)[below(3)]!,
          targets: Array.from({ length: 1 + below(3) }, other),
        };
      }
    }
  }
}

function linesIn(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'mask':
      return 0;
    case 'step':
      return instruction.targets.length + (instruction.sense < 0 ? 0 : 1);
    case 'move':
      return 2;
    default:
      return 1;
  }
}
