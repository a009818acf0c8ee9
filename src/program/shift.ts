import type { Assembler } from './assembler.js';
import { bit, fieldWidth, type Field } from './field.js';
import { sameWidth } from './integer.js';

export type ShiftDirection = 'left' | 'right';

/** result = a shifted by a constant; vacated bits are 0, or the sign for an arithmetic right shift. One step a bit. */
export function shiftByConstant(
  asm: Assembler,
  a: Field,
  result: Field,
  direction: ShiftDirection,
  distance: number,
  arithmetic = false,
): void {
  sameWidth(asm, a, result);
  const width = fieldWidth(a);
  const vacated: number[] = [];
  for (let i = 0; i < width; i++) {
    const from = direction === 'left' ? i - distance : i + distance;
    if (from >= 0 && from < width) asm.step(bit(a, from), 'copy', [bit(result, i)]);
    else vacated.push(bit(result, i));
  }
  if (arithmetic && direction === 'right') asm.step(bit(a, width - 1), 'copy', vacated);
  else asm.constant(0, vacated);
}

/**
 * Shifts a field in place by a number that differs from lane to lane: a search for each bit of the distance, and the lanes
 * that match move together. Distances of the field's width and more leave only vacated bits.
 */
export function shiftByField(
  asm: Assembler,
  field: Field,
  distance: Field,
  direction: ShiftDirection,
  arithmetic = false,
): void {
  const width = fieldWidth(field);
  // Left shifts move the lines in the opposite order.
  const lines = direction === 'right' ? field.lines : [...field.lines].reverse();
  const sign = arithmetic && direction === 'right' ? lines[width - 1]! : undefined;
  const clear = (targets: readonly number[]): void => {
    const others = targets.filter((line) => line !== sign);
    if (sign === undefined) asm.constant(0, others, 'matched');
    else asm.step(sign, 'copy', others, { lanes: 'matched' });
  };
  for (const [j, distanceLine] of distance.lines.entries()) {
    const step = 2 ** j;
    asm.search([distanceLine], 1n);
    for (let i = 0; i + step < width; i++) asm.step(lines[i + step]!, 'copy', [lines[i]!], { lanes: 'matched' });
    clear(lines.slice(Math.max(0, width - step)));
  }
}
