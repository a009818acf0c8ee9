import type { WriteOperation } from '../device/index.js';

/** What drives the write: the sensed bit of each lane, its complement, or the same constant in every lane. */
export type StepData = 'sensed' | 'complement' | 'zero' | 'one';

/** Which lanes a step writes: all, those whose mask bit is 1, or those whose mask bit is 0. */
export type LaneSelect = 'all' | 'matched' | 'unmatched';

/** Senses one line (or none: -1) and writes the targets with one operation. The old value of the sensed line counts. */
export interface StepInstruction {
  readonly kind: 'step';
  readonly sense: number;
  readonly operation: WriteOperation;
  readonly data: StepData;
  readonly lanes: LaneSelect;
  readonly targets: readonly number[];
}

/** How a search result enters the mask. */
export type MaskCombination = 'set' | 'and' | 'or';

/** Compares `length` (1–32) adjacent lines with `key` (bit i belongs to `line + i`) in every lane; the mask takes the result. */
export interface SearchInstruction {
  readonly kind: 'search';
  readonly line: number;
  readonly length: number;
  /** Unsigned, below 2^length. */
  readonly key: number;
  readonly combine: MaskCombination;
  /** Lanes that do NOT equal the key count as found. */
  readonly invert: boolean;
}

export interface MaskInstruction {
  readonly kind: 'mask';
  readonly change: 'all' | 'invert';
}

/** Writes a line from outside, all lanes. */
export interface LoadInstruction {
  readonly kind: 'load';
  readonly target: number;
}

/** Reads a line to outside, all lanes. */
export interface StoreInstruction {
  readonly kind: 'store';
  readonly sense: number;
}

/**
 * Moves a line between lanes. `shift`: lane j receives lane j − amount, and 0 where there is none (amount may be
 * negative). `broadcast`: every lane receives lane `amount`.
 */
export interface MoveInstruction {
  readonly kind: 'move';
  readonly motion: 'shift' | 'broadcast';
  readonly amount: number;
  readonly sense: number;
  readonly target: number;
}

/** Resistive logic: the output, initialised to 1, becomes NOR of one or two inputs in every lane. */
export interface NorInstruction {
  readonly kind: 'nor';
  readonly inputs: readonly number[];
  readonly output: number;
}

/** Resistive logic: writes a constant into a line in every lane. */
export interface InitialiseInstruction {
  readonly kind: 'initialise';
  readonly value: 0 | 1;
  readonly output: number;
}

/** One operation of the array with all its line numbers settled. */
export type Instruction =
  | StepInstruction
  | SearchInstruction
  | MaskInstruction
  | LoadInstruction
  | StoreInstruction
  | MoveInstruction
  | NorInstruction
  | InitialiseInstruction;

/** The line numbers of an instruction, in a fixed order that `withLines` understands. */
export function linesOf(instruction: Instruction): readonly number[] {
  switch (instruction.kind) {
    case 'step':
      return instruction.sense < 0 ? instruction.targets : [instruction.sense, ...instruction.targets];
    case 'search':
      return [instruction.line];
    case 'mask':
      return [];
    case 'load':
      return [instruction.target];
    case 'store':
      return [instruction.sense];
    case 'move':
      return [instruction.sense, instruction.target];
    case 'nor':
      return [...instruction.inputs, instruction.output];
    case 'initialise':
      return [instruction.output];
  }
}

/** The same instruction on other lines, given in the order of `linesOf`. */
export function withLines(instruction: Instruction, lines: readonly number[]): Instruction {
  switch (instruction.kind) {
    case 'step':
      return instruction.sense < 0
        ? { ...instruction, targets: lines }
        : { ...instruction, sense: lines[0]!, targets: lines.slice(1) };
    case 'search':
      return { ...instruction, line: lines[0]! };
    case 'mask':
      return instruction;
    case 'load':
      return { ...instruction, target: lines[0]! };
    case 'store':
      return { ...instruction, sense: lines[0]! };
    case 'move':
      return { ...instruction, sense: lines[0]!, target: lines[1]! };
    case 'nor':
      return { ...instruction, inputs: lines.slice(0, -1), output: lines[lines.length - 1]! };
    case 'initialise':
      return { ...instruction, output: lines[0]! };
  }
}

/** Everything of an instruction except its line numbers: equal for two instructions that could share a loop body. */
export function shapeOf(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'step': {
      const { operation, data, lanes, targets, sense } = instruction;
      return `step ${operation} ${data} ${lanes} ${targets.length} ${sense < 0 ? 'blind' : 'sensing'}`;
    }
    case 'search':
      return `search ${instruction.length} ${instruction.key} ${instruction.combine} ${instruction.invert}`;
    case 'mask':
      return `mask ${instruction.change}`;
    case 'load':
    case 'store':
      return instruction.kind;
    case 'move':
      return `move ${instruction.motion} ${instruction.amount}`;
    case 'nor':
      return `nor ${instruction.inputs.length}`;
    case 'initialise':
      return `initialise ${instruction.value}`;
  }
}
