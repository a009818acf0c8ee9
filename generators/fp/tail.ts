import { bitsFor, type Signal } from '../../src/hdl/index.js';
import type { Chain } from './chain.js';
import { type FinishOptions, pack, type Result, round, type Specials } from './finish.js';
import type { FloatShape } from './float-shape.js';
import { adderLevels, reduceLevels } from './levels.js';
import {
  beforeNormalising,
  type Magnitude,
  normalised,
  normalisePlace,
  type NormaliseShape,
  shiftPlaces,
} from './normalise.js';
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

/**
 * Zeros above the window where results may reach below it: enough to move all but a sticky bit out, and one less than a
 * power of two, which with a bias makes a constant of few ones.
 */
export function rightRoom({ fractionBits }: FloatShape): number {
  return 2 ** bitsFor(fractionBits + 4) - 1;
}

/** Normalisation, rounding, packing: how every unit ends that delivers a rounded number. */
export function withTail<Inputs>(front: Chain<Inputs, Unrounded>, shape: TailShape): Chain<Inputs, Result> {
  const keep = shape.format.fractionBits + 3;
  const room: NormaliseShape = {
    keep,
    rightRoom: shape.movesRight ? rightRoom(shape.format) : 0,
    largestShift: Math.min(shape.largestShift ?? Infinity, shape.windowBits - 1),
  };
  const levels = (place: number): number => reduceLevels(2 ** place) + 1;
  const first = shiftPlaces(room) - 1;
  let moving = front.then(`normalise_${2 ** first}`, levels(first), ({ magnitude, ...others }) => ({
    ...others,
    moving: normalisePlace(beforeNormalising(magnitude, room), first, keep),
  }));
  for (let place = first - 1; place >= 0; place -= 1) {
    moving = moving.then(`normalise_${2 ** place}`, levels(place), (signals) => ({
      ...signals,
      moving: normalisePlace(signals.moving, place, keep),
    }));
  }
  return moving
    .then('round', adderLevels(shape.format.exponentBits + shape.format.fractionBits) + 1, (signals) => {
      const { sign, mode, specials } = signals;
      const placed = normalised(signals.moving);
      return { rounded: round({ ...placed, sign: sign.asUnsigned().bit(0), mode }, shape), specials };
    })
    .then('pack', 2, ({ rounded, specials }) => pack(rounded, specials, shape));
}
