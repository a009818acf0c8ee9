import type { Assembler } from './assembler.js';
import { bit, fieldWidth, type Field } from './field.js';
import { extended, sameWidth, topBit } from './integer.js';

/** Loads a field from outside, one line of all lanes after the other, least significant first. */
export function loadField(asm: Assembler, field: Field): void {
  for (const line of field.lines) asm.load(line);
}

/** Presents a field to the outside, one line of all lanes after the other, least significant first. */
export function storeField(asm: Assembler, field: Field): void {
  for (const line of field.lines) asm.store(line);
}

/** Lane j of `to` receives lane j − distance of `from`, and 0 where there is none. */
export function shiftFieldLanes(asm: Assembler, from: Field, to: Field, distance: number): void {
  sameWidth(asm, from, to);
  for (const [i, line] of from.lines.entries()) asm.shiftLanes(line, bit(to, i), distance);
}

/** Every lane of `to` receives one lane of `from`: an operand that all rows of a matrix product share. */
export function broadcastField(asm: Assembler, from: Field, to: Field, lane: number): void {
  sameWidth(asm, from, to);
  for (const [i, line] of from.lines.entries()) asm.broadcastLane(line, bit(to, i), lane);
}

/**
 * Adds up `lanes` neighbouring lanes (a power of two): lane j of `total` becomes the sum of lanes j − lanes + 1 … j of `a`,
 * so that the last lane of each group holds the group's sum. Lanes before the first count as 0. The sum is taken modulo
 * 2^width(total).
 */
export function sumLanes(asm: Assembler, a: Field, total: Field, lanes: number, signed = false): void {
  if (!Number.isInteger(Math.log2(lanes)) || lanes < 1) asm.fail(`${lanes} lanes are summed; give a power of two`);
  const moved = asm.scratch('moved', fieldWidth(total));
  const spare = asm.scratch('zero and carry', 2);
  const [zero, carry] = [bit(spare, 0), bit(spare, 1)];
  asm.constant(0, [zero]);
  const wide = extended(a, fieldWidth(total), signed ? topBit(a) : zero);
  for (const [i, line] of wide.entries()) asm.step(line, 'copy', [bit(total, i)]);
  for (let distance = 1; distance < lanes; distance *= 2) {
    shiftFieldLanes(asm, total, moved, distance);
    asm.constant(0, [carry]);
    for (const [i, line] of moved.lines.entries()) asm.accumulateBit(line, bit(total, i), carry);
  }
  asm.free(moved, spare);
}
