import { bits, bitsFor, bool, type Bool, constant, mux, named, register, type Signal, when } from '../src/hdl/index.js';

export interface Counter {
  readonly value: Signal;
  /** The value is count − 1. */
  readonly last: Signal<Bool>;
  readonly count: number;
}

/** Counts 0 … count − 1 and round again, one step in each cycle of `enable`. A count of 1 needs no register. */
export function counter(name: string, count: number, enable: Signal<Bool>): Counter {
  if (count === 1) return { value: constant(bits(1), 0), last: constant(bool(), 1), count };
  const value = register(bits(bitsFor(count)), { reset: 0, name });
  const last = named(value.equals(count - 1), `${name}_last`);
  when(enable, () => value.next(mux(last, 0, value.add(1))));
  return { value, last, count };
}

/** 0 … count − 1, for vectors of hardware. */
export function times(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
