import { declareTree, input, output, register, wire } from './declare.js';
import { memory } from './memory.js';
import { concat } from './operators.js';
import { when } from './statements.js';
import { type Input, type Operand, type Output, Signal, type Wire } from './signal.js';
import { bits, bitsFor, bool, type Bool, type LeafType } from './types.js';

/** Fields of a beat. `valid` and `ready` are the stream's own. */
export type PayloadShape = { readonly [field: string]: LeafType } & { readonly valid?: never; readonly ready?: never };

type Readable<S> = { readonly [K in keyof S]: S[K] extends LeafType ? Signal<S[K]> : never };
type Drivable<S> = { readonly [K in keyof S]: S[K] extends LeafType ? Wire<S[K]> : never };
type Operands<S> = { readonly [K in keyof S]: S[K] extends LeafType ? Operand<S[K]> : never };

/**
 * The reading end of a ready/valid stream: a beat passes in each cycle in which `valid` and `ready` are both 1.
 * The writer holds a beat until it passes and never waits for `ready` before it says `valid`.
 */
export class Source<S extends PayloadShape = PayloadShape> {
  readonly shape: S;
  readonly valid: Signal<Bool>;
  readonly ready: Wire<Bool>;
  readonly payload: Readable<S>;
  readonly #ports: () => Readonly<Record<string, Input | Output>>;

  constructor(
    shape: S,
    valid: Signal<Bool>,
    ready: Wire<Bool>,
    payload: Readable<S>,
    ports?: () => Readonly<Record<string, Input | Output>>,
  ) {
    this.shape = shape;
    this.valid = valid;
    this.ready = ready;
    this.payload = payload;
    this.#ports = ports ?? notPorts;
  }
  /** A beat passes in this cycle. */
  fires(): Signal<Bool> {
    return this.valid.and(this.ready);
  }
  /** Hands every beat on to `sink`, in the same cycle. */
  connectTo(sink: Sink<S>): void {
    sink.connect(this.payload, { valid: this.valid });
    this.ready.connect(sink.ready);
  }
  /** @internal */
  ports(): Readonly<Record<string, Input | Output>> {
    return this.#ports();
  }
}

/** The writing end of a ready/valid stream; see `Source`. */
export class Sink<S extends PayloadShape = PayloadShape> {
  readonly shape: S;
  readonly valid: Wire<Bool>;
  readonly ready: Signal<Bool>;
  readonly payload: Drivable<S>;
  readonly #ports: () => Readonly<Record<string, Input | Output>>;

  constructor(
    shape: S,
    valid: Wire<Bool>,
    ready: Signal<Bool>,
    payload: Drivable<S>,
    ports?: () => Readonly<Record<string, Input | Output>>,
  ) {
    this.shape = shape;
    this.valid = valid;
    this.ready = ready;
    this.payload = payload;
    this.#ports = ports ?? notPorts;
  }
  fires(): Signal<Bool> {
    return this.valid.and(this.ready);
  }
  /** Drives the payload and `valid`. */
  connect(payload: Operands<S>, control: { readonly valid: Operand<Bool> }): void {
    for (const [field, target] of Object.entries(this.payload) as [keyof S & string, Wire][]) {
      target.connect(payload[field]);
    }
    this.valid.connect(control.valid);
  }
  /** @internal */
  ports(): Readonly<Record<string, Input | Output>> {
    return this.#ports();
  }
}

function notPorts(): never {
  throw new TypeError('this end of a stream is no port of the module; make ports with streamIn() and streamOut()');
}

/** Ports of a stream that enters the module: `<name>_valid`, `<name>_ready`, `<name>_<field>` … */
export function streamIn<const S extends PayloadShape>(shape: S): Source<S> {
  const valid = input(bool(), { comment: 'a beat is offered' });
  const ready = output(bool(), { comment: 'the beat is taken at the next edge' });
  const payload = declareTree('input', shape, {}) as Readonly<Record<string, Input>>;
  return new Source(shape, valid, ready, payload as unknown as Readable<S>, () => ({ valid, ready, ...payload }));
}

/** Ports of a stream that leaves the module. */
export function streamOut<const S extends PayloadShape>(shape: S): Sink<S> {
  const valid = output(bool(), { comment: 'a beat is offered' });
  const ready = input(bool(), { comment: 'the beat is taken at the next edge' });
  const payload = declareTree('output', shape, {}) as Readonly<Record<string, Output>>;
  return new Sink(shape, valid, ready, payload as unknown as Drivable<S>, () => ({ valid, ready, ...payload }));
}

/** A stream inside a module: what is written to `sink` is read from `source` in the same cycle. */
export function stream<const S extends PayloadShape>(shape: S): { readonly sink: Sink<S>; readonly source: Source<S> } {
  const valid = wire(bool());
  const ready = wire(bool());
  const payload = declareTree('wire', shape, {});
  return {
    sink: new Sink(shape, valid, ready, payload as Drivable<S>),
    source: new Source(shape, valid, ready, payload as Readable<S>),
  };
}

/**
 * One register for each beat, with `ready` passed through: full throughput, one cycle of latency, a combinational
 * path from the reader's `ready` to the writer's.
 */
export function registered<S extends PayloadShape>(source: Source<S>): Source<S> {
  const result = stream(source.shape);
  const full = register(bool(), { reset: 0, name: 'stage_full' });
  const space = full.not().or(result.sink.ready);
  source.ready.connect(space);
  when(space, () => full.next(source.valid));
  const held = Object.entries<Signal>(source.payload as Record<string, Signal>).map(([field, value]) => {
    const kept = register<LeafType>(value.type, { name: `stage_${field}` });
    when(space, () => kept.next(value));
    return [field, kept] as const;
  });
  result.sink.connect(Object.fromEntries(held) as unknown as Operands<S>, { valid: full });
  return result.source;
}

/**
 * First in, first out: `depth` beats (a power of two), one in and one out each cycle, one cycle of latency, no
 * combinational path between the two ends. Kept in distributed memory.
 */
export function fifo<S extends PayloadShape>(source: Source<S>, depth: number): Source<S> {
  if (depth < 2 || (depth & (depth - 1)) !== 0)
    throw new RangeError(`a FIFO has a power of two of places, at least 2; got ${depth}`);
  const result = stream(source.shape);
  const fields = Object.entries<Signal>(source.payload as Record<string, Signal>);
  const width = fields.reduce((total, [, { width: bitsOfField }]) => total + bitsOfField, 0);
  const pointer = bits(bitsFor(depth) + 1);
  const written = register(pointer, {
    reset: 0,
    name: 'fifo_written',
    comment: 'beats written, modulo twice the depth',
  });
  const taken = register(pointer, { reset: 0, name: 'fifo_taken', comment: 'beats taken, modulo twice the depth' });
  const store = memory(bits(width), { depth, style: 'distributed', name: 'fifo_store' });
  const place = (count: Signal): Signal => count.slice(pointer.width - 2, 0);
  const full = place(written).equals(place(taken)).and(written.top().notEquals(taken.top()));
  source.ready.connect(full.not());
  store.write({ address: place(written), data: concat(...fields.map(([, value]) => value)), enable: source.fires() });
  when(source.fires(), () => written.next(written.add(1)));
  const word = store.readNow(place(taken));
  let high = width;
  const payload = fields.map(([field, { type, width: bitsOfField }]) => {
    high -= bitsOfField;
    const part = word.slice(high + bitsOfField - 1, high);
    return [field, type.signed ? part.asSigned() : part] as const;
  });
  result.sink.connect(Object.fromEntries(payload) as unknown as Operands<S>, { valid: written.notEquals(taken) });
  when(result.sink.fires(), () => taken.next(taken.add(1)));
  return result.source;
}
