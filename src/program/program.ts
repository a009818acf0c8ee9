import type { Instruction } from './instruction.js';

/** Which logic the array offers: conditional writes and searches, or NOR alone. */
export type Target = 'sot-mram' | 'nor';

/** Where a named operand or result lies: adjacent lines, least significant bit first. */
export interface FieldPlace {
  readonly name: string;
  readonly role: 'input' | 'output';
  readonly base: number;
  readonly width: number;
}

/** An instruction inside loops: line i of it (order of `linesOf`) moves by `strides[i][d]` a turn of loop d, innermost first. */
export interface PlacedInstruction {
  readonly kind: 'instruction';
  readonly section: string;
  readonly instruction: Instruction;
  readonly strides: readonly (readonly number[])[];
}

export interface Loop {
  readonly kind: 'loop';
  readonly count: number;
  readonly body: readonly ProgramNode[];
}

export type ProgramNode = PlacedInstruction | Loop;

/** A program as data: it can be printed, saved as JSON, compared, counted and run. */
export interface Program {
  readonly name: string;
  readonly target: Target;
  /** Lines that the program touches: 0 … lines − 1. */
  readonly lines: number;
  /** Most lines in use at once besides those of inputs and outputs. */
  readonly scratchLines: number;
  readonly fields: readonly FieldPlace[];
  readonly body: readonly ProgramNode[];
}

/** The field of that name. @throws {RangeError} that lists the program's fields. */
export function fieldPlace(program: Program, name: string): FieldPlace {
  const found = program.fields.find((field) => field.name === name);
  if (found) return found;
  const known = program.fields.map((field) => field.name).join(', ');
  throw new RangeError(`program '${program.name}' has no field '${name}'; it has ${known}`);
}
