import { describe, expect, it } from 'vitest';
import {
  arithmetic,
  e4m3,
  Flag,
  FormatError,
  fp32,
  fp64,
  ieeeFormat,
  namedFormats,
  parseFormat,
  truncateAndFlush,
} from '../../src/number/index.js';

describe('format names', () => {
  it('find the named formats and any widths', () => {
    for (const format of namedFormats) expect(parseFormat(format.name)).toBe(format);
    expect(parseFormat(' BF16 ').width).toBe(16);
    expect(parseFormat('e5m10')).toBe(parseFormat('fp16'));
    expect(parseFormat('fp8_23')).toBe(fp32);
    expect(parseFormat('e6m9')).toEqual(ieeeFormat(6, 9));
    expect(parseFormat('fp4_3')).toMatchObject({ name: 'fp4_3', hasInfinity: true, largestFinite: 0x77n });
    expect(parseFormat('e4m3')).toBe(e4m3);
  });

  it.each(['fp8', '', 'e1m3', 'e12m3', 'e5m0', 'fp11_53', 'e5m2.5', 'constructor'])('refuse %o', (text) => {
    expect(() => parseFormat(text)).toThrow(
      new FormatError(
        `unknown number format '${text}'; allowed: fp64, fp32, tf32, fp16, bf16, e5m2, e4m3, e<E>m<M> or fp<E>_<M> ` +
          'with E from 2 to 11 and M from 1 to 52',
      ),
    );
  });

  it('refuse widths that the arithmetic does not reach', () => {
    expect(() => ieeeFormat(1, 3)).toThrow(
      new FormatError('the exponent of a floating-point format has 1 bits; give an integer from 2 to 11'),
    );
    expect(() => ieeeFormat(8, 53)).toThrow(FormatError);
    expect(() => arithmetic(fp64)).toThrow(
      new FormatError('fp64 has 64 bits; arithmetic on numbers holds at most 32: use wideArithmetic'),
    );
  });
});

describe('the arithmetic of truncating hardware', () => {
  const unit = arithmetic(fp32, truncateAndFlush);
  const bits = (value: number) => unit.fromNumber(value);

  it('truncates, stops at the largest value and knows no subnormals', () => {
    expect(unit.add(bits(1), bits(2 ** -24 * 1.5))).toBe(bits(1));
    expect(unit.add(bits(-1), bits(2 ** -60))).toBe(0xbf7fffff);
    expect([unit.multiply(bits(2 ** 100), bits(-(2 ** 100))), unit.flags]).toEqual([
      0xff7fffff,
      Flag.overflow | Flag.inexact,
    ]);
    expect([unit.multiply(bits(-(2 ** -70)), bits(2 ** -70)), unit.flags]).toEqual([
      0x80000000,
      Flag.underflow | Flag.inexact,
    ]);
    // An exact subnormal difference of two normals is flushed as well, with its sign.
    expect([unit.subtract(0x00800000, 0x00800001), unit.flags]).toEqual([0x80000000, Flag.underflow | Flag.inexact]);
    // A subnormal input is a zero, silently.
    expect([unit.add(0x007fffff, 0x00800000), unit.flags]).toEqual([0x00800000, 0]);
    expect([unit.divide(bits(1), 0x80000001), unit.flags]).toEqual([0xff800000, Flag.divideByZero]);
  });
});
