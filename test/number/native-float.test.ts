import { describe, expect, it } from 'vitest';
import {
  type Arithmetic,
  arithmetic,
  doubleBits,
  type FloatFormat,
  fp64,
  parseFormat,
  wideArithmetic,
} from '../../src/number/index.js';
import { patternSource, trials } from './patterns.js';

/**
 * Nearest-even arithmetic against the floating-point unit of this machine.
 *
 * The machine computes in double precision; its result is rounded once more to the format. By Figueroa's theorem
 * ("When is double rounding innocuous?", 1995) that second rounding never matters for +, -, ×, / and √ when the
 * double's 53 bits are at least 2p + 2 for a format of p bits: fp32 has p = 24, all others fewer. Results that are
 * subnormal in the format have a smaller p still.
 */
const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  squareRoot: (a: number) => Math.sqrt(a),
} as const;
const names = Object.keys(operations) as (keyof typeof operations)[];

/** A double rounded to the nearest multiple of the format's unit there, by adding and subtracting 1.5·2^52 units. */
function roundInHardware(format: FloatFormat, value: number): number {
  const overflowed = format.hasInfinity ? Math.sign(value) * Infinity : Number.NaN;
  if (value === 0 || Number.isNaN(value)) return value;
  if (!Number.isFinite(value)) return overflowed;
  // Exact, unlike a logarithm: the largest power of two that is not above the value, or the smallest normal.
  let scale = 2 ** Math.max(1 - format.bias, Math.floor(Math.log2(Math.abs(value))) - 1);
  while (scale * 2 <= Math.abs(value)) scale *= 2;
  const magic = 1.5 * 2 ** 52 * 2 ** -format.fractionBits * scale;
  const rounded = Math.abs(value) + magic - magic;
  const largest = format.hasInfinity ? (2 - 2 ** -format.fractionBits) * 2 ** format.bias : 448;
  return rounded > largest ? overflowed : Math.sign(value) * rounded;
}

/** The result's value; patterns are then read by the machine too. */
function check<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  wrap: (bits: bigint) => Bits,
  read: (bits: bigint) => number,
  round: (value: number) => number,
  name: keyof typeof operations,
): void {
  const next = patternSource(unit.format, 11);
  for (let trial = 0; trial < trials(20_000); trial += 1) {
    const [a, b] = [next(), next()];
    const result = name === 'squareRoot' ? unit.squareRoot(wrap(a)) : unit[name](wrap(a), wrap(b));
    const found = read(BigInt(result));
    const wanted = round(operations[name](read(a), read(b)));
    if (!Object.is(found, wanted)) expect({ name, a, b, found }).toEqual({ name, a, b, found: wanted });
  }
}

const view = new DataView(new ArrayBuffer(8));
const readDouble = (bits: bigint): number => {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
};
const readSingle = (bits: bigint): number => {
  view.setUint32(0, Number(bits));
  return view.getFloat32(0);
};

describe('nearest even against the floating-point unit of this machine', () => {
  it.each(names)('fp64 %s on bigints', (name) => {
    check(wideArithmetic(fp64), BigInt, readDouble, (value) => value, name);
  });

  it.each(names)('fp32 %s on numbers', (name) => {
    check(arithmetic(parseFormat('fp32')), Number, readSingle, Math.fround, name);
  });

  // Their patterns become fp32 patterns by moving the fraction, which the machine then reads.
  it.each(['bf16', 'tf32'])('%s on numbers', (formatName) => {
    const format = parseFormat(formatName);
    const shift = BigInt(23 - format.fractionBits);
    const read = (bits: bigint) => readSingle(bits << shift);
    for (const name of names) {
      check(arithmetic(format), Number, read, (value) => roundInHardware(format, value), name);
    }
  });

  // Their exponent field counts from another bias: read as fp32 with the fraction moved, then scaled, which is exact.
  it.each(['fp16', 'e5m2', 'e4m3', 'e4m1', 'e3m4', 'e6m12'])('%s on numbers', (formatName) => {
    const format = parseFormat(formatName);
    const shift = BigInt(23 - format.fractionBits);
    const half = 1n << BigInt(format.width - 1);
    const read = (bits: bigint) => {
      const magnitude = bits % half;
      let value = readSingle(magnitude << shift) * 2 ** (127 - format.bias);
      if (magnitude > format.largestFinite) {
        value = format.hasInfinity && magnitude === format.largestFinite + 1n ? Infinity : Number.NaN;
      }
      return bits >= half ? -value : value;
    };
    for (const name of names) {
      check(arithmetic(format), Number, read, (value) => roundInHardware(format, value), name);
    }
  });

  it('knows the patterns of doubles', () => {
    for (const value of [0, -0, 1, -1.5, 5e-324, 2 ** -1022, Number.MAX_VALUE, Infinity]) {
      expect(readDouble(doubleBits(value))).toBe(value);
    }
    expect(doubleBits(Number.NaN)).toBe(0x7ff8000000000000n);
  });
});
