import { type Bool, constant, bool, type Signal } from '../../src/hdl/index.js';
import type { RoundingNumber } from './float-shape.js';

/** The rounding mode in force: a port of three bits numbered as RISC-V's `frm`, or a number known when generating. */
export type Mode = Signal | RoundingNumber;

/** Rounding modes as decisions that a sign turns into; `constant` where the mode is fixed. */
export interface Direction {
  readonly nearestEven: Signal<Bool>;
  readonly nearestAway: Signal<Bool>;
  /** Away from zero for this sign, whatever is discarded. */
  readonly outward: Signal<Bool>;
}

const yes = (value: boolean): Signal<Bool> => constant(bool(), value ? 1 : 0);

export function direction(mode: Mode, sign: Signal<Bool>): Direction {
  if (typeof mode === 'number') {
    const outward = mode === 2 ? sign : mode === 3 ? sign.not() : yes(false);
    return { nearestEven: yes(mode === 0), nearestAway: yes(mode === 4), outward };
  }
  const away = mode.bit(2);
  const directed = mode.bit(1);
  return {
    nearestEven: mode.any().not(),
    nearestAway: away,
    outward: directed.and(sign.xor(mode.bit(0))),
  };
}

/** Rounding down is in force, which makes an exact difference of zero negative. */
export function roundsDown(mode: Mode): Signal<Bool> {
  return typeof mode === 'number' ? yes(mode === 2) : mode.equals(2);
}

/** Whether the magnitude grows by one unit: `last` is its lowest bit, `half` the next, `rest` whether more follows. */
export function roundsUp(
  { nearestEven, nearestAway, outward }: Direction,
  last: Signal<Bool>,
  half: Signal<Bool>,
  rest: Signal<Bool>,
): Signal<Bool> {
  const tieOrMore = nearestEven.and(last.or(rest)).or(nearestAway);
  return half.and(tieOrMore).or(outward.and(half.or(rest)));
}

/** Whether an overflow goes to infinity; otherwise it stops at the largest finite value. */
export function overflowsToInfinity({ nearestEven, nearestAway, outward }: Direction): Signal<Bool> {
  return nearestEven.or(nearestAway).or(outward);
}
