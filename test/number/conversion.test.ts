import { describe, expect, it } from 'vitest';
import {
  type Arithmetic,
  arithmetic,
  type ArithmeticOptions,
  bf16,
  doubleBits,
  e4m3,
  e5m2,
  Flag,
  type FloatFormat,
  fp16,
  fp32,
  fp64,
  parseFormat,
  Rounding,
  type RoundingMode,
  roundingModes,
  wideArithmetic,
} from '../../src/number/index.js';
import { compareOutcomes } from './compare-outcomes.js';
import { patternSource, trials, wordSource } from './patterns.js';
import { operand, Reference, signedValue } from './reference-operations.js';

const names = ['fp64', 'fp32', 'tf32', 'fp16', 'bf16', 'e5m2', 'e4m3', 'e2m29', 'e11m1', 'fp4_3'];
const variants: readonly ArithmeticOptions[] = [{}, { subnormals: 'flush' }, { saturate: true }];

describe('conversion between formats, against exact rationals', () => {
  function convert(source: FloatFormat, target: FloatFormat, options: ArithmeticOptions, patterns: Iterable<bigint>) {
    const flush = options.subnormals === 'flush';
    const reference = new Reference(target, { flush, saturate: options.saturate ?? false });
    const wide = wideArithmetic(target, options);
    const narrow = target.width <= 32 ? arithmetic(target, options) : undefined;
    for (const bits of patterns) {
      const wanted = reference.convertFrom(source, bits);
      const label = () => `${source.name} to ${target.name} of ${bits}`;
      compareOutcomes(wanted, wide, (mode) => wide.convertFrom(source, bits, mode), label);
      if (narrow === undefined) continue;
      compareOutcomes(wanted, narrow, (mode) => narrow.convertFrom(source, bits, mode), label);
      if (source.width > 32) continue;
      compareOutcomes(wanted, narrow, (mode) => narrow.convertFrom(source, Number(bits), mode), label);
    }
  }

  it.each(names)('from %s', (name) => {
    const source = parseFormat(name);
    const next = patternSource(source, 61);
    const patterns =
      source.width <= 8
        ? Array.from({ length: 256 }, (_, bits) => BigInt(bits))
        : Array.from({ length: trials(300) }, () => next());
    for (const target of names.map(parseFormat)) {
      for (const options of variants) convert(source, target, options, patterns);
    }
  });
});

/** OCP 8-bit Floating Point Specification 1.0, tables 1 to 3. */
describe('the OCP 8-bit formats', () => {
  const value = (format: FloatFormat, bits: number) => arithmetic(format).toNumber(bits);

  it('have the published special values', () => {
    expect([0x7e, 0x08, 0x07, 0x01].map((bits) => value(e4m3, bits))).toEqual([448, 2 ** -6, 0.875 * 2 ** -6, 2 ** -9]);
    expect([0x7f, 0xff].map((bits) => value(e4m3, bits))).toEqual([Number.NaN, Number.NaN]);
    expect([0x7b, 0x04, 0x03, 0x01].map((bits) => value(e5m2, bits))).toEqual([
      57344,
      2 ** -14,
      0.75 * 2 ** -14,
      2 ** -16,
    ]);
    expect([0x7c, 0xfc].map((bits) => value(e5m2, bits))).toEqual([Infinity, -Infinity]);
    expect([0x7d, 0x7e, 0x7f].map((bits) => value(e5m2, bits))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('overflow to NaN or infinity, or saturate', () => {
    const [plain, saturating] = [arithmetic(e4m3), arithmetic(e4m3, { saturate: true })];
    expect([448, 464, 464.5, 1e9, -1e9, Infinity].map((x) => plain.fromNumber(x))).toEqual([
      ...[0x7e, 0x7e, 0x7f, 0x7f, 0x7f, 0x7f],
    ]);
    expect([448, 464.5, -1e9, Infinity, -Infinity, Number.NaN].map((x) => saturating.fromNumber(x))).toEqual([
      ...[0x7e, 0x7e, 0xfe, 0x7e, 0xfe, 0x7f],
    ]);
    expect(plain.fromNumber(1e9, Rounding.towardZero)).toBe(0x7e);
    expect(plain.flags).toBe(Flag.overflow | Flag.inexact);
    expect([61440, 61439, Infinity].map((x) => arithmetic(e5m2).fromNumber(x))).toEqual([0x7c, 0x7b, 0x7c]);
    expect([61440, Infinity].map((x) => arithmetic(e5m2, { saturate: true }).fromNumber(x))).toEqual([0x7b, 0x7b]);
  });
});

describe('JavaScript numbers', () => {
  it.each(['fp64', 'fp32', 'fp16', 'bf16', 'e4m3', 'e11m20', 'e2m1'])('come back from %s unchanged', (name) => {
    const format = parseFormat(name);
    const next = patternSource(format, 62);
    const wide = wideArithmetic(format);
    for (let trial = 0; trial < 2_000; trial += 1) {
      const bits = next();
      const number = wide.toNumber(bits);
      const back = Number.isNaN(number) ? format.canonicalNaN : bits;
      expect(wide.fromNumber(number)).toBe(back);
      if (format.width <= 32) {
        const narrow = arithmetic(format);
        expect(narrow.toNumber(Number(bits))).toBe(number);
        expect(narrow.fromNumber(number)).toBe(Number(back));
      }
    }
  });

  it('read fp64 and fp32 patterns as the machine does', () => {
    const view = new DataView(new ArrayBuffer(8));
    const next = patternSource(fp64, 63);
    for (let trial = 0; trial < 5_000; trial += 1) {
      const bits = next();
      view.setBigUint64(0, bits);
      expect(wideArithmetic(fp64).toNumber(bits)).toBe(view.getFloat64(0));
      expect(arithmetic(fp32).toNumber(Number(bits & 0xffffffffn))).toBe(view.getFloat32(4));
    }
  });

  it.each(['fp32', 'fp16', 'bf16', 'e4m3', 'e11m20'])('convert to %s as fp64 patterns do', (name) => {
    const format = parseFormat(name);
    const next = patternSource(fp64, 64);
    for (const options of variants) {
      const unit = arithmetic(format, options);
      for (let trial = 0; trial < 2_000; trial += 1) {
        const number = wideArithmetic(fp64).toNumber(next());
        const wanted = roundingModes.map((mode) => ({
          bits: BigInt(unit.convertFrom(fp64, doubleBits(number), mode)),
          flags: unit.flags,
        }));
        compareOutcomes(
          wanted,
          unit,
          (mode) => unit.fromNumber(number, mode),
          () => `${number} to ${name}`,
        );
      }
    }
  });
});

describe('integers', () => {
  /** Rounds n / 2^k by floored division, which treats both signs alike. */
  function roundQuotient(n: bigint, k: number, mode: RoundingMode): bigint {
    const unit = 1n << BigInt(k);
    const floor = (n - (((n % unit) + unit) % unit)) / unit;
    const twice = 2n * (n - floor * unit);
    if (twice === 0n) return floor;
    if (mode === Rounding.down) return floor;
    if (mode === Rounding.up) return floor + 1n;
    if (mode === Rounding.towardZero) return floor < 0n ? floor + 1n : floor;
    if (twice !== unit) return twice > unit ? floor + 1n : floor;
    if (mode === Rounding.nearestAway) return floor < 0n ? floor : floor + 1n;
    return floor % 2n === 0n ? floor : floor + 1n;
  }

  function checkToInteger<Bits extends number | bigint>(
    unit: Arithmetic<Bits>,
    wrap: (bits: bigint) => Bits,
    flush: boolean,
    seed: number,
  ): void {
    const next = patternSource(unit.format, seed);
    for (let trial = 0; trial < trials(1_500); trial += 1) {
      const bits = next();
      const value = operand(unit.format, bits, flush);
      for (const width of [1, 8, 31, 32, 33, 53, 64, 65]) {
        const signed = trial % 2 === 0;
        const least = signed ? -(2n ** BigInt(width - 1)) : 0n;
        const most = 2n ** BigInt(signed ? width - 1 : width) - 1n;
        for (const mode of roundingModes) {
          let wanted = most;
          let flags: number = Flag.invalid;
          if (value.kind === 'infinity') wanted = value.negative ? least : most;
          if (value.kind === 'number') {
            const { n, e } = signedValue(value);
            const integer = e >= 0 ? n * 2n ** BigInt(e) : roundQuotient(n, -e, mode);
            wanted = integer < least ? least : integer > most ? most : integer;
            if (wanted === integer) flags = e >= 0 || integer * 2n ** BigInt(-e) === n ? 0 : Flag.inexact;
          }
          const found = unit.toInteger(wrap(bits), { width, signed }, mode);
          if (found !== wanted || unit.flags !== flags) {
            const at = `${unit.format.name} ${bits} to ${width} bits, signed ${signed}, mode ${mode}`;
            expect({ at, found, flags: unit.flags }).toEqual({ at, found: wanted, flags });
          }
        }
      }
    }
  }

  it.each(['fp32', 'fp16', 'bf16', 'e4m3', 'e2m29'])('from %s on numbers', (name) => {
    checkToInteger(arithmetic(parseFormat(name)), Number, false, 71);
    checkToInteger(arithmetic(parseFormat(name), { subnormals: 'flush' }), Number, true, 72);
  });

  it.each(['fp64', 'fp16'])('from %s on bigints', (name) => {
    checkToInteger(wideArithmetic(parseFormat(name)), BigInt, false, 73);
  });

  it.each(['fp64', 'fp32', 'fp16', 'bf16', 'e5m2', 'e4m3', 'e2m1', 'e2m29'])('to %s', (name) => {
    const format = parseFormat(name);
    const reference = new Reference(format);
    const wide = wideArithmetic(format);
    const narrow = format.width <= 32 ? arithmetic(format) : undefined;
    const word = wordSource(74);
    for (let trial = 0; trial < trials(1_500); trial += 1) {
      const words = (BigInt(word()) << 64n) | (BigInt(word()) << 32n) | BigInt(word());
      const magnitude = (words >> BigInt(word() % 96)) + 1n;
      const integer = trial % 2 === 0 ? magnitude : -magnitude;
      const wanted = reference.exact({ n: integer, e: 0 });
      const label = () => `${integer} to ${name}`;
      compareOutcomes(wanted, wide, (mode) => wide.fromInteger(integer, mode), label);
      if (narrow) compareOutcomes(wanted, narrow, (mode) => narrow.fromInteger(integer, mode), label);
    }
    expect(wide.fromInteger(0n)).toBe(0n);
    expect(narrow?.fromInteger(0n) ?? 0).toBe(0);
  });

  it('give the ends of the range for what has no place in it, as RISC-V does', () => {
    const unit = arithmetic(fp32);
    const int32 = { width: 32, signed: true };
    expect([0x7fc00000, 0x7f800000, 0xff800000, 0x4f000000].map((bits) => unit.toInteger(bits, int32))).toEqual([
      ...[0x7fffffffn, 0x7fffffffn, -0x80000000n, 0x7fffffffn],
    ]);
    expect(unit.toInteger(0xbf800000, { width: 32, signed: false })).toBe(0n);
    expect(unit.flags).toBe(Flag.invalid);
    expect(unit.toInteger(0xbf000000, { width: 32, signed: false }, Rounding.towardZero)).toBe(0n);
    expect(unit.flags).toBe(Flag.inexact);
  });
});

it('a conversion between narrow formats takes patterns as numbers or bigints', () => {
  expect(arithmetic(bf16).convertFrom(fp16, 0x3c01)).toBe(0x3f80);
  expect(arithmetic(bf16).convertFrom(fp16, 0x3c01n)).toBe(0x3f80);
});
