import type { FieldPlace, Program, ProgramNode } from './program.js';

/** Adjacent lines that are exchanged with the outside. */
export type TransferredLines = Pick<FieldPlace, 'name' | 'base' | 'width'>;

/**
 * The program with its numbers brought in before it and taken out after it: a LOAD for each line of `loads` and a STORE for
 * each of `stores`, in their order, the lowest line of each field first. By default the inputs and the outputs. It is what
 * an array runs that has no other way to the outside.
 */
export function withTransfers(
  program: Program,
  loads: readonly TransferredLines[] = program.fields.filter(({ role }) => role === 'input'),
  stores: readonly TransferredLines[] = program.fields.filter(({ role }) => role === 'output'),
): Program {
  return {
    ...program,
    lines: Math.max(program.lines, ...[...loads, ...stores].map(({ base, width }) => base + width)),
    body: [
      ...loads.map((field) => transfer(field, 'load')),
      ...program.body,
      ...stores.map((field) => transfer(field, 'store')),
    ],
  };
}

function transfer({ name, base, width }: TransferredLines, kind: 'load' | 'store'): ProgramNode {
  const section = `${kind} ${name}`;
  const instruction = kind === 'load' ? { kind, target: base } : { kind, sense: base };
  if (width === 1) return { kind: 'instruction', section, instruction, strides: [[]] };
  return { kind: 'loop', count: width, body: [{ kind: 'instruction', section, instruction, strides: [[1]] }] };
}
