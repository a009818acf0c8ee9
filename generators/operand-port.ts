import {
  bits,
  bitsFor,
  bool,
  type Bool,
  input,
  type Input,
  type Register,
  type Signal,
  switchOver,
  when,
} from '../src/hdl/index.js';

/** How a bank asks a source of operands for one plane of some chunks of the window that is available. */
export interface OperandRequest {
  /** The operand may change at the next edge. */
  readonly read: Input<Bool>;
  /** The window may change at the next edge. */
  readonly windowDone: Input<Bool>;
  /** Group of filters in the upper bits, group of chunks in the lower. */
  readonly chunkGroup: Input;
  readonly plane: Input;
}

/** Width of `chunkGroup`: the fields that are needed, at least one bit. */
export function chunkGroupBits(groups: number, chunkGroups: number): number {
  return Math.max(1, (groups > 1 ? bitsFor(groups) : 0) + (chunkGroups > 1 ? bitsFor(chunkGroups) : 0));
}

export function operandRequest(groups: number, chunkGroups: number, planes: number): OperandRequest {
  return {
    read: input(bool(), { comment: 'the operand may change' }),
    windowDone: input(bool(), { comment: 'the window may change at the next edge' }),
    chunkGroup: input(bits(chunkGroupBits(groups, chunkGroups)), {
      comment: 'chunks to read',
      tags: groups * chunkGroups === 1 ? ['unused'] : [],
    }),
    plane: input(bits(bitsFor(planes)), { comment: 'activation plane to read', tags: planes === 1 ? ['unused'] : [] }),
  };
}

/** Loads the operand that is asked for: `options[plane][chunk group]`, one case each, so that only one is ever moved. */
export function loadOperand(
  operand: Register,
  { read, plane, chunkGroup }: OperandRequest,
  chunkGroups: number,
  options: readonly (readonly Signal[])[],
): void {
  const chunkBits = chunkGroups > 1 ? bitsFor(chunkGroups) : 0;
  when(read, () => {
    chooseCase(
      plane,
      options.map((chunks) => () => {
        const codes = chunks.map((_, index) => (Math.floor(index / chunkGroups) << chunkBits) | (index % chunkGroups));
        chooseCase(
          chunkGroup,
          chunks.map((chunk) => () => operand.next(chunk)),
          codes,
        );
      }),
    );
  });
}

/** A case over the codes, the last as default; a single option needs no case. */
function chooseCase(
  subject: Signal,
  bodies: readonly (() => void)[],
  codes: readonly number[] = bodies.map((_, index) => index),
): void {
  const last = bodies.at(-1)!;
  if (bodies.length === 1) last();
  else
    switchOver(
      subject,
      bodies.slice(0, -1).map((body, index) => [codes[index]!, body] as const),
      last,
    );
}
