import { type Bits, type Bool, concat, named, type Signal } from '../../src/hdl/index.js';
import { type FloatShape, widthOf } from './float-shape.js';
import { gate, no } from './words.js';

/** A pattern taken apart. */
export interface Unpacked {
  readonly sign: Signal<Bool>;
  /** Biased exponent of the hidden bit's place: a subnormal and a zero have 1. */
  readonly exponent: Signal<Bits>;
  /** Hidden bit and fraction. */
  readonly significand: Signal<Bits>;
  readonly zero: Signal<Bool>;
  readonly infinity: Signal<Bool>;
  readonly nan: Signal<Bool>;
  readonly signalling: Signal<Bool>;
}

/** Fields and class of the pattern; with `flush` a subnormal counts as a zero of its sign. */
export function unpack(pattern: Signal, format: FloatShape, flush: boolean, name: string): Unpacked {
  const { exponentBits, fractionBits, hasInfinity } = format;
  const sign = named(pattern.bit(widthOf(format) - 1), `${name}_sign`);
  const field = pattern.slice(exponentBits + fractionBits - 1, fractionBits);
  const fraction = pattern.slice(fractionBits - 1, 0);
  const normal = named(field.any(), `${name}_normal`);
  const lowest = field.bit(0).or(normal.not());
  const exponent = concat(field.slice(exponentBits - 1, 1), lowest);
  const significand = named(concat(normal, flush ? gate(fraction, normal) : fraction), `${name}_significand`);
  const fractionZero = fraction.any().not();
  const topExponent = field.all();
  const zero = named(flush ? normal.not() : normal.not().and(fractionZero), `${name}_zero`);
  if (!hasInfinity) {
    const nan = named(topExponent.and(fraction.all()), `${name}_nan`);
    return { sign, exponent, significand, zero, infinity: no(), nan, signalling: no() };
  }
  const nan = named(topExponent.and(fractionZero.not()), `${name}_nan`);
  return {
    sign,
    exponent,
    significand,
    zero,
    infinity: named(topExponent.and(fractionZero), `${name}_infinity`),
    nan,
    signalling: named(nan.and(fraction.top().not()), `${name}_signalling`),
  };
}
