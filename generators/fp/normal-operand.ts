import { bitsFor, named, type Signal } from '../../src/hdl/index.js';
import { leadingZeros } from './leading-zeros.js';
import type { Unpacked } from './unpack.js';
import { gate } from './words.js';

/** A finite nonzero operand with its leading one at the top of the significand; a zero stays zero. */
export interface NormalOperand {
  readonly significand: Signal;
  /** Biased exponent of the leading one, two's complement: below 1 for a subnormal. */
  readonly exponent: Signal;
}

/** Bits of the exponent of a normalised operand. */
export function normalExponentBits(exponentBits: number, precision: number): number {
  return Math.max(exponentBits, bitsFor(precision + 1)) + 2;
}

export function normalOperand({ significand, exponent }: Unpacked, flush: boolean, name: string): NormalOperand {
  const precision = significand.width;
  const width = normalExponentBits(exponent.width, precision);
  const field = exponent.resize(width).asSigned();
  if (flush) return { significand, exponent: field };
  const zeroCount = leadingZeros(significand, `${name}_zeros`);
  const count = gate(zeroCount.count, zeroCount.zero.not());
  return {
    significand: named(significand.shiftLeft(count), `${name}_normalised`),
    exponent: named(field.subtract(count.resize(width).asSigned()), `${name}_exponent`),
  };
}
