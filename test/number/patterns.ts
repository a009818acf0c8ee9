import type { FloatFormat } from '../../src/number/index.js';

/** A seeded generator of unsigned 32-bit words (xorshift128, Marsaglia 2003), so that every failure repeats. */
export function wordSource(seed: number): () => number {
  let x = seed >>> 0 || 1;
  let y = 362436069;
  let z = 521288629;
  let w = 88675123;
  return () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return w;
  };
}

/**
 * A generator of bit patterns that visits the corners of a format: a third uniform, a third with sparse fractions (runs
 * of zeros or ones, where ties and carries live), a third with exponents at the ends, some a few units apart from the
 * pattern before, where cancellation happens, and zeros, infinities and NaNs.
 */
export function patternSource(format: FloatFormat, seed: number): () => bigint {
  const word = wordSource(seed);
  const wide = (bits: number): bigint => BigInt.asUintN(bits, (BigInt(word()) << 32n) | BigInt(word()));
  const fraction = (): bigint => {
    const shift = BigInt(word() % (format.fractionBits + 1));
    const run = (1n << shift) - 1n;
    const noise = word() % 4 === 0 ? 1n << BigInt(word() % format.fractionBits) : 0n;
    const value = word() % 2 === 0 ? run : ~run;
    return BigInt.asUintN(format.fractionBits, value ^ noise);
  };
  const corners = [0n, format.largestFinite, format.largestFinite + 1n, format.canonicalNaN, 1n];
  const top = 2 ** format.exponentBits - 1;
  const exponent = (): bigint => {
    const offset = word() % 3;
    const base = [0, top - offset, format.bias + (word() % (format.fractionBits + 3)) - 1, offset][word() % 4] ?? 0;
    return BigInt(Math.min(base, top));
  };
  let last = 0n;
  return () => {
    const choice = word() % 10;
    const sign = BigInt(word() % 2) << BigInt(format.width - 1);
    if (word() % 32 === 0) last = sign | BigInt.asUintN(format.width - 1, corners[word() % corners.length]!);
    else if (choice < 3) last = wide(format.width);
    else if (choice < 6) last = sign | (wide(format.exponentBits) << BigInt(format.fractionBits)) | fraction();
    else if (choice < 8) last = sign | (exponent() << BigInt(format.fractionBits)) | fraction();
    else last = BigInt.asUintN(format.width, (last ^ sign) + BigInt(word() % 5) - 2n);
    return last;
  };
}

/** Trials of each random campaign: SOTTO_NUMBER_TRIALS, or the given count. */
export function trials(usual: number): number {
  const asked = process.env['SOTTO_NUMBER_TRIALS'];
  return asked === undefined ? usual : Number(asked);
}
