import { type ArrayShape, searchPhase, writePhase } from '../../generators/array.js';
import { type Command, commands, type Program } from '../program/index.js';

/** What the cycles of an array depend on. */
export type ArrayTimingShape = Pick<ArrayShape, 'body' | 'readCycles' | 'writeCycles' | 'searchCycles'>;

/**
 * Clock cycles of one run of a program, from the first word to HALT, when every line to load waits and every line to
 * store is taken at once. Nothing depends on data. A word of loop control takes a cycle; the others take what
 * `generators/array.ts` says of them.
 */
export function predictCycles(program: Program, shape: ArrayTimingShape): number {
  let cycles = 0;
  const runs = [1];
  for (const command of commands(program)) {
    if (command.kind === 'loop') {
      cycles += runs.at(-1)!;
      runs.push(runs.at(-1)! * command.count);
    } else {
      cycles += runs.at(-1)! * cyclesOf(command, shape);
      if (command.kind === 'end') runs.pop();
    }
  }
  return cycles;
}

function cyclesOf(command: Exclude<Command, { kind: 'loop' }>, shape: ArrayTimingShape): number {
  if (command.kind !== 'array') return 1;
  const { instruction } = command;
  switch (instruction.kind) {
    case 'step':
      return (instruction.sense < 0 ? 0 : shape.readCycles) + writePhase(shape, instruction.targets.length);
    case 'search':
      return searchPhase(shape, instruction.length);
    case 'mask':
      return 1;
    case 'load':
      return writePhase(shape, 1);
    case 'store':
      return shape.readCycles + 1;
    case 'move':
      return shape.readCycles + writePhase(shape, 1);
    case 'nor':
    case 'initialise':
      throw new RangeError(`the array has no instruction '${instruction.kind}'; assemble the program for SOT-MRAM`);
  }
}
