import { describe, expect, it } from 'vitest';
import {
  type Arithmetic,
  arithmetic,
  type ArithmeticOptions,
  Flag,
  type FloatFormat,
  parseFormat,
  wideArithmetic,
} from '../../src/number/index.js';
import { patternSource, trials } from './patterns.js';
import { compareDyadic } from './rational-reference.js';
import { operand, signedValue } from './reference-operations.js';

interface Relation {
  /** Sign of a - b, or undefined when unordered. */
  readonly order: number | undefined;
  readonly signalling: boolean;
}

function relate(format: FloatFormat, a: bigint, b: bigint, flush: boolean): Relation {
  const [x, y] = [operand(format, a, flush), operand(format, b, flush)];
  const signalling = [x, y].some((value) => value.kind === 'nan' && value.signalling);
  if (x.kind === 'nan' || y.kind === 'nan') return { order: undefined, signalling };
  const rank = (value: typeof x) => (value.kind === 'number' ? 0 : value.negative ? -1 : 1);
  if (x.kind === 'infinity' || y.kind === 'infinity') return { order: Math.sign(rank(x) - rank(y)), signalling };
  return { order: compareDyadic(signedValue(x), signedValue(y)), signalling };
}

/** The operand with a flushed subnormal made zero, and NaN made canonical. */
function settled(format: FloatFormat, bits: bigint, flush: boolean): bigint {
  const value = operand(format, bits, flush);
  if (value.kind === 'nan') return format.canonicalNaN;
  if (value.kind === 'number' && value.value.n === 0n) return value.negative ? 1n << BigInt(format.width - 1) : 0n;
  return bits;
}

function check<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  wrap: (bits: bigint) => Bits,
  flush: boolean,
  [a, b]: readonly [bigint, bigint],
): void {
  const { format } = unit;
  const { order, signalling } = relate(format, a, b, flush);
  const [x, y] = [wrap(a), wrap(b)];
  const quiet = signalling ? Flag.invalid : 0;
  const ordered = order === undefined ? Flag.invalid : 0;
  const [first, second] = [settled(format, a, flush), settled(format, b, flush)];
  let low = first;
  let high = second;
  if (order === undefined) {
    // A number beats a NaN.
    const number = operand(format, a, flush).kind === 'nan' ? second : first;
    low = number;
    high = number;
  } else if (order > 0 || (order === 0 && first < second)) {
    // Equal values of two patterns are zeros: the pattern with the sign is the greater number and the lesser value.
    low = second;
    high = first;
  }
  /** One operation's result and flags; builds an assertion, which is slow, only for a difference. */
  const expectResult = (name: string, found: boolean | bigint, wanted: boolean | bigint, flags: number): void => {
    if (found === wanted && unit.flags === flags) return;
    const at = `${format.name} ${name} ${a} ${b}`;
    expect({ at, found, flags: unit.flags }).toEqual({ at, found: wanted, flags });
  };
  expectResult('equal', unit.equal(x, y), order === 0, quiet);
  expectResult('less', unit.less(x, y), order !== undefined && order < 0, ordered);
  expectResult('lessOrEqual', unit.lessOrEqual(x, y), order !== undefined && order <= 0, ordered);
  expectResult('minimum', BigInt(unit.minimum(x, y)), low, quiet);
  expectResult('maximum', BigInt(unit.maximum(x, y)), high, quiet);
}

const variants: readonly ArithmeticOptions[] = [{}, { subnormals: 'flush' }];

describe('comparisons, minimum and maximum, against exact values', () => {
  it.each(['e4m3', 'e5m2', 'e2m1', 'e3m2'])('every pair of %s', (name) => {
    const format = parseFormat(name);
    for (const options of variants) {
      const unit = arithmetic(format, options);
      for (let a = 0n; a < 1n << BigInt(format.width); a += 1n) {
        for (let b = 0n; b < 1n << BigInt(format.width); b += 1n) {
          check(unit, Number, options.subnormals === 'flush', [a, b]);
        }
      }
    }
  });

  it.each(['fp32', 'fp16', 'bf16', 'tf32', 'e2m29'])('%s on numbers', (name) => {
    const format = parseFormat(name);
    for (const options of variants) {
      const unit = arithmetic(format, options);
      const next = patternSource(format, 51);
      for (let trial = 0; trial < trials(5_000); trial += 1) {
        check(unit, Number, options.subnormals === 'flush', [next(), next()]);
      }
    }
  });

  it.each(['fp64', 'fp32', 'e4m3', 'e2m52'])('%s on bigints', (name) => {
    const format = parseFormat(name);
    for (const options of variants) {
      const unit = wideArithmetic(format, options);
      const next = patternSource(format, 52);
      for (let trial = 0; trial < trials(5_000); trial += 1) {
        check(unit, BigInt, options.subnormals === 'flush', [next(), next()]);
      }
    }
  });
});
