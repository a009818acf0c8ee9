import {
  bits,
  bitsFor,
  defineModule,
  delayed,
  document,
  memory,
  mux,
  named,
  register,
  streamIn,
  streamOut,
  when,
} from '../src/hdl/index.js';

/** Plain data of a queue between two layers. */
export interface ValueFifoShape {
  readonly valueBits: number;
  /** A power of two, at least 4. */
  readonly depth: number;
}

/**
 * First in, first out between two layers, so that a layer can run ahead while the next is busy with a window. Kept in
 * a memory that is read one cycle ahead, as block memories are; a value is offered two cycles after it was taken.
 */
export const valueFifo = defineModule(
  ({ valueBits, depth }: ValueFifoShape) => `value_fifo_${depth}x${valueBits}`,
  ({ valueBits, depth }: ValueFifoShape) => {
    document(`value_fifo_${depth}x${valueBits}: queue of ${depth} values of ${valueBits} bits`);
    const input = streamIn({ value: bits(valueBits) });
    const output = streamOut({ value: bits(valueBits) });
    const places = bitsFor(depth);
    const written = register(bits(places + 1), { reset: 0, comment: 'values taken in, modulo twice the depth' });
    const sent = register(bits(places + 1), { reset: 0, comment: 'values sent on, modulo twice the depth' });
    const visible = delayed(written, { reset: 0, name: 'visible', comment: 'values that a read can see' });

    const place = written.slice(places - 1, 0);
    const full = place.equals(sent.slice(places - 1, 0)).and(written.top().notEquals(sent.top()));
    input.ready.connect(full.not());
    when(input.fires(), () => written.next(written.add(1)));

    const moves = named(output.fires(), 'value_leaves');
    const sentNext = named(mux(moves, sent.add(1), sent), 'sent_next');
    when(moves, () => sent.next(sentNext));
    const store = memory(bits(valueBits), { depth, name: 'values' });
    store.write({ address: place, data: input.payload.value, enable: input.fires() });
    const head = store.read(sentNext.slice(places - 1, 0), { name: 'head' });
    output.connect({ value: head }, { valid: visible.notEquals(sent) });
    return { input, output };
  },
);
