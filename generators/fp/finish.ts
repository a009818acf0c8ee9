import { bits, type Bits, bool, type Bool, concat, constant, mux, named, type Signal } from '../../src/hdl/index.js';
import type { FloatShape } from './float-shape.js';
import { type Direction, direction, type Mode, overflowsToInfinity, roundsUp } from './rounding.js';
import { addWithCarry, anyTrue, gate, join, no, sliceIfAny, zeros } from './words.js';

/** A normalised magnitude: hidden bit, fraction, two bits that follow, and whether ones follow these. */
export interface Normalised {
  readonly sign: Signal<Bool>;
  readonly exponentBelow: Signal<Bits>;
  /** fractionBits + 3 bits. */
  readonly word: Signal<Bits>;
  readonly sticky: Signal<Bool>;
  readonly mode: Mode;
}

export interface Rounded {
  readonly sign: Signal<Bool>;
  /** Exponent and fraction in one, wide enough to show an overflow. */
  readonly magnitude: Signal<Bits>;
  readonly inexact: Signal<Bool>;
  /** Below the smallest normal after rounding to full precision with an unbounded exponent; where flushed, nonzero. */
  readonly tiny: Signal<Bool>;
  readonly toInfinity: Signal<Bool>;
}

/** What special operands make of the result; at most one of `nan`, `infinite` and `overflow` holds. */
export interface Specials {
  readonly nan: Signal<Bool>;
  readonly infinite: Signal<Bool>;
  /** Sign of an infinite result. */
  readonly sign: Signal<Bool>;
  readonly invalid: Signal<Bool>;
  readonly divideByZero: Signal<Bool>;
  /** An infinity where the format, or saturation, has no place for one: an overflow in every rounding mode. */
  readonly overflow?: Signal<Bool>;
}

export interface Result {
  readonly result: Signal<Bits>;
  readonly flags: Signal<Bits>;
}

export interface FinishOptions {
  readonly format: FloatShape;
  readonly flush: boolean;
  readonly saturate: boolean;
  /** True where a result below the smallest normal number is always exact, as a sum is: it never underflows. */
  readonly exactBelowNormal?: boolean;
  /** The carry of rounding looks ahead: fewer levels for a few gates more. */
  readonly carryAhead?: boolean;
}

/** Rounds once: one adder takes exponent, hidden bit, fraction and the increment together. */
export function round({ sign, exponentBelow, word, sticky, mode }: Normalised, options: FinishOptions): Rounded {
  const { fractionBits } = options.format;
  const fraction = word.slice(fractionBits + 1, 2);
  const hidden = word.top();
  const half = word.bit(1);
  const next = word.bit(0);
  const rest = next.or(sticky);
  const chosen = direction(mode, sign);
  const up = named(roundsUp(chosen, fraction.bit(0), half, rest), 'round_up');
  const width = Math.max(exponentBelow.width, options.format.exponentBits);
  const magnitude = named(
    incremented(concat(exponentBelow.resize(width), fraction), hidden, fractionBits, up, options.carryAhead ?? false),
    'rounded_magnitude',
  );
  const carried = magnitude.bit(fractionBits).and(hidden.not());
  const reaches = options.exactBelowNormal === true ? no() : carried.and(half).and(reachesNormal(chosen, next, sticky));
  // Where nothing is flushed, only an inexact result underflows, and that is no zero.
  const nonzero = options.flush ? anyTrue(fraction.any(), half, rest) : constant(bool(), 1);
  return {
    sign,
    magnitude,
    inexact: named(half.or(rest), 'discarded'),
    tiny: named(hidden.not().and(reaches.not()).and(nonzero), 'tiny'),
    toInfinity: overflowsToInfinity(chosen),
  };
}

/**
 * word + hidden · 2^place + up. Looked ahead, the carry into the upper half of the fraction does not wait for the lower
 * half's sum: it is known where all ones are below. That is a few gates more and half the way.
 */
function incremented(
  word: Signal<Bits>,
  hidden: Signal<Bool>,
  place: number,
  up: Signal<Bool>,
  carryAhead: boolean,
): Signal<Bits> {
  const middle = carryAhead ? Math.floor(place / 2) : 0;
  const lower = sliceIfAny(word, middle - 1, 0);
  const upper = word.slice(word.width - 1, middle);
  const hiddenPart = join(zeros(word.width - place - 1), hidden, zeros(place - middle));
  const carry = lower === undefined ? up : lower.all().and(up);
  return join(addWithCarry(upper, hiddenPart, carry), lower?.add(up.resize(middle)));
}

/** With one bit more of precision, all bits that are kept are ones: does rounding carry out of them? */
function reachesNormal(chosen: Direction, next: Signal<Bool>, sticky: Signal<Bool>): Signal<Bool> {
  return roundsUp(chosen, constant(bits(1), 1), next, sticky);
}

/** Overflow, flushing and special operands, then sign, exponent and fraction side by side, and the flags. */
export function pack(rounded: Rounded, specials: Specials, options: FinishOptions): Result {
  const { format, flush, saturate } = options;
  const { exponentBits, fractionBits, hasInfinity } = format;
  const { magnitude, tiny, toInfinity } = rounded;
  const bodyBits = exponentBits + fractionBits;
  const body = magnitude.slice(bodyBits - 1, 0);
  const above = magnitude.width > bodyBits ? magnitude.slice(magnitude.width - 1, bodyBits).any() : no();
  const topBody = hasInfinity ? body.slice(bodyBits - 1, fractionBits) : body;
  const displaced = specials.overflow ?? no();
  const regular = named(anyTrue(specials.nan, specials.infinite, displaced).not(), 'regular');
  const overflow = named(above.or(topBody.all()).and(regular), 'overflow');
  const flushed = flush ? tiny.and(regular) : no();

  const bounded = saturate ? overflow : overflow.and(toInfinity.not());
  const saturated = hasInfinity || !saturate ? bounded : bounded.or(specials.infinite);
  const largest = named(saturate ? saturated.or(displaced) : saturated, 'largest');
  const infinite = specials.infinite.or(saturate ? no() : overflow.and(toInfinity));
  const undefinedValue = saturate ? specials.nan : specials.nan.or(displaced);
  const nan = hasInfinity || saturate ? undefinedValue : undefinedValue.or(infinite);
  const exceptional = named(anyTrue(specials.nan, specials.infinite, displaced, overflow), 'exceptional');
  const fixed = hasInfinity
    ? ieeeException(nan, largest, format)
    : concat(constant(bits(bodyBits - 1), 2n ** BigInt(bodyBits - 1) - 1n), nan);
  const finite = flush ? gate(body, flushed.not()) : body;
  const sign = mux(specials.infinite, specials.sign, rounded.sign).and(nan.not());
  const result = concat(named(sign, 'result_sign'), mux(exceptional, fixed, finite));

  const lost = rounded.inexact.and(regular);
  const underflow = flush ? flushed : options.exactBelowNormal === true ? no() : tiny.and(lost);
  const flags = concat(
    specials.invalid,
    specials.divideByZero,
    overflow.or(displaced),
    underflow,
    anyTrue(lost, overflow, displaced, flush ? flushed : no()),
  );
  return { result, flags };
}

/** Exponent and fraction of NaN, of the largest finite value, or of infinity. */
function ieeeException(nan: Signal<Bool>, largest: Signal<Bool>, format: FloatShape): Signal<Bits> {
  const { exponentBits, fractionBits } = format;
  const ones = constant(bits(exponentBits - 1), 2n ** BigInt(exponentBits - 1) - 1n);
  const low = fractionBits > 1 ? largest.repeat(fractionBits - 1) : undefined;
  return join(ones, largest.not(), nan.or(largest), low);
}
