import { type FloatFormat, Flag, Rounding, type RoundingMode } from '../../src/number/index.js';

/**
 * A second evaluation of floating-point arithmetic that shares no method with the one under test. A result is an exact
 * real number known only through comparisons with dyadic rationals; rounding is a binary search for its two neighbours
 * among the patterns of the format, then a comparison with the point midway. There are no shifts, guard bits or
 * sticky bits to get wrong, and no speed.
 */

/** n · 2^e. */
export interface Dyadic {
  readonly n: bigint;
  readonly e: number;
}

/** Sign of n · 2^e - |x| for the real number x in question. */
export type Compare = (point: Dyadic) => number;

export interface Outcome {
  readonly bits: bigint;
  readonly flags: number;
}

/** The value that a magnitude pattern would have if every exponent held numbers. */
export function magnitudeValue(format: FloatFormat, magnitude: bigint): Dyadic {
  const size = 2n ** BigInt(format.fractionBits);
  const field = magnitude / size;
  const fraction = magnitude % size;
  return field === 0n
    ? { n: fraction, e: 1 - format.bias - format.fractionBits }
    : { n: size + fraction, e: Number(field) - format.bias - format.fractionBits };
}

function power(e: number): bigint {
  return 2n ** BigInt(e);
}

export function compareDyadic(a: Dyadic, b: Dyadic): number {
  const e = Math.min(a.e, b.e);
  const difference = a.n * power(a.e - e) - b.n * power(b.e - e);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function midway(a: Dyadic, b: Dyadic): Dyadic {
  const e = Math.min(a.e, b.e);
  return { n: a.n * power(a.e - e) + b.n * power(b.e - e), e: e - 1 };
}

export interface ReferenceOptions {
  readonly flush: boolean;
  readonly saturate: boolean;
}

/** The rounding of a nonzero real of the given sign in each of the five modes. */
export function roundReal(
  format: FloatFormat,
  negative: boolean,
  compare: Compare,
  options: ReferenceOptions,
): readonly Outcome[] {
  let below = 0n;
  let above = format.largestFinite + 1n;
  while (above - below > 1n) {
    const middle = (below + above) / 2n;
    if (compare(magnitudeValue(format, middle)) <= 0) below = middle;
    else above = middle;
  }
  const exact = compare(magnitudeValue(format, below)) === 0;
  const midpoint = compare(midway(magnitudeValue(format, below), magnitudeValue(format, above)));
  const beyond = compare(magnitudeValue(format, above)) <= 0;
  const sign = negative ? power(format.width - 1) : 0n;

  return [0, 1, 2, 3, 4].map((mode) => {
    const tiny = isTiny(format, negative, compare, mode as RoundingMode);
    if (tiny && options.flush) return { bits: sign, flags: Flag.underflow | Flag.inexact };
    if (exact) return { bits: sign + below, flags: 0 };
    const upward = goesUp(mode as RoundingMode, negative, midpoint, below % 2n === 1n);
    if (beyond || (upward && above > format.largestFinite)) {
      const flags = Flag.overflow | Flag.inexact;
      const away = mode === Rounding.nearestEven || mode === Rounding.nearestAway || upward;
      if (options.saturate || !away) return { bits: sign + format.largestFinite, flags };
      return { bits: format.hasInfinity ? sign + format.largestFinite + 1n : format.canonicalNaN, flags };
    }
    return { bits: sign + (upward ? above : below), flags: Flag.inexact | (tiny ? Flag.underflow : 0) };
  });
}

/** Whether a real strictly between two neighbours goes to the upper; `midpoint` is the sign of midpoint - |x|. */
function goesUp(mode: RoundingMode, negative: boolean, midpoint: number, belowIsOdd: boolean): boolean {
  if (mode === Rounding.nearestEven) return midpoint < 0 || (midpoint === 0 && belowIsOdd);
  if (mode === Rounding.nearestAway) return midpoint <= 0;
  if (mode === Rounding.down) return negative;
  if (mode === Rounding.up) return !negative;
  return false;
}

/** IEEE 754-2019, 7.5 a: tiny after rounding, as if the exponent range were unbounded. */
function isTiny(format: FloatFormat, negative: boolean, compare: Compare, mode: RoundingMode): boolean {
  const smallestNormal = { n: 1n, e: 1 - format.bias };
  if (compare(smallestNormal) <= 0) return false;
  // The number before the smallest normal, in a format with one exponent more.
  const before = { n: power(format.fractionBits + 1) - 1n, e: -format.bias - format.fractionBits };
  if (compare(before) >= 0) return true;
  return !goesUp(mode, negative, compare(midway(before, smallestNormal)), true);
}
