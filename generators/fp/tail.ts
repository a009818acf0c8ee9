import { bitsFor, type Signal } from '../../src/hdl/index.js';
import type { Chain } from './chain.js';
import { type FinishOptions, pack, type Result, round, type Specials } from './finish.js';
import { adderLevels, countLevels, shifterLevels } from './levels.js';
import { beforeShift, countShift, type Magnitude, normalise } from './normalise.js';
import type { Mode } from './rounding.js';

/** An exact result with its sign, and what goes round the arithmetic. */
export interface Unrounded {
  readonly magnitude: Magnitude;
  readonly sign: Signal;
  readonly mode: Mode;
  readonly specials: Specials;
}

export interface TailShape extends FinishOptions {
  readonly windowBits: number;
  /** False where the window's top bit never lies below the smallest exponent. */
  readonly movesRight: boolean;
  /** The most leading zeros of a result that is no subnormal; default: all bits of the window but one. */
  readonly largestShift?: number;
}

/** Leading-zero count, normalisation, rounding, packing: how every unit ends that delivers a rounded number. */
export function withTail<Inputs>(front: Chain<Inputs, Unrounded>, shape: TailShape): Chain<Inputs, Result> {
  const keep = shape.format.fractionBits + 3;
  const rightRoom = shape.movesRight ? keep : 0;
  const largestShift = Math.min(shape.largestShift ?? Infinity, shape.windowBits - 1);
  const room = { keep, rightRoom, largestShift };
  const places = bitsFor(largestShift + rightRoom + 1);
  const middle = Math.floor(places / 2);
  return front
    .then('count', countLevels(largestShift + 1), ({ magnitude, ...others }) => {
      const counted = countShift(magnitude, room);
      return { ...others, counted };
    })
    .then('shift_far', shifterLevels(places - middle), ({ counted, ...others }) => {
      const { amount, exponentBelow } = counted;
      const moved = normalise(beforeShift(counted, room), amount, keep, places - 1, middle);
      return { ...others, moved, amount, exponentBelow };
    })
    .then('shift_near', shifterLevels(middle), ({ moved, amount, ...others }) => {
      const shifted = normalise(moved, amount, keep, middle - 1, 0);
      return { ...others, ...shifted };
    })
    .then('round', adderLevels(shape.format.exponentBits + shape.format.fractionBits) + 1, (signals) => {
      const rounded = round({ ...signals, sign: signals.sign.asUnsigned().bit(0) }, shape);
      return { rounded, specials: signals.specials };
    })
    .then('pack', 2, ({ rounded, specials }) => pack(rounded, specials, shape));
}
