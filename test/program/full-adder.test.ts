import { describe, expect, test } from 'vitest';

/**
 * Searches all short programs of one bit of addition. A cell is the truth table of what it holds, over all inputs; a step
 * senses one cell and writes any set of others with one operation.
 */
interface Search {
  /** Truth tables of the cells at the start, over `inputs` input combinations. */
  readonly cells: readonly number[];
  readonly inputs: number;
  readonly sum: number;
  readonly carry: number;
  /** Cells that must not be written. */
  readonly kept: number;
}

function reachable({ cells, inputs, sum, carry, kept }: Search, steps: number): boolean {
  const all = 2 ** inputs - 1;
  const writable = (1 << cells.length) - 1 - kept;
  const visit = (state: readonly number[], left: number): boolean => {
    if (state.includes(sum) && state.includes(carry)) return true;
    if (left === 0) return false;
    for (const [sense, bits] of state.entries()) {
      for (const value of [bits, ~bits & all]) {
        for (let operation = 0; operation < 4; operation++) {
          for (let targets = 1; targets <= writable; targets++) {
            if ((targets & ~writable) !== 0 || ((targets >> sense) & 1) !== 0) continue;
            const next = state.map((old, cell) => {
              if (((targets >> cell) & 1) === 0) return old;
              return [old | value, old & ~value, old ^ value, value][operation]!;
            });
            if (visit(next, left - 1)) return true;
          }
        }
      }
    }
    return false;
  };
  return visit(cells, steps);
}

/** Truth table of a function of the bits of the input number. */
function table(inputs: number, of: (bit: (index: number) => number) => number): number {
  let result = 0;
  for (let i = 0; i < inputs; i++) result |= of((index) => (i >> index) & 1) << i;
  return result;
}

function sumAndCarry(inputs: number): { readonly sum: number; readonly carry: number } {
  return {
    sum: table(inputs, (bit) => bit(0) ^ bit(1) ^ bit(2)),
    carry: table(inputs, (bit) => (bit(0) + bit(1) + bit(2) > 1 ? 1 : 0)),
  };
}

describe('four steps a bit are the fewest', () => {
  const variable = (index: number, inputs: number): number => table(inputs, (bit) => bit(index));

  test('in place, on three cells with the addend kept', () => {
    const search = { cells: [0, 1, 2].map((i) => variable(i, 8)), inputs: 8, kept: 1, ...sumAndCarry(8) };
    expect(reachable(search, 3)).toBe(false);
    expect(reachable(search, 4)).toBe(true);
  });

  test('on four cells with both operands kept and any value in the fourth', () => {
    const search = { cells: [0, 1, 2, 3].map((i) => variable(i, 16)), inputs: 16, kept: 3, ...sumAndCarry(16) };
    expect(reachable(search, 3)).toBe(false);
    expect(reachable(search, 4)).toBe(true);
  });

  test('not even if the operands may be lost', () => {
    const search = { cells: [0, 1, 2].map((i) => variable(i, 8)), inputs: 8, kept: 0, ...sumAndCarry(8) };
    expect(reachable(search, 3)).toBe(false);
  });
});
