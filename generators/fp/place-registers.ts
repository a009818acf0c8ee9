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
  const span = spanOf(steps);
  const longest = longestRun(steps, registers);
  const square = (from: number, to: number): number => span(from, to) ** 2;
  const total = (left: number, right: number): number => left + right;
  const allowed = (from: number, to: number): number => (span(from, to) > longest ? Infinity : square(from, to));
  return new Set(best(steps.length, registers, allowed, total).cuts);
}

/** The longest run of levels between registers when `registers` of them are placed best. */
export function longestRun(steps: readonly Step[], registers: number): number {
  return best(steps.length, registers, spanOf(steps), Math.max).cost;
}

function spanOf(steps: readonly Step[]): (from: number, to: number) => number {
  const sums = [0];
  for (const { levels } of steps) sums.push(sums.at(-1)! + levels);
  return (from, to) => sums[to]! - sums[from]!;
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
): Placement {
  // ways[cut]: the cheapest way to have the n-th register at this cut.
  let ways: (Placement | undefined)[] = [{ cost: 0, cuts: [] }];
  for (let placed = 0; placed < registers; placed += 1) {
    const next: (Placement | undefined)[] = [];
    for (let cut = 1; cut <= stepCount; cut += 1) {
      for (const [from, way] of ways.entries()) {
        if (way === undefined || from >= cut) continue;
        const total = join(way.cost, cost(from, cut));
        if (total < (next[cut]?.cost ?? Infinity)) next[cut] = { cost: total, cuts: [...way.cuts, cut] };
      }
    }
    ways = next;
  }
  let cheapest: Placement = { cost: Infinity, cuts: [] };
  for (const [from, way] of ways.entries()) {
    if (way === undefined) continue;
    const total = join(way.cost, cost(from, stepCount));
    if (total < cheapest.cost) cheapest = { cost: total, cuts: way.cuts };
  }
  return cheapest;
}
