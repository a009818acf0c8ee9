import type { Assembler } from './assembler.js';
import { bit, fieldWidth, slice, type Field } from './field.js';
import type { LaneSelect } from './instruction.js';

/** to = from, bit by bit; both of the same width. One step a bit. */
export function copyField(asm: Assembler, from: Field, to: Field, lanes: LaneSelect = 'all'): void {
  sameWidth(asm, from, to);
  for (const [i, line] of from.lines.entries()) asm.step(line, 'copy', [bit(to, i)], { lanes });
}

/**
 * sum = a + b, both operands kept; `sum` is one bit wider than they are. 4 steps a bit.
 * Signed operands are extended by their sign.
 */
export function addFields(asm: Assembler, a: Field, b: Field, sum: Field, signed = false): void {
  rippleAdd(asm, a, b, sum, { carryIn: 0, complementB: false });
  if (!signed) return;
  asm.step(topBit(a), 'toggle', [topBit(sum)]);
  asm.step(topBit(b), 'toggle', [topBit(sum)]);
}

/** difference = a − b in two's complement, one bit wider than the operands, which are kept; its top bit is the sign. */
export function subtractFields(asm: Assembler, a: Field, b: Field, difference: Field, signed = false): void {
  rippleAdd(asm, a, b, difference, { carryIn: 1, complementB: true });
  if (signed) {
    asm.step(topBit(a), 'toggle', [topBit(difference)]);
    asm.step(topBit(b), 'toggle', [topBit(difference)], { complement: true });
  } else {
    // No carry out of a + ~b + 1 means a borrow: the difference is negative.
    asm.complement([topBit(difference)]);
  }
}

function rippleAdd(
  asm: Assembler,
  a: Field,
  b: Field,
  sum: Field,
  options: { readonly carryIn: 0 | 1; readonly complementB: boolean },
): void {
  sameWidth(asm, a, b);
  const width = fieldWidth(a);
  if (fieldWidth(sum) !== width + 1) {
    asm.fail(`'${sum.name}' has ${fieldWidth(sum)} bits; the result of ${width}-bit operands needs ${width + 1}`);
  }
  asm.constant(options.carryIn, [bit(sum, 0)]);
  for (let i = 0; i < width; i++) {
    asm.addBit(bit(a, i), bit(b, i), bit(sum, i), bit(sum, i + 1), { complementB: options.complementB });
  }
}

/** total += addend (or −=) modulo 2^width, in place. 4 steps a bit. `carry` must be 0 and is left dirty. */
export function accumulate(
  asm: Assembler,
  addend: readonly number[],
  total: readonly number[],
  carry: number,
  options: { readonly subtract?: boolean; readonly lanes?: 'all' | 'matched' } = {},
): void {
  for (const [i, line] of total.entries()) asm.accumulateBit(addend[i]!, line, carry, options);
}

/** Adds 1 in the lanes of the mask, which then holds the lanes that overflowed. 2 steps a bit. */
export function incrementMatched(asm: Assembler, lines: readonly number[]): void {
  for (const line of lines) {
    asm.complement([line], 'matched');
    asm.search([line], 0n, { combine: 'and' });
  }
}

/** Subtracts 1 in the lanes of the mask, which then holds the lanes that went below 0. 2 steps a bit. */
export function decrementMatched(asm: Assembler, lines: readonly number[]): void {
  for (const line of lines) {
    asm.complement([line], 'matched');
    asm.search([line], 1n, { combine: 'and' });
  }
}

/** Two's complement negation in the lanes of the mask, in place. The mask is used up. */
export function negateMatched(asm: Assembler, lines: readonly number[]): void {
  asm.complement(lines, 'matched');
  incrementMatched(asm, lines);
}

/** result = −a in two's complement, of the same width. */
export function negateField(asm: Assembler, a: Field, result: Field): void {
  sameWidth(asm, a, result);
  for (const [i, line] of a.lines.entries()) asm.step(line, 'copy', [bit(result, i)], { complement: true });
  asm.maskAll();
  incrementMatched(asm, result.lines);
}

/** less = a < b. 3 steps a bit. */
export function lessThan(asm: Assembler, a: Field, b: Field, less: number, signed = false): void {
  sameWidth(asm, a, b);
  asm.constant(0, [less]);
  for (const i of a.lines.keys()) {
    // The sign bit of two's complement counts the other way round.
    const swapped = signed && i === fieldWidth(a) - 1;
    const x = bit(swapped ? b : a, i);
    const y = bit(swapped ? a : b, i);
    asm.search([y], 1n);
    asm.step(x, 'set', [less], { complement: true, lanes: 'matched' });
    asm.step(x, 'reset', [less], { lanes: 'unmatched' });
  }
}

/** equal = (a = b). 2 steps a bit. */
export function equalTo(asm: Assembler, a: Field, b: Field, equal: number): void {
  sameWidth(asm, a, b);
  const differences = asm.scratch('differences', fieldWidth(a));
  copyField(asm, a, differences);
  for (const [i, line] of b.lines.entries()) asm.step(line, 'toggle', [bit(differences, i)]);
  asm.search(differences.lines, 0n);
  asm.constant(0, [equal]);
  asm.constant(1, [equal], 'matched');
  asm.free(differences);
}

/** result = condition ? a : b. 2 steps a bit. */
export function selectField(asm: Assembler, condition: number, a: Field, b: Field, result: Field): void {
  sameWidth(asm, a, b);
  copyField(asm, b, result);
  asm.search([condition], 1n);
  copyField(asm, a, result, 'matched');
}

/** result = the larger of a and b. 5 steps a bit. */
export function maximum(asm: Assembler, a: Field, b: Field, result: Field, signed = false): void {
  const less = asm.scratch('less', 1);
  lessThan(asm, a, b, bit(less, 0), signed);
  selectField(asm, bit(less, 0), b, a, result);
  asm.free(less);
}

/** result = a where its sign bit is 0, else 0: for two's complement, and for floating point except that −NaN gives 0. */
export function rectify(asm: Assembler, a: Field, result: Field): void {
  copyField(asm, a, result);
  asm.search([topBit(a)], 1n);
  asm.constant(0, result.lines, 'matched');
}

export function topBit(field: Field): number {
  return bit(field, fieldWidth(field) - 1);
}

/** The sign-extension of a field to `width` bits as a list of lines; the sign's line repeats. */
export function extended(field: Field, width: number, top: number): readonly number[] {
  const missing = width - fieldWidth(field);
  return missing < 0 ? slice(field, 0, width).lines : [...field.lines, ...new Array<number>(missing).fill(top)];
}

export function sameWidth(asm: Assembler, a: Field, b: Field): void {
  if (fieldWidth(a) !== fieldWidth(b)) {
    asm.fail(`'${a.name}' has ${fieldWidth(a)} bits and '${b.name}' ${fieldWidth(b)}; they must agree`);
  }
}
