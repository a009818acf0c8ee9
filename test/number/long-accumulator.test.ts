import { describe, expect, it } from 'vitest';
import {
  type Arithmetic,
  arithmetic,
  dotProduct,
  e5m2,
  Flag,
  fp16,
  fp32,
  LongAccumulator,
  parseFormat,
  Rounding,
  roundingModes,
  wideArithmetic,
} from '../../src/number/index.js';
import { patternSource, trials, wordSource } from './patterns.js';
import type { Dyadic } from './rational-reference.js';
import { operand, plus, Reference, signedValue, times } from './reference-operations.js';

function checkSums<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  wrap: (bits: bigint) => Bits,
  count: number,
): void {
  const { format } = unit;
  const reference = new Reference(format);
  const next = patternSource(format, 81);
  const word = wordSource(82);
  const finite = (): bigint => {
    const bits = next();
    return operand(format, bits, false).kind === 'number' ? bits : finite();
  };
  const value = (bits: bigint): Dyadic => {
    const parts = operand(format, bits, false);
    return parts.kind === 'number' ? signedValue(parts) : { n: 0n, e: 0 };
  };
  for (let trial = 0; trial < count; trial += 1) {
    const a = Array.from({ length: 1 + (word() % 12) }, finite);
    const b = a.map(finite);
    // Every other time the first half comes back negated, so that all but a few terms cancel.
    if (trial % 2 === 0) {
      a.push(...a.slice(0, a.length / 2).map((bits) => bits ^ (1n << BigInt(format.width - 1))));
      b.push(...b.slice(0, a.length - b.length));
    }
    const total = a.reduce<Dyadic>((sum, bits, index) => plus(sum, times(value(bits), value(b[index]!))), {
      n: 0n,
      e: 0,
    });
    if (total.n === 0n) continue;
    const wanted = reference.exact(total);
    for (const mode of roundingModes) {
      const { bits, flags } = dotProduct(unit, a.map(wrap), b.map(wrap), mode);
      if (BigInt(bits) !== wanted[mode]!.bits || flags !== wanted[mode]!.flags) {
        expect({ a, b, mode, bits: BigInt(bits), flags }).toEqual({ a, b, mode, ...wanted[mode] });
      }
    }
  }
}

describe('dot products against exact rational sums', () => {
  it.each(['fp32', 'fp16', 'bf16', 'e4m3', 'e5m2', 'e2m29'])('%s on numbers', (name) => {
    checkSums(arithmetic(parseFormat(name)), Number, trials(800));
  });
  it.each(['fp64', 'e9m40'])('%s on bigints', (name) => {
    checkSums(wideArithmetic(parseFormat(name)), BigInt, trials(300));
  });
});

describe('a long accumulator', () => {
  it('is a fused multiply-add for one product and one value, every special case included', () => {
    const unit = arithmetic(e5m2);
    const accumulator = new LongAccumulator(unit);
    const next = patternSource(e5m2, 83);
    for (let trial = 0; trial < trials(20_000); trial += 1) {
      const [a, b, c] = [Number(next()), Number(next()), Number(next())];
      const mode = roundingModes[trial % 5]!;
      accumulator.clear();
      if (trial % 2 === 0) accumulator.add(c);
      accumulator.addProduct(a, b);
      if (trial % 2 === 1) accumulator.add(c);
      const found = [accumulator.round(mode), accumulator.flags];
      const wanted = [unit.fusedMultiplyAdd(a, b, c, mode), unit.flags];
      if (found[0] !== wanted[0] || found[1] !== wanted[1]) expect({ a, b, c, mode, found }).toEqual({ found: wanted });
    }
  });

  it('keeps what every rounded order of additions loses', () => {
    const unit = arithmetic(fp32);
    const [huge, tiny] = [unit.fromNumber(2 ** 127), unit.fromNumber(2 ** -149)];
    const accumulator = new LongAccumulator(unit);
    accumulator.addProduct(huge, huge);
    accumulator.addProduct(tiny, tiny);
    accumulator.addProduct(huge, unit.fromNumber(-(2 ** 127)));
    expect(accumulator.round(Rounding.up)).toBe(1);
    expect(accumulator.flags).toBe(Flag.underflow | Flag.inexact);
    expect(accumulator.round(Rounding.nearestEven)).toBe(0);
    accumulator.addProduct(tiny, unit.fromNumber(-(2 ** -149)));
    expect([accumulator.round(), accumulator.flags]).toEqual([0, 0]);
    expect(accumulator.round(Rounding.down)).toBe(0x80000000);
  });

  it('settles infinities and NaNs in any order', () => {
    const unit = arithmetic(fp16);
    const [infinity, minusInfinity, quiet, one, zero] = [0x7c00, 0xfc00, 0x7e00, 0x3c00, 0];
    const sum = (...terms: readonly (readonly [number, number])[]) => {
      const { bits, flags } = dotProduct(
        unit,
        terms.map(([a]) => a),
        terms.map(([, b]) => b),
      );
      return [bits, flags];
    };
    expect(sum([infinity, one], [one, one])).toEqual([0x7c00, 0]);
    expect(sum([one, minusInfinity], [one, one])).toEqual([0xfc00, 0]);
    expect(sum([infinity, one], [minusInfinity, one])).toEqual([0x7e00, Flag.invalid]);
    expect(sum([infinity, one], [minusInfinity, one], [quiet, one])).toEqual([0x7e00, 0]);
    expect(sum([quiet, one], [infinity, zero])).toEqual([0x7e00, Flag.invalid]);
    expect(sum([0x7d00, one])).toEqual([0x7e00, Flag.invalid]);
    expect(sum()).toEqual([0, 0]);
  });

  it('refuses vectors of two lengths', () => {
    expect(() => dotProduct(arithmetic(fp16), [0, 0], [0])).toThrow(
      new RangeError('a dot product of 2 by 1 terms; both vectors must have the same length'),
    );
  });
});
