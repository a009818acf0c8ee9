import type { Step } from './chain.js';

/** More registers were asked for than a unit has places for. */
export class StageError extends RangeError {
  override readonly name = 'StageError';
}

/**
 * Which cuts get a register: cut i stands before step i, the last cut after the last step; none stands before the first.
 * The longest run of levels between registers is as short as it can be, and among those the runs are as even as can be
 * (least sum of squares).
 *
 * @throws StageError when `registers` is no whole number, or more than there are steps
 */
export function placeRegisters(steps: readonly Step[], registers: number): ReadonlySet<number> {
  if (!Number.isInteger(registers) || registers < 0 || registers > steps.length) {
    throw new StageError(
      `${registers} pipeline stages cannot be filled; this unit takes from 0 to ${steps.length} in this configuration`,
    );
  }
  const sums = [0];
  for (const { levels } of steps) sums.push(sums.at(-1)! + levels);
  const span = (from: number, to: number): number => sums[to]! - sums[from]!;
  const longest = best(steps.length, registers, span, Math.max, Infinity).cost;
  const square = (from: number, to: number): number => span(from, to) ** 2;
  const sum = (left: number, right: number): number => left + right;
  return new Set(
    best(steps.length, registers, (from, to) => (span(from, to) > longest ? Infinity : square(from, to)), sum, Infinity)
      .cuts,
  );
}

interface Placement {
  readonly cost: number;
  readonly cuts: readonly number[];
}

/** The cheapest way to end at the last step with so many registers, by dynamic programming over the last register. */
function best(
  stepCount: number,
  registers: number,
  cost: (from: number, to: number) => number,
  join: (left: number, right: number) => number,
  none: number,
): Placement {
  // ways[cut]: the cheapest way to have the n-th register at this cut.
  let ways: (Placement | undefined)[] = [{ cost: 0, cuts: [] }];
  for (let placed = 0; placed < registers; placed += 1) {
    const next: (Placement | undefined)[] = [];
    for (let cut = 1; cut <= stepCount; cut += 1) {
      for (const [from, way] of ways.entries()) {
        if (way === undefined || from >= cut) continue;
        const total = join(way.cost, cost(from, cut));
        if (total < (next[cut]?.cost ?? none)) next[cut] = { cost: total, cuts: [...way.cuts, cut] };
      }
    }
    ways = next;
  }
  let cheapest: Placement = { cost: none, cuts: [] };
  for (const [from, way] of ways.entries()) {
    if (way === undefined) continue;
    const total = join(way.cost, cost(from, stepCount));
    if (total < cheapest.cost) cheapest = { cost: total, cuts: way.cuts };
  }
  return cheapest;
}
