import { bitsFor, type Bits, type Bool, concat, mux, named, type Signal } from '../../src/hdl/index.js';
import type { Shifted } from './shift.js';
import { anyOf, anyTrue, gate, join, no, sliceIfAny, zeros } from './words.js';

/**
 * An exact magnitude before rounding: `window` has a point at its top, `sticky` says that ones follow below it. `below`
 * is the biased exponent of the word's top bit minus 1, where the word is the window with `rightRoom` zeros above it:
 * unsigned, or two's complement and then negative only where there is such room.
 */
export interface Magnitude {
  readonly window: Signal<Bits>;
  readonly sticky: Signal<Bool>;
  readonly below: Signal;
  /** Window and sticky are zero, where that is known before the window is. */
  readonly zero?: Signal<Bool>;
}

/** A magnitude whose leading one is on its way to the top. */
export interface Normalising extends Shifted {
  /** Biased exponent of the word's top bit, minus 1, before it moves; not negative. */
  readonly below: Signal;
  /** The places that are decided, the largest first. */
  readonly moves: readonly Signal<Bool>[];
  /** So far down that no subnormal can come of it: what is left of `below` is no limit. */
  readonly free: Signal<Bool>;
  /** A zero has a `below` of 0. */
  readonly knowsZero: boolean;
}

export interface NormaliseShape {
  /** Bits that stay for rounding: the significand and what follows it. */
  readonly keep: number;
  /** How far the window may have to move right; 0 where `below` is never negative. */
  readonly rightRoom: number;
  /** Leading zeros beyond these occur in zeros and subnormals only, whose distance `below` tells. */
  readonly largestShift: number;
}

/** Bits of the distance that a word moves to the left. */
export function shiftPlaces({ rightRoom, largestShift }: NormaliseShape): number {
  return bitsFor(largestShift + rightRoom + 1);
}

/** The window as the steps below take it: a right shift becomes a shorter left shift of a word with room above. */
export function beforeNormalising({ window, sticky, below, zero }: Magnitude, shape: NormaliseShape): Normalising {
  const { keep, rightRoom } = shape;
  const word = join(zeros(rightRoom), window, zeros(keep - rightRoom - window.width));
  const places = shiftPlaces(shape);
  const magnitude = below.signed ? below.slice(below.width - 2, 0) : below.asUnsigned();
  const stays = anyTrue(zero ?? no(), below.signed && rightRoom > 0 ? below.top() : no());
  const limit = named(gate(magnitude.resize(Math.max(places, magnitude.width)), stays.not()), 'top_below');
  const free = anyOf(limit, limit.width - 1, places);
  return { word, sticky, below: limit, moves: [], free, knowsZero: zero !== undefined };
}

/**
 * One step of a move by min(leading zeros, below): by 2^place where so many bits at the top are zeros and `below` has as
 * much left. Where it has and a one stands among them, fewer zeros lead than `below` allows, in all further steps.
 */
export function normalisePlace(from: Normalising, place: number, keep: number): Normalising {
  const { word, below, free } = from;
  const distance = 2 ** place;
  const lowest = Math.max(0, word.width - distance);
  const allowed = named(free.or(below.bit(place)), `allowed_${distance}`);
  const ones = named(anyOf(word, word.width - 1, lowest), `leads_${distance}`);
  const moves = named(allowed.and(ones.not()), `moves_${distance}`);
  const moved = join(sliceIfAny(word, word.width - 1 - distance, 0), zeros(Math.min(distance, word.width)));
  const all = named(mux(moves, moved, word), `normalised_by_${distance}`);
  // What can no longer come to the top is dropped.
  const spare = Math.max(0, word.width - (keep + distance - 1));
  return {
    ...from,
    word: all.slice(all.width - 1, spare),
    sticky: named(from.sticky.or(anyOf(all, spare - 1, 0)), `normalised_sticky_${distance}`),
    moves: [...from.moves, moves],
    free: free.or(allowed.and(ones)),
  };
}

/** A word of `keep` bits with its leading one at the top, or a subnormal or zero. */
export interface Placed extends Shifted {
  /** Biased exponent minus 1, or 0 for a subnormal: the hidden bit adds the rest. */
  readonly exponentBelow: Signal<Bits>;
}

export function normalised({ word, sticky, below, moves, knowsZero }: Normalising): Placed {
  // The top exponent may be all ones, and the hidden bit is still to come.
  const width = Math.max(below.width, moves.length) + 1;
  const amount = named(moves.length > 0 ? concat(...moves) : no(), 'normalise_amount');
  const difference = below.resize(width).subtract(amount.resize(width)).asUnsigned();
  const exponentBelow = knowsZero ? difference : gate(difference, word.top());
  return { word, sticky, exponentBelow: named(exponentBelow, 'exponent_below') };
}
