import { bits, bitsFor, type Bits, type Bool, constant, mux, named, type Signal } from '../../src/hdl/index.js';
import { leadingZeros } from './leading-zeros.js';
import { type Shifted, shiftLeftKeeping } from './shift.js';
import { anyTrue, gate, join, zeros } from './words.js';

/**
 * An exact magnitude before rounding: `window` has a point at its top, `below` is the biased exponent of the top bit
 * minus 1 (unsigned, or two's complement of w bits and then at least -2^(w - 2)), `sticky` says that ones follow below the window.
 */
export interface Magnitude {
  readonly window: Signal<Bits>;
  readonly sticky: Signal<Bool>;
  readonly below: Signal;
}

/** A magnitude with the distance that its leading one has to move. */
export interface Counted extends Magnitude {
  readonly amount: Signal<Bits>;
  /** Biased exponent minus 1, or 0 for a subnormal: the hidden bit adds the rest. */
  readonly exponentBelow: Signal<Bits>;
}

export interface NormaliseShape {
  /** Bits that stay for rounding: the significand and what follows it. */
  readonly keep: number;
  /** How far the window may have to move right, at least `keep`; 0 where `below` is never negative. */
  readonly rightRoom: number;
  /** Leading zeros beyond these occur in zeros and subnormals only, whose distance `below` tells. */
  readonly largestShift: number;
}

/**
 * The leading one moves to the top, or as far as the smallest exponent lets it: a distance of
 * min(leading zeros, below), which is negative where the result is a subnormal that reaches below the window.
 */
export function countShift(magnitude: Magnitude, { rightRoom, largestShift }: NormaliseShape): Counted {
  const { window, below } = magnitude;
  const zeroCount = leadingZeros(window.slice(window.width - 1, window.width - 1 - largestShift), 'leading_zeros');
  // An exponent may be as large as its word lets it, and the hidden bit is still to come.
  const width = Math.max(below.width + (below.signed ? 1 : 2), zeroCount.count.width + 2);
  const signed = (word: Signal): Signal => (word.signed ? word : word.resize(word.width + 1).asSigned()).resize(width);
  const difference = named(signed(below).subtract(signed(zeroCount.count)), 'exponent_difference');
  const clamped = named(anyTrue(difference.top(), zeroCount.zero), 'clamped');
  const exponentBelow = gate(difference.slice(width - 2, 0), clamped.not());
  const places = bitsFor(largestShift + rightRoom + 1);
  const least = rightRoom === 0 ? below.asUnsigned().resize(places) : clampedDistance(below, rightRoom, places);
  const count = zeroCount.count.resize(places).add(constant(bits(places), rightRoom));
  const amount = mux(clamped, least.asUnsigned(), rightRoom === 0 ? zeroCount.count.resize(places) : count);
  return { ...magnitude, amount: named(amount.asUnsigned(), 'normalise_amount'), exponentBelow };
}

/** max(0, below + room) in `places` bits; where the sum does not fit, it is not used. */
function clampedDistance(below: Signal, room: number, places: number): Signal {
  const width = Math.max(below.width, bitsFor(room + 1) + 1) + 1;
  const distance = below.resize(width).add(constant({ kind: 'signedBits', width, signed: true }, room));
  return gate(distance.asUnsigned().resize(places), distance.top().not());
}

/** The window as the shifter takes it: room for a right shift above, and at least `keep` bits. */
export function beforeShift({ window, sticky }: Magnitude, { keep, rightRoom }: NormaliseShape): Shifted {
  const width = rightRoom + window.width;
  return { word: join(zeros(rightRoom), window, zeros(keep - width)), sticky };
}

/** Moves the leading one to its place; the word that stays has `keep` bits. */
export function normalise(from: Shifted, amount: Signal, keep: number, high: number, low: number): Shifted {
  return shiftLeftKeeping(from, amount, keep, { high, low }, 'normalised');
}
