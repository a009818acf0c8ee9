import type { WriteOperation } from '../device/index.js';
import type { Instruction, LaneSelect, MaskCombination, StepData } from './instruction.js';
import { linesOf } from './instruction.js';

/** Lines that an instruction word can address. */
export const addressableLines = 512;
/** Write targets of a STEP word. */
export const targetsPerWord = 3;

/** A register and what is added to it, modulo 512. */
export interface Increment {
  /** 1–7. */
  readonly register: number;
  /** −512 … 511. */
  readonly amount: number;
}

/** What a word of the instruction memory says. `registers[i]` is the address register of line i (order of `linesOf`). */
export type Command =
  | { readonly kind: 'array'; readonly instruction: Instruction; readonly registers: readonly number[] }
  | { readonly kind: 'loop'; readonly count: number }
  | { readonly kind: 'end'; readonly increments: readonly Increment[] }
  | { readonly kind: 'add'; readonly increments: readonly Increment[] }
  | { readonly kind: 'halt' };

const opcodes = {
  halt: 0,
  step: 1,
  search: 2,
  mask: 3,
  load: 4,
  store: 5,
  move: 6,
  loop: 7,
  end: 8,
  add: 9,
  nor: 10,
  initialise: 11,
} as const;

const operations: readonly WriteOperation[] = ['set', 'reset', 'toggle', 'copy'];
const dataSources: readonly StepData[] = ['sensed', 'complement', 'zero', 'one'];
const laneSelects: readonly LaneSelect[] = ['all', 'matched', 'unmatched'];
const combinations: readonly MaskCombination[] = ['set', 'and', 'or'];

const senseAt = 39;
const targetsAt = [27, 15, 3] as const;
const incrementsAt = [26, 13, 0] as const;

function put(value: number, at: number, width: number): bigint {
  return BigInt.asUintN(width, BigInt(value)) << BigInt(at);
}

function take(word: bigint, at: number, width: number): number {
  return Number((word >> BigInt(at)) & ((1n << BigInt(width)) - 1n));
}

function takeSigned(word: bigint, at: number, width: number): number {
  return Number(BigInt.asIntN(width, word >> BigInt(at)));
}

function encodeIncrements(increments: readonly Increment[]): bigint {
  if (increments.length > incrementsAt.length) {
    throw new RangeError(`${increments.length} increments in one word; it holds ${incrementsAt.length}`);
  }
  return increments.reduce(
    (word, { register, amount }, i) =>
      word | put(register, incrementsAt[i]! + 10, 3) | put(amount, incrementsAt[i]!, 10),
    0n,
  );
}

function decodeIncrements(word: bigint): Increment[] {
  return incrementsAt
    .map((at) => ({ register: take(word, at + 10, 3), amount: takeSigned(word, at, 10) }))
    .filter(({ register }) => register !== 0);
}

/** The 64-bit word of a command; the table of fields is in this folder's README. @throws {RangeError} when it does not fit. */
export function encode(command: Command): bigint {
  switch (command.kind) {
    case 'halt':
      return put(opcodes.halt, 60, 4);
    case 'loop':
      if (!Number.isInteger(command.count) || command.count < 1 || command.count > 65535) {
        throw new RangeError(`a loop of ${command.count} turns; the word holds 1 to 65535`);
      }
      return put(opcodes.loop, 60, 4) | put(command.count, 0, 16);
    case 'end':
    case 'add':
      return put(opcodes[command.kind], 60, 4) | encodeIncrements(command.increments);
    case 'array':
      return encodeInstruction(command.instruction, command.registers);
  }
}

function encodeInstruction(instruction: Instruction, registers: readonly number[]): bigint {
  const lines = linesOf(instruction);
  const operand = (index: number, at: number): bigint => {
    const line = lines[index]!;
    if (line < 0 || line >= addressableLines) {
      throw new RangeError(`line ${line} does not fit an instruction word, which addresses lines 0 to 511`);
    }
    return put(registers[index] ?? 0, at + 9, 3) | put(line, at, 9);
  };
  const head = put(opcodes[instruction.kind], 60, 4);
  switch (instruction.kind) {
    case 'step': {
      if (instruction.targets.length > targetsPerWord) {
        throw new RangeError(`a step with ${instruction.targets.length} targets; a word holds ${targetsPerWord}`);
      }
      const senses = instruction.sense >= 0;
      let word =
        head |
        put(operations.indexOf(instruction.operation), 58, 2) |
        put(dataSources.indexOf(instruction.data), 56, 2) |
        put(laneSelects.indexOf(instruction.lanes), 54, 2) |
        put(instruction.targets.length, 52, 2);
      if (senses) word |= put(1, 51, 1) | operand(0, senseAt);
      for (const i of instruction.targets.keys()) word |= operand(i + (senses ? 1 : 0), targetsAt[i]!);
      return word;
    }
    case 'search':
      return (
        head |
        put(combinations.indexOf(instruction.combine), 58, 2) |
        put(instruction.invert ? 1 : 0, 57, 1) |
        put(instruction.length - 1, 51, 5) |
        operand(0, senseAt) |
        put(instruction.key, 0, 32)
      );
    case 'mask':
      return head | put(instruction.change === 'invert' ? 1 : 0, 59, 1);
    case 'load':
      return head | operand(0, targetsAt[0]);
    case 'store':
      return head | operand(0, senseAt);
    case 'move':
      return (
        head |
        put(instruction.motion === 'broadcast' ? 1 : 0, 59, 1) |
        operand(0, senseAt) |
        operand(1, targetsAt[0]) |
        put(instruction.amount, 0, 15)
      );
    case 'nor': {
      let word = head | put(instruction.inputs.length, 52, 2) | operand(0, senseAt);
      if (instruction.inputs.length > 1) word |= operand(1, targetsAt[0]);
      return word | operand(instruction.inputs.length, targetsAt[1]);
    }
    case 'initialise':
      return head | put(instruction.value, 59, 1) | operand(0, targetsAt[1]);
  }
}

/** What a word says; the inverse of `encode`. @throws {RangeError} for an opcode that does not exist. */
export function decode(word: bigint): Command {
  const registers: number[] = [];
  const operand = (at: number): number => {
    registers.push(take(word, at + 9, 3));
    return take(word, at, 9);
  };
  const array = (instruction: Instruction): Command => ({ kind: 'array', instruction, registers });
  const opcode = take(word, 60, 4);
  switch (opcode) {
    case opcodes.halt:
      return { kind: 'halt' };
    case opcodes.loop:
      return { kind: 'loop', count: take(word, 0, 16) };
    case opcodes.end:
      return { kind: 'end', increments: decodeIncrements(word) };
    case opcodes.add:
      return { kind: 'add', increments: decodeIncrements(word) };
    case opcodes.step: {
      const sense = take(word, 51, 1) === 1 ? operand(senseAt) : -1;
      const targets = targetsAt.slice(0, take(word, 52, 2)).map(operand);
      return array({
        kind: 'step',
        sense,
        operation: operations[take(word, 58, 2)]!,
        data: dataSources[take(word, 56, 2)]!,
        lanes: laneSelects[take(word, 54, 2)]!,
        targets,
      });
    }
    case opcodes.search:
      return array({
        kind: 'search',
        line: operand(senseAt),
        length: take(word, 51, 5) + 1,
        key: take(word, 0, 32),
        combine: combinations[take(word, 58, 2)]!,
        invert: take(word, 57, 1) === 1,
      });
    case opcodes.mask:
      return array({ kind: 'mask', change: take(word, 59, 1) === 1 ? 'invert' : 'all' });
    case opcodes.load:
      return array({ kind: 'load', target: operand(targetsAt[0]) });
    case opcodes.store:
      return array({ kind: 'store', sense: operand(senseAt) });
    case opcodes.move: {
      const motion = take(word, 59, 1) === 1 ? 'broadcast' : 'shift';
      return array({
        kind: 'move',
        motion,
        amount: motion === 'shift' ? takeSigned(word, 0, 15) : take(word, 0, 15),
        sense: operand(senseAt),
        target: operand(targetsAt[0]),
      });
    }
    case opcodes.nor: {
      const inputs = [senseAt, targetsAt[0]].slice(0, take(word, 52, 2)).map(operand);
      return array({ kind: 'nor', inputs, output: operand(targetsAt[1]) });
    }
    case opcodes.initialise:
      return array({ kind: 'initialise', value: take(word, 59, 1) === 1 ? 1 : 0, output: operand(targetsAt[1]) });
    default:
      throw new RangeError(`word ${word.toString(16).padStart(16, '0')} has the unknown opcode ${opcode}`);
  }
}
