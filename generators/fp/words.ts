import { bits, type Bits, bool, type Bool, concat, constant, type Signal } from '../../src/hdl/index.js';

/** `count` zeros; no signal at all where count is 0, as `join` wants it. */
export function zeros(count: number): Signal<Bits> | undefined {
  return count > 0 ? constant(bits(count), 0) : undefined;
}

/** Parts side by side, the most significant first; undefined stands for a part of no bits. */
export function join(...parts: readonly (Signal | undefined)[]): Signal<Bits> {
  return concat(...parts.filter((part) => part !== undefined));
}

/** Bits high … low, or nothing where high is below low. */
export function sliceIfAny(word: Signal, high: number, low: number): Signal<Bits> | undefined {
  return high < low ? undefined : word.slice(high, low);
}

/** Some bit of high … low is 1; false where there is no such bit. */
export function anyOf(word: Signal, high: number, low: number): Signal<Bool> {
  return high < low ? no() : word.slice(high, low).any();
}

export function no(): Signal<Bool> {
  return constant(bool(), 0);
}

export function anyTrue(...conditions: readonly Signal<Bool>[]): Signal<Bool> {
  return conditions.reduce((all, condition) => all.or(condition));
}

/** `word` where `condition` holds, else zeros. */
export function gate(word: Signal, condition: Signal<Bool>): Signal<Bits> {
  const { width } = word;
  const unsigned = word.asUnsigned();
  if (condition.expression.kind === 'constant') {
    return condition.expression.value === 1n ? unsigned : constant(bits(width), 0);
  }
  return unsigned.and(width === 1 ? condition : condition.repeat(width));
}

/** `word` or its complement where `condition` holds. */
export function complementIf(word: Signal<Bits>, condition: Signal<Bool>): Signal<Bits> {
  return word.xor(word.width === 1 ? condition : condition.repeat(word.width));
}

/**
 * a + b + carry modulo 2^width. One adder: the carry enters below the words, where synthesis finds the carry input of a
 * single chain instead of a sum of three.
 */
export function addWithCarry(a: Signal<Bits>, b: Signal<Bits>, carry: Signal<Bool>): Signal<Bits> {
  const one = constant(bool(), 1);
  return concat(a, one).add(concat(b, carry)).slice(a.width, 1);
}

/** A sum with a constant of either sign. */
export function plus(word: Signal, value: number): Signal {
  return value < 0 ? word.subtract(-value) : word.add(value);
}

/** A two's complement word of the unsigned value, `width` bits. */
export function signedWord(word: Signal, width: number): Signal {
  return word.asUnsigned().resize(width).asSigned();
}
