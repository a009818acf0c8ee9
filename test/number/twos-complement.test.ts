import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitLength,
  extractBigBits,
  extractBits,
  insertBigBits,
  insertBits,
  integerRange,
  saturateBig,
  saturateSigned,
  saturateUnsigned,
  signExtend,
  truncate,
  WidthError,
} from '../../src/number/index.js';

const word = fc.nat({ max: 0xffffffff });
const width = fc.integer({ min: 1, max: 32 });

describe("two's complement on numbers agrees with BigInt", () => {
  it('truncates and extends signs', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), width, (value, bits) => {
        const low = value | 0;
        expect(truncate(low, bits)).toBe(Number(BigInt.asUintN(bits, BigInt(low))));
        expect(signExtend(low, bits)).toBe(Number(BigInt.asIntN(bits, BigInt(low))));
      }),
    );
  });

  it('saturates', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer()), width, (value, bits) => {
        expect(BigInt(saturateSigned(value, bits))).toBe(saturateBig(BigInt(value), bits, true));
        expect(BigInt(saturateUnsigned(value, bits))).toBe(saturateBig(BigInt(value), bits, false));
      }),
    );
    expect([-200, -128, 127, 200].map((value) => saturateSigned(value, 8))).toEqual([-128, -128, 127, 127]);
    expect([-1, 255, 256].map((value) => saturateUnsigned(value, 8))).toEqual([0, 255, 255]);
    expect(integerRange(65, true)).toEqual({ smallest: -(2n ** 64n), largest: 2n ** 64n - 1n });
  });

  it('reads and writes bit fields', () => {
    fc.assert(
      fc.property(word, word, width, fc.nat({ max: 31 }), (value, field, bits, low) => {
        fc.pre(low + bits <= 32);
        expect(BigInt(extractBits(value, low, bits))).toBe(extractBigBits(BigInt(value), low, bits));
        const written = insertBits(value, low, bits, field);
        expect(BigInt(written)).toBe(insertBigBits(BigInt(value), low, bits, BigInt(field)));
        expect(extractBits(written, low, bits)).toBe(truncate(field, bits));
      }),
    );
    expect(insertBits(0xffffffff, 8, 16, 0)).toBe(0xff0000ff);
    expect(insertBigBits(0n, 64, 3, 5n)).toBe(5n << 64n);
  });

  it('measures lengths', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 200n }), (value) => {
        expect(bitLength(value)).toBe(value.toString(2).length);
      }),
    );
    expect(bitLength(0n)).toBe(0);
  });

  it('refuses fields that leave the word', () => {
    expect(() => truncate(1, 33)).toThrow(
      new WidthError('a bit field of a number has 33 bits; give 1 to 32, or use the bigint form'),
    );
    expect(() => extractBits(1, 20, 13)).toThrow(
      new WidthError('a field of 13 bits at bit 20 leaves a 32-bit word; use the bigint form'),
    );
    expect(() => integerRange(0, true)).toThrow(WidthError);
  });
});
