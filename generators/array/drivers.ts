import { type Bits, bits, constant, mux, named, type Signal, switchOver, wire } from '../../src/hdl/index.js';
import type { Operation } from './operation.js';
import { lineContent, type ArrayShape } from './shape.js';

/** What one write driver a lane does to the cell on its line: the new cell is (old and not `clear`) xor `flip`. */
export interface Drive {
  readonly clear: Signal<Bits>;
  readonly flip: Signal<Bits>;
}

/**
 * The write drivers: SET old or d, RESET old and not d, TOGGLE old xor d, COPY d, each where a lane is selected.
 * `operation` has the codes of `writeOperation`.
 */
export function writeDrivers(
  shape: Pick<ArrayShape, 'lanes'>,
  operation: Operation['write'],
  data: Signal<Bits>,
  selected: Signal<Bits>,
): Drive {
  const acting = named(data.and(selected), 'acting', 'lanes that are selected and whose data is 1');
  const clear = wire(lineContent(shape), { name: 'clear' });
  switchOver(operation, { toggle: () => clear.connect(0), copy: () => clear.connect(selected) }, () =>
    clear.connect(acting),
  );
  const flip = named(mux(operation.is('reset'), none(shape), acting), 'flip');
  return { clear, flip };
}

export function driven(old: Signal<Bits>, { clear, flip }: Drive): Signal<Bits> {
  return old.and(clear.not()).xor(flip);
}

export function none({ lanes }: Pick<ArrayShape, 'lanes'>): Signal<Bits> {
  return constant(bits(lanes), 0);
}

export function every({ lanes }: Pick<ArrayShape, 'lanes'>): Signal<Bits> {
  return constant(bits(1), 1).repeat(lanes);
}
