import { expect } from 'vitest';
import { type RoundingMode, roundingModes } from '../../src/number/index.js';
import type { Outcome } from './rational-reference.js';

/** Compares bits and flags in all five modes; builds an assertion, which is slow, only for a difference. */
export function compareOutcomes(
  wanted: readonly Outcome[],
  unit: { readonly flags: number },
  operate: (mode: RoundingMode) => number | bigint,
  label: () => string,
): void {
  for (const mode of roundingModes) {
    const bits = BigInt(operate(mode));
    const { flags } = unit;
    const expected = wanted[mode]!;
    if (bits !== expected.bits || flags !== expected.flags) {
      const at = `${label()} mode ${mode}`;
      expect({ at, bits, flags }).toEqual({ at, ...expected });
    }
  }
}
