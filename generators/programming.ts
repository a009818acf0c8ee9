import { bits, bitsFor, bool, type Bool, input, type Input, type Signal, type Wire } from '../src/hdl/index.js';

/** Subarrays of an engine that are written after power-up, because no image survives the making of a chip. */
export interface ProgrammingShape {
  /** In the whole engine. */
  readonly arrays: number;
  readonly rows: number;
  readonly columns: number;
}

/** One row for one subarray, for a cycle; every subarray sees it and the addressed one takes it. */
export type ProgrammingPorts = {
  readonly write: Input<Bool>;
  readonly array: Input;
  readonly row: Input;
  readonly data: Input;
};

export function programmingPorts({ arrays, rows, columns }: ProgrammingShape): ProgrammingPorts {
  return {
    write: input(bool(), { comment: 'write a row' }),
    array: input(bits(bitsFor(arrays)), { comment: 'number of the subarray' }),
    row: input(bits(bitsFor(rows)), { comment: 'row within it' }),
    data: input(bits(columns), { comment: 'cells of the row' }),
  };
}

/** Hands the row on to a part of the engine. */
export function connectProgramming(
  part: { readonly [Name in keyof ProgrammingPorts]: Wire } | undefined,
  from: { readonly [Name in keyof ProgrammingPorts]: Signal } | undefined,
): void {
  if (part === undefined || from === undefined) return;
  for (const name of ['write', 'array', 'row', 'data'] as const) part[name].connect(from[name]);
}
