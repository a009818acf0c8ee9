import { linesOf, withLines, type Instruction } from './instruction.js';
import type { Program, ProgramNode } from './program.js';
import { incrementsPerWord, strideKey, strideKeys } from './roll.js';
import { addressableLines, decode, encode, type Command, type Increment } from './word.js';

/** The commands of a program, in the order of the instruction memory, with `halt` at the end. */
export function commands(program: Program): Command[] {
  const result: Command[] = [];
  const emit = (node: ProgramNode, registers: ReadonlyMap<string, number>, nest: number): void => {
    if (node.kind === 'instruction') {
      result.push({
        kind: 'array',
        instruction: node.instruction,
        registers: node.strides.map((strides) => registers.get(strideKey(strides)) ?? 0),
      });
      return;
    }
    result.push({ kind: 'loop', count: node.count });
    for (const child of node.body) emit(child, registers, nest + 1);
    const increments = [...registers]
      .filter(([key]) => usesKey(node, key))
      .map(([key, register]): Increment => ({ register, amount: Number(key.split(' ')[nest] ?? 0) }))
      .filter(({ amount }) => amount !== 0);
    const extra = increments.slice(incrementsPerWord);
    for (let i = 0; i < extra.length; i += incrementsPerWord) {
      result.push({ kind: 'add', increments: extra.slice(i, i + incrementsPerWord) });
    }
    result.push({ kind: 'end', increments: increments.slice(0, incrementsPerWord) });
    const back = increments.map(({ register, amount }, i) => ({
      register,
      // END adds on every turn but the last; ADD words inside the loop act on every turn.
      amount: wrap(-amount * (i < incrementsPerWord ? node.count - 1 : node.count)),
    }));
    for (let i = 0; i < back.length; i += incrementsPerWord) {
      result.push({ kind: 'add', increments: back.slice(i, i + incrementsPerWord) });
    }
  };
  for (const node of program.body) {
    const keys = node.kind === 'loop' ? strideKeys(node) : new Set<string>();
    emit(node, new Map([...keys].map((key, i) => [key, i + 1])), 0);
  }
  result.push({ kind: 'halt' });
  return result;
}

/** Whether a line inside the loop moves as `key` says. */
function usesKey(node: ProgramNode, key: string): boolean {
  if (node.kind === 'loop') return node.body.some((child) => usesKey(child, key));
  return node.strides.some((strides) => strideKey(strides) === key);
}

function wrap(amount: number): number {
  const half = addressableLines;
  return ((((amount + half) % (2 * half)) + 2 * half) % (2 * half)) - half;
}

/** The instruction memory of a program: one 64-bit word a command. */
export function programWords(program: Program): bigint[] {
  return commands(program).map(encode);
}

/**
 * What a sequencer does with an instruction memory: delivers the array's instructions in order of execution.
 * Registers start at zero and count modulo 512; END adds its increments and goes back to the word after its LOOP unless
 * this was the last turn.
 *
 * @throws {RangeError} for an END without LOOP, a line outside of the array's 512, or a program without HALT.
 */
export function* sequence(words: readonly bigint[]): Generator<Instruction> {
  const registers = new Array<number>(8).fill(0);
  const loops: { body: number; turns: number }[] = [];
  const add = (increments: readonly Increment[]): void => {
    for (const { register, amount } of increments) {
      registers[register] = (registers[register]! + amount + 2 * addressableLines) % addressableLines;
    }
  };
  for (let at = 0; at < words.length; at++) {
    const command = decode(words[at]!);
    switch (command.kind) {
      case 'halt':
        return;
      case 'loop':
        loops.push({ body: at, turns: command.count });
        break;
      case 'add':
        add(command.increments);
        break;
      case 'end': {
        const loop = loops.at(-1);
        if (!loop) throw new RangeError(`word ${at} ends a loop that was not begun`);
        loop.turns--;
        if (loop.turns === 0) {
          loops.pop();
        } else {
          add(command.increments);
          at = loop.body;
        }
        break;
      }
      case 'array': {
        const lines = linesOf(command.instruction).map(
          (line, i) => (line + registers[command.registers[i]!]!) % addressableLines,
        );
        yield withLines(command.instruction, lines);
        break;
      }
    }
  }
  throw new RangeError(`the program has ${words.length} words and no HALT`);
}
