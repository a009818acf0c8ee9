import { type FloatFormat, type RoundingMode, wideArithmetic } from '../../../src/number/index.js';
import { patternSource, wordSource } from '../../number/patterns.js';

/** Operands of one operation: patterns, and a rounding mode. */
export interface Operation {
  readonly patterns: readonly bigint[];
  readonly mode: RoundingMode;
}

/** Values at every edge of a format, of both signs. */
export function specialPatterns(format: FloatFormat): bigint[] {
  const { fractionBits, width, bias, largestFinite, canonicalNaN, hasInfinity } = format;
  const unit = 1n << BigInt(fractionBits);
  const one = BigInt(bias) * unit;
  const magnitudes = new Set([
    ...[0n, 1n, 2n, 3n, unit / 2n, unit - 2n, unit - 1n, unit, unit + 1n, 2n * unit - 1n, 2n * unit],
    ...[one - 1n, one, one + 1n, one + unit / 2n, one + unit, one + 2n * unit + 1n, one - unit],
    ...[largestFinite, largestFinite - 1n, largestFinite - unit, canonicalNaN],
    ...(hasInfinity ? [largestFinite + 1n, largestFinite + 2n, canonicalNaN + 1n] : []),
  ]);
  const limit = 1n << BigInt(width - 1);
  return [...magnitudes]
    .filter((magnitude) => magnitude >= 0n && magnitude < limit)
    .flatMap((magnitude) => [magnitude, magnitude | limit]);
}

/** Every tuple of special values in every mode. */
export function specialOperations(formats: readonly FloatFormat[]): Operation[] {
  let tuples: bigint[][] = [[]];
  for (const format of formats) {
    tuples = tuples.flatMap((tuple) => specialPatterns(format).map((pattern) => [...tuple, pattern]));
  }
  return tuples.flatMap((patterns) => ([0, 1, 2, 3, 4] as const).map((mode) => ({ patterns, mode })));
}

/** Fused operations of every pair of special factors in every mode, each with some special summand. */
export function specialFused(format: FloatFormat, seed: number): Operation[] {
  const word = wordSource(seed);
  const summands = specialPatterns(format);
  return specialOperations([format, format]).map(({ patterns, mode }) => ({
    patterns: [...patterns, summands[word() % summands.length]!],
    mode,
  }));
}

export function randomOperations(formats: readonly FloatFormat[], count: number, seed: number): Operation[] {
  const sources = formats.map((format, index) => patternSource(format, seed + 77 * index));
  return Array.from({ length: count }, (_, index) => ({
    patterns: sources.map((next) => next()),
    mode: (index % 5) as RoundingMode,
  }));
}

/** Fused operations whose summand is minus the product, rounded, or a neighbour of that: most digits cancel. */
export function cancellingOperations(format: FloatFormat, count: number, seed: number): Operation[] {
  const unit = wideArithmetic(format);
  const word = wordSource(seed);
  const signBit = 1n << BigInt(format.width - 1);
  return randomOperations([format, format], count, seed).map(({ patterns: [a, b], mode }) => {
    const opposite = unit.multiply(a!, b!, mode) ^ signBit;
    const neighbour = (opposite & (signBit - 1n)) + BigInt(word() % 3) - 1n;
    const inRange = neighbour >= 0n && neighbour < signBit;
    return { patterns: [a!, b!, inRange ? (opposite & signBit) | neighbour : opposite], mode };
  });
}

/** Random operations of each campaign: SOTTO_FP_TRIALS, or the given count. */
export function trials(usual: number): number {
  const asked = process.env['SOTTO_FP_TRIALS'];
  return asked === undefined ? usual : Number(asked);
}

/**
 * Integers of a width, as unsigned words, each in every mode: both ends, powers of two and their neighbours, and random
 * ones of any size, of which there are about `count` operations.
 */
export function integerOperations(width: number, count: number, seed: number): Operation[] {
  const limit = 1n << BigInt(width);
  const word = wordSource(seed);
  const edges = Array.from({ length: width }, (_, place) => 1n << BigInt(place)).flatMap((power) => [
    power - 1n,
    power,
    power + 1n,
    limit - power,
  ]);
  const random = Array.from({ length: Math.ceil(count / 5) }, () => {
    const value = (BigInt(word()) << 96n) | (BigInt(word()) << 64n) | (BigInt(word()) << 32n) | BigInt(word());
    return BigInt.asUintN(width, value >> BigInt(word() % 128)) ^ (word() % 2 === 0 ? 0n : limit - 1n);
  });
  const values = [...edges, ...random].map((value) => BigInt.asUintN(width, value));
  return values.flatMap((value) => ([0, 1, 2, 3, 4] as const).map((mode) => ({ patterns: [value], mode })));
}
