import type { Assembler } from './assembler.js';

/**
 * total += value modulo 2^lines, in every lane; value may be negative.
 * 4 steps a bit, from the lowest 1 of the constant upwards.
 */
export function addConstant(asm: Assembler, value: bigint, total: readonly number[]): void {
  const pattern = BigInt.asUintN(total.length, value);
  const first = total.findIndex((_, i) => ((pattern >> BigInt(i)) & 1n) !== 0n);
  if (first < 0) return;
  const spare = asm.scratch('one, zero and carry', 3);
  const [one, zero, carry] = spare.lines as [number, number, number];
  asm.constant(1, [one]);
  asm.constant(0, [zero, carry]);
  for (const [i, line] of total.entries()) {
    // Nothing happens below the lowest 1 of the constant.
    if (i < first) continue;
    asm.accumulateBit(((pattern >> BigInt(i)) & 1n) !== 0n ? one : zero, line, carry);
  }
  asm.free(spare);
}
