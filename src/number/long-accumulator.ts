import type { Arithmetic } from './arithmetic.js';
import type { Decoded } from './decode.js';
import { Flag, Rounding, type RoundingMode } from './rounding.js';

/**
 * An exact sum of values and products of one format: a fixed-point number wide enough that nothing is ever lost
 * (Kulisch's long accumulator), rounded only when read. The order of the terms does not matter, special values included.
 *
 * - A NaN term, or infinity times zero, makes the result NaN; so do infinities of both signs, with invalid.
 * - A sum that is exactly zero is -0 if every term was -0; otherwise +0, or -0 when rounding down unless all were +0.
 *   No term at all gives +0. For one product and one value this is what a fused multiply-add gives.
 */
export class LongAccumulator<Bits extends number | bigint> {
  /** Flags of the terms so far (invalid only) and, after `round`, of the rounding. */
  flags = 0;

  private readonly unit: Arithmetic<Bits>;
  /** Weight of bit 0 of `sum`: the product of two smallest subnormals. */
  private readonly exponent: number;
  private sum = 0n;
  private termFlags = 0;
  private nan = false;
  /** Which signs of infinity, and of zero-or-not terms, were seen: index 0 positive, 1 negative. */
  private readonly infinities: [boolean, boolean] = [false, false];
  private readonly signs: [boolean, boolean] = [false, false];

  constructor(unit: Arithmetic<Bits>) {
    this.unit = unit;
    this.exponent = 2 * (1 - unit.format.bias - unit.format.fractionBits);
  }

  clear(): void {
    this.sum = 0n;
    this.flags = 0;
    this.termFlags = 0;
    this.nan = false;
    this.infinities.fill(false);
    this.signs.fill(false);
  }

  add(a: Bits): void {
    this.addTerm(this.unit.decode(a));
  }

  addProduct(a: Bits, b: Bits): void {
    const x = this.unit.decode(a);
    const y = this.unit.decode(b);
    if (x.kind === 'nan' || y.kind === 'nan') {
      this.addTerm({ kind: 'nan', signalling: isSignalling(x) || isSignalling(y) });
      return;
    }
    const sign = x.sign === y.sign ? 0 : 1;
    if (x.kind === 'finite' && y.kind === 'finite') {
      const significand = x.significand * y.significand;
      this.addTerm({ kind: 'finite', sign, significand, exponent: x.exponent + y.exponent });
    } else if (isZero(x) || isZero(y)) {
      this.addTerm({ kind: 'nan', signalling: true });
    } else {
      this.addTerm({ kind: 'infinity', sign });
    }
  }

  private addTerm(term: Decoded): void {
    if (term.kind === 'nan') {
      this.nan = true;
      if (term.signalling) this.termFlags |= Flag.invalid;
    } else if (term.kind === 'infinity') {
      this.infinities[term.sign] = true;
    } else {
      const magnitude = term.significand << BigInt(term.exponent - this.exponent);
      this.sum += term.sign === 1 ? -magnitude : magnitude;
      this.signs[term.sign] = true;
    }
    this.flags = this.termFlags;
  }

  /** The sum so far, rounded once; the accumulator keeps its exact value. Sets `flags`, and the unit's. */
  round(mode?: RoundingMode): Bits {
    this.flags = this.termFlags;
    const [positive, negative] = this.infinities;
    if (this.nan) return this.encode({ kind: 'nan', signalling: false }, mode);
    if (positive && negative) {
      this.flags |= Flag.invalid;
      return this.encode({ kind: 'nan', signalling: false }, mode);
    }
    if (positive || negative) return this.encode({ kind: 'infinity', sign: negative ? 1 : 0 }, mode);
    const sign = this.sum < 0n || (this.sum === 0n && this.zeroIsNegative(mode)) ? 1 : 0;
    const significand = this.sum < 0n ? -this.sum : this.sum;
    return this.encode({ kind: 'finite', sign, significand, exponent: this.exponent }, mode);
  }

  private zeroIsNegative(mode: RoundingMode = this.unit.rounding): boolean {
    const [positive, negative] = this.signs;
    return negative && (!positive || mode === Rounding.down);
  }

  private encode(value: Decoded, mode: RoundingMode | undefined): Bits {
    const bits = this.unit.encode(value, mode);
    this.flags |= this.unit.flags;
    return bits;
  }
}

/** Σ a[i]·b[i], exact but for one rounding. Throws RangeError for vectors of two lengths. */
export function dotProduct<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  a: ArrayLike<Bits>,
  b: ArrayLike<Bits>,
  mode?: RoundingMode,
): { readonly bits: Bits; readonly flags: number } {
  if (a.length !== b.length) {
    throw new RangeError(`a dot product of ${a.length} by ${b.length} terms; both vectors must have the same length`);
  }
  const accumulator = new LongAccumulator(unit);
  for (let index = 0; index < a.length; index += 1) accumulator.addProduct(a[index]!, b[index]!);
  const bits = accumulator.round(mode);
  return { bits, flags: accumulator.flags };
}

function isSignalling(value: Decoded): boolean {
  return value.kind === 'nan' && value.signalling;
}

function isZero(value: Decoded): boolean {
  return value.kind === 'finite' && value.significand === 0n;
}
