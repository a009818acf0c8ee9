import { Flag, type FloatFormat, Rounding } from '../../src/number/index.js';
import {
  type Compare,
  compareDyadic,
  type Dyadic,
  magnitudeValue,
  type Outcome,
  type ReferenceOptions,
  roundReal,
} from './rational-reference.js';

/** The arithmetic operations on exact values, IEEE 754-2019 clauses 5.4.1, 6.1 to 6.3 and 7; five outcomes each. */

type Operand =
  | { readonly kind: 'number'; readonly negative: boolean; readonly value: Dyadic }
  | { readonly kind: 'infinity'; readonly negative: boolean }
  | { readonly kind: 'nan'; readonly signalling: boolean };

export function operand(format: FloatFormat, bits: bigint, flush: boolean): Operand {
  const half = 2n ** BigInt(format.width - 1);
  const negative = bits / half === 1n;
  const magnitude = bits % half;
  if (magnitude <= format.largestFinite) {
    const subnormal = magnitude < 2n ** BigInt(format.fractionBits);
    return { kind: 'number', negative, value: magnitudeValue(format, flush && subnormal ? 0n : magnitude) };
  }
  if (!format.hasInfinity) return { kind: 'nan', signalling: false };
  if (magnitude === format.largestFinite + 1n) return { kind: 'infinity', negative };
  const payload = magnitude - (format.largestFinite + 1n);
  return { kind: 'nan', signalling: payload < 2n ** BigInt(format.fractionBits - 1) };
}

export class Reference {
  readonly format: FloatFormat;
  readonly options: ReferenceOptions;

  constructor(format: FloatFormat, options: ReferenceOptions = { flush: false, saturate: false }) {
    this.format = format;
    this.options = options;
  }

  private same(bits: bigint, flags = 0): readonly Outcome[] {
    return Array.from({ length: 5 }, () => ({ bits, flags }));
  }

  private invalid(): readonly Outcome[] {
    return this.same(this.format.canonicalNaN, Flag.invalid);
  }

  private nan(...inputs: Operand[]): readonly Outcome[] {
    const signalling = inputs.some((input) => input.kind === 'nan' && input.signalling);
    return signalling ? this.invalid() : this.same(this.format.canonicalNaN);
  }

  private signed(negative: boolean, magnitude: bigint): bigint {
    return magnitude + (negative ? 2n ** BigInt(this.format.width - 1) : 0n);
  }

  private infinity(negative: boolean, flags = 0): readonly Outcome[] {
    if (this.format.hasInfinity) return this.same(this.signed(negative, this.format.largestFinite + 1n), flags);
    return this.options.saturate
      ? this.same(this.signed(negative, this.format.largestFinite), flags)
      : this.same(this.format.canonicalNaN, flags);
  }

  private zero(negative: boolean): readonly Outcome[] {
    return this.same(this.signed(negative, 0n));
  }

  /** A zero whose sign depends on the mode: what exact cancellation gives. */
  private cancelled(): readonly Outcome[] {
    return [0, 1, 2, 3, 4].map((mode) => ({ bits: this.signed(mode === Rounding.down, 0n), flags: 0 }));
  }

  private real(negative: boolean, compare: Compare): readonly Outcome[] {
    return roundReal(this.format, negative, compare, this.options);
  }

  /** Any exact value except zero. */
  exact(value: Dyadic): readonly Outcome[] {
    const magnitude = { n: value.n < 0n ? -value.n : value.n, e: value.e };
    return this.real(value.n < 0n, (point) => compareDyadic(point, magnitude));
  }

  private read(bits: bigint): Operand {
    return operand(this.format, bits, this.options.flush);
  }

  add(a: bigint, b: bigint): readonly Outcome[] {
    return this.sum(this.read(a), this.read(b));
  }

  subtract(a: bigint, b: bigint): readonly Outcome[] {
    const y = this.read(b);
    return this.sum(this.read(a), y.kind === 'nan' ? y : { ...y, negative: !y.negative });
  }

  private sum(x: Operand, y: Operand): readonly Outcome[] {
    if (x.kind === 'nan' || y.kind === 'nan') return this.nan(x, y);
    if (x.kind === 'infinity' && y.kind === 'infinity' && x.negative !== y.negative) return this.invalid();
    if (x.kind === 'infinity') return this.infinity(x.negative);
    if (y.kind === 'infinity') return this.infinity(y.negative);
    const total = plus(signedValue(x), signedValue(y));
    if (total.n !== 0n) return this.exact(total);
    return x.value.n === 0n && x.negative === y.negative ? this.zero(x.negative) : this.cancelled();
  }

  multiply(a: bigint, b: bigint): readonly Outcome[] {
    const [x, y] = [this.read(a), this.read(b)];
    if (x.kind === 'nan' || y.kind === 'nan') return this.nan(x, y);
    const negative = x.negative !== y.negative;
    if (x.kind === 'infinity' || y.kind === 'infinity') {
      return isZero(x) || isZero(y) ? this.invalid() : this.infinity(negative);
    }
    const product = times(signedValue(x), signedValue(y));
    return product.n === 0n ? this.zero(negative) : this.exact(product);
  }

  fusedMultiplyAdd(a: bigint, b: bigint, c: bigint): readonly Outcome[] {
    const [x, y, z] = [this.read(a), this.read(b), this.read(c)];
    if ((x.kind === 'infinity' && isZero(y)) || (y.kind === 'infinity' && isZero(x))) return this.invalid();
    if (x.kind === 'nan' || y.kind === 'nan' || z.kind === 'nan') return this.nan(x, y, z);
    const negative = x.negative !== y.negative;
    if (x.kind === 'infinity' || y.kind === 'infinity') return this.sum({ kind: 'infinity', negative }, z);
    const product = times(signedValue(x), signedValue(y));
    const value = { n: product.n < 0n ? -product.n : product.n, e: product.e };
    return this.sum({ kind: 'number', negative, value }, z);
  }

  divide(a: bigint, b: bigint): readonly Outcome[] {
    const [x, y] = [this.read(a), this.read(b)];
    if (x.kind === 'nan' || y.kind === 'nan') return this.nan(x, y);
    const negative = x.negative !== y.negative;
    if (x.kind === 'infinity') return y.kind === 'infinity' ? this.invalid() : this.infinity(negative);
    if (y.kind === 'infinity') return this.zero(negative);
    if (y.value.n === 0n) return x.value.n === 0n ? this.invalid() : this.infinity(negative, Flag.divideByZero);
    if (x.value.n === 0n) return this.zero(negative);
    // point - x/y has the sign of point·y - x.
    return this.real(negative, (point) => compareDyadic(times(point, y.value), x.value));
  }

  squareRoot(a: bigint): readonly Outcome[] {
    const x = this.read(a);
    if (x.kind === 'nan') return this.nan(x);
    if (isZero(x)) return this.zero(x.negative);
    if (x.negative) return this.invalid();
    if (x.kind === 'infinity') return this.infinity(false);
    // point - √x has the sign of point² - x.
    return this.real(false, (point) => compareDyadic(times(point, point), x.value));
  }

  convertFrom(source: FloatFormat, bits: bigint): readonly Outcome[] {
    const x = operand(source, bits, this.options.flush);
    if (x.kind === 'nan') return this.nan(x);
    if (x.kind === 'infinity') {
      if (this.format.hasInfinity && !this.options.saturate) return this.infinity(x.negative);
      const flags = Flag.overflow | Flag.inexact;
      return this.options.saturate
        ? this.same(this.signed(x.negative, this.format.largestFinite), flags)
        : this.same(this.format.canonicalNaN, flags);
    }
    return x.value.n === 0n ? this.zero(x.negative) : this.exact(signedValue(x));
  }
}

export function signedValue(x: Extract<Operand, { kind: 'number' }>): Dyadic {
  return x.negative ? { n: -x.value.n, e: x.value.e } : x.value;
}

function isZero(x: Operand): boolean {
  return x.kind === 'number' && x.value.n === 0n;
}

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  const e = Math.min(a.e, b.e);
  return { n: a.n * 2n ** BigInt(a.e - e) + b.n * 2n ** BigInt(b.e - e), e };
}

export function times(a: Dyadic, b: Dyadic): Dyadic {
  return { n: a.n * b.n, e: a.e + b.e };
}
