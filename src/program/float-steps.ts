import type { FloatFormat } from '../number/index.js';
import type { Assembler } from './assembler.js';
import { ones, type FloatParts } from './float-fields.js';
import { decrementMatched, incrementMatched } from './integer.js';

/** How results are rounded: IEEE 754 with subnormals and ties to even, or truncation without subnormals. */
export type Variant = 'exact' | 'flush';

/** `bits`: a search for each bit of the distance; `sweep`: a search for each distance, as in Wang et al., ISCAS 2020. */
export type Alignment = 'bits' | 'sweep';

/** Narrows the mask to the lanes in which `line` is `value`. */
export interface Condition {
  readonly line: number;
  readonly value: 0 | 1;
}

/**
 * Shifts a significand right in each lane by its own distance; line 0 is the sticky bit, which keeps the OR of all that is
 * shifted through it. Any distance is right, however large. Only lanes that fulfil `when` move.
 */
export function shiftRightSticky(
  asm: Assembler,
  significand: readonly number[],
  distance: readonly number[],
  options: { readonly when?: Condition; readonly alignment?: Alignment } = {},
): void {
  const { when, alignment = 'bits' } = options;
  const stages = Math.ceil(Math.log2(significand.length));
  if (distance.length > stages) {
    asm.search(significand, 0n, { invert: true });
    asm.search(distance.slice(stages), 0n, { combine: 'and', invert: true });
    alsoFind(asm, when);
    asm.constant(0, significand.slice(1), 'matched');
    asm.constant(1, [significand[0]!], 'matched');
  }
  const low = distance.slice(0, stages);
  if (alignment === 'sweep') {
    // A lane matches one candidate at most, because its distance stays.
    for (let amount = 1; amount < 2 ** low.length; amount++) {
      moveRight(asm, significand, amount, (combine) => {
        asm.search(low, BigInt(amount), { combine });
        alsoFind(asm, when);
      });
    }
    return;
  }
  for (let j = low.length - 1; j >= 0; j--) {
    moveRight(asm, significand, 2 ** j, (combine) => {
      asm.search([low[j]!], 1n, { combine });
      alsoFind(asm, when);
    });
  }
}

/** Moves the lanes that `find` finds by a constant; its search replaces the mask (`set`) or narrows it (`and`). */
function moveRight(
  asm: Assembler,
  significand: readonly number[],
  amount: number,
  find: (combine: 'set' | 'and') => void,
): void {
  const [sticky, ...rest] = significand as readonly [number, ...number[]];
  const leaving = rest.slice(0, amount);
  if (leaving.length <= 3) {
    find('set');
    for (const line of leaving) asm.step(line, 'set', [sticky], { lanes: 'matched' });
  } else {
    asm.search(leaving, 0n, { invert: true });
    find('and');
    asm.constant(1, [sticky], 'matched');
    find('set');
  }
  for (let i = 0; i + amount < rest.length; i++) asm.step(rest[i + amount]!, 'copy', [rest[i]!], { lanes: 'matched' });
  asm.constant(0, rest.slice(Math.max(0, rest.length - amount)), 'matched');
}

function alsoFind(asm: Assembler, when: Condition | undefined): void {
  if (when) asm.search([when.line], BigInt(when.value), { combine: 'and' });
}

/**
 * Shifts a significand left, in each lane until its top line is 1 or `allowance` is used up, and takes the distance from
 * `allowance`. `farthest` is the longest distance that can be needed. With `when`, other lanes stay.
 */
export function normaliseLeft(
  asm: Assembler,
  significand: readonly number[],
  allowance: readonly number[],
  options: { readonly farthest: number; readonly when?: Condition },
): void {
  const width = significand.length;
  for (let j = Math.floor(Math.log2(options.farthest)); j >= 0; j--) {
    const amount = 2 ** j;
    const counter = allowance.slice(j);
    if (counter.length === 0 || amount > width) continue;
    asm.search(counter, 0n, { invert: true });
    asm.search(significand.slice(width - amount), 0n, { combine: 'and' });
    alsoFind(asm, options.when);
    for (let i = width - 1; i >= amount; i--) {
      asm.step(significand[i - amount]!, 'copy', [significand[i]!], { lanes: 'matched' });
    }
    asm.constant(0, significand.slice(0, amount), 'matched');
    decrementMatched(asm, counter.slice(0, -1));
    asm.complement(counter.slice(-1), 'matched');
  }
}

/** Where a significand lies before it is rounded: from the sticky line up to the hidden bit. */
export interface Significand {
  /** Lines below the fraction: sticky bits, and the round bit on top. */
  readonly below: readonly number[];
  readonly fraction: readonly number[];
  readonly hidden: number;
}

/**
 * Rounds to nearest, ties to even, and adds the hidden bit to the exponent field, which then is right for normal and
 * subnormal numbers alike; a carry out of the fraction runs on into the exponent.
 */
export function roundToNearestEven(asm: Assembler, significand: Significand, exponent: readonly number[]): void {
  const { below, fraction, hidden } = significand;
  const roundBit = below[below.length - 1]!;
  // Up, if the round bit is set, except in a tie (nothing sticky) with an even fraction.
  const tieToEven = 1n << BigInt(below.length - 1);
  asm.search([...below, fraction[0]!], tieToEven, { invert: true });
  asm.search([roundBit], 1n, { combine: 'and' });
  incrementMatched(asm, fraction);
  const carry = asm.scratch('carry', 1);
  asm.constant(0, carry.lines);
  asm.constant(1, carry.lines, 'matched');
  asm.accumulateBit(hidden, exponent[0]!, carry.lines[0]!);
  asm.search(carry.lines, 1n);
  incrementMatched(asm, exponent.slice(1, -1));
  asm.complement(exponent.slice(-1), 'matched');
  asm.free(carry);
}

/** Gathers all lines below the round bit (the last) into the one just under it, as its OR. */
export function gatherSticky(asm: Assembler, below: readonly number[]): void {
  const sticky = below.slice(0, -1);
  if (sticky.length < 2) return;
  asm.search(sticky, 0n, { invert: true });
  asm.constant(1, sticky.slice(-1), 'matched');
}

/** Truncates: adds the hidden bit to the exponent field, and makes zero of what has no hidden bit. */
export function truncateAndFlush(asm: Assembler, significand: Significand, exponent: readonly number[]): void {
  asm.search([significand.hidden], 1n);
  asm.constant(0, [...significand.fraction, ...exponent], 'unmatched');
  incrementMatched(asm, exponent.slice(0, -1));
  asm.complement(exponent.slice(-1), 'matched');
}

/**
 * Puts what the format prescribes in place of a number that is too large. `exponent` may have lines above the format's
 * exponent field, which hold the excess.
 */
export function replaceOverflow(
  asm: Assembler,
  format: FloatFormat,
  result: FloatParts,
  exponent: readonly number[],
  variant: Variant,
): void {
  if (format.hasInfinity) asm.search(result.exponent, ones(format.exponentBits));
  else asm.search(result.magnitude, ones(result.magnitude.length));
  for (const line of exponent.slice(format.exponentBits)) asm.search([line], 1n, { combine: 'or' });
  if (variant === 'exact') {
    writeInfinityMatched(asm, format, result);
  } else {
    // Truncation stops at the largest finite number.
    asm.constant(1, result.magnitude, 'matched');
    asm.constant(0, [format.hasInfinity ? result.exponent[0]! : result.fraction[0]!], 'matched');
  }
}

/** In the lanes of the mask: infinity of the sign that stands already, or the only NaN of a format without infinity. */
export function writeInfinityMatched(asm: Assembler, format: FloatFormat, result: FloatParts): void {
  asm.constant(1, result.exponent, 'matched');
  asm.constant(format.hasInfinity ? 0 : 1, result.fraction, 'matched');
  if (!format.hasInfinity) asm.constant(0, [result.sign], 'matched');
}

/** In the lanes of the mask: the canonical NaN, positive and quiet without payload. */
export function writeNaNMatched(asm: Assembler, format: FloatFormat, result: FloatParts): void {
  asm.constant(1, result.exponent, 'matched');
  asm.constant(format.hasInfinity ? 0 : 1, result.fraction.slice(0, -1), 'matched');
  asm.constant(1, result.fraction.slice(-1), 'matched');
  asm.constant(0, [result.sign], 'matched');
}

/** Sets `flag` in the lanes in which the operand is NaN. */
export function flagNaN(asm: Assembler, format: FloatFormat, operand: FloatParts, flag: number): void {
  if (format.hasInfinity) {
    asm.search(operand.fraction, 0n, { invert: true });
    asm.search(operand.exponent, ones(format.exponentBits), { combine: 'and' });
  } else {
    asm.search(operand.magnitude, ones(operand.magnitude.length));
  }
  asm.constant(1, [flag], 'matched');
}

/** Key of an infinite magnitude. */
export function infinityKey(format: FloatFormat): bigint {
  return ones(format.exponentBits) << BigInt(format.fractionBits);
}
