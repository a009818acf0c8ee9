import { bitsFor, type Bits, type Bool, constant, bits, concat, mux, named, type Signal } from '../../src/hdl/index.js';

export interface LeadingZeros {
  /** Zeros above the topmost one, in bitsFor(width) bits; any value where the word is zero. */
  readonly count: Signal<Bits>;
  readonly zero: Signal<Bool>;
}

/** Halves the word again and again: where the upper half is zero, the leading one is in the lower. */
export function leadingZeros(word: Signal, name: string): LeadingZeros {
  const levels = bitsFor(word.width);
  const missing = 2 ** levels - word.width;
  const ones = (1n << BigInt(missing)) - 1n;
  let rest: Signal<Bits> = missing > 0 ? concat(word, constant(bits(missing), ones)) : word.asUnsigned();
  const places: Signal<Bool>[] = [];
  for (let level = levels - 1; level >= 0; level -= 1) {
    const half = 2 ** level;
    const upper = rest.slice(2 * half - 1, half);
    const upperZero = named(upper.any().not(), `${name}_bit_${level}`);
    places.push(upperZero);
    if (level > 0) rest = named(mux(upperZero, rest.slice(half - 1, 0), upper), `${name}_rest_${half}`);
  }
  return { count: named(concat(...places), name), zero: named(word.any().not(), `${name}_none`) };
}
