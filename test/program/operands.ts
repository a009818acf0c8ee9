import type { FloatFormat } from '../../src/number/index.js';

/** A small generator (xorshift32), so that a campaign of any length repeats exactly. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /** 32 random bits. */
  bits(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state = this.state >>> 0);
  }

  below(limit: number): number {
    return this.bits() % limit;
  }

  wide(width: number): bigint {
    const value = (BigInt(this.bits()) << 32n) | BigInt(this.bits());
    return BigInt.asUintN(width, value);
  }
}

/** Cases of a campaign: SOTTO_CAMPAIGN multiplies the number that a plain run takes. */
export function campaign(cases: number): number {
  const factor = Number(process.env['SOTTO_CAMPAIGN'] ?? '1');
  if (!(factor > 0))
    throw new RangeError(`SOTTO_CAMPAIGN is '${process.env['SOTTO_CAMPAIGN']}'; give a number above 0`);
  return Math.ceil(cases * factor);
}

/** Zeros, subnormals, powers of two, numbers next to the limits, infinities and NaNs, of both signs. */
export function specialValues(format: FloatFormat): number[] {
  const { fractionBits, exponentBits, width } = format;
  const one = 2 ** fractionBits;
  const top = (2 ** exponentBits - 1) * one;
  const magnitudes = [
    ...[0, 1, 2, 3, one / 2, one - 1, one, one + 1, 2 * one - 1, 2 * one],
    ...[format.bias * one, format.bias * one + 1, (format.bias + 1) * one - 1, (format.bias - 1) * one],
    ...[top - one, top - 2, top - 1, top, top + 1, top + one / 2, top + one - 1],
  ];
  const unique = [...new Set(magnitudes.map(Math.floor))];
  return [...unique, ...unique.map((magnitude) => magnitude + 2 ** (width - 1))];
}

/** A pattern: half of them uniform, half with a shape that rounding and special cases depend on. */
export function randomFloat(random: Random, format: FloatFormat): number {
  const pattern = random.bits() >>> (32 - format.width);
  switch (random.below(8)) {
    case 0: {
      const special = specialValues(format);
      return special[random.below(special.length)]!;
    }
    case 1:
      // Subnormal or of the smallest exponents.
      return (pattern & ~(((1 << format.exponentBits) - 2) << format.fractionBits)) >>> 0;
    case 2:
      // Few fraction bits: exact results and ties.
      return (pattern & ~((1 << random.below(format.fractionBits + 1)) - 1)) >>> 0;
    default:
      return pattern;
  }
}

/** A second operand: often close to the first, so that differences cancel. */
export function relatedFloat(random: Random, format: FloatFormat, first: number): number {
  if (random.below(3) !== 0) return randomFloat(random, format);
  const sign = random.below(2) * 2 ** (format.width - 1);
  const change = random.below(8) * 2 ** random.below(format.width);
  return ((first ^ sign ^ change) & (2 ** format.width - 1)) >>> 0;
}
