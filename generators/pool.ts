import {
  bits,
  type Bits,
  bitsFor,
  bool,
  type Bool,
  concat,
  constant,
  defineModule,
  document,
  memory,
  mux,
  named,
  register,
  type Signal,
  streamIn,
  streamOut,
  when,
  wire,
} from '../src/hdl/index.js';
import { counter, times } from './counter.js';
import { type FrameShape, walkFrame } from './frame.js';

/** Plain data of one pooling layer. */
export interface PoolShape extends Omit<FrameShape, 'dilation' | 'pixelsAtOnce'> {
  readonly name: string;
  /** `sum` is the first half of an average. */
  readonly operation: 'maximum' | 'sum';
  readonly channels: number;
  /** Counted by a sum for positions outside the map; a maximum never takes them. */
  readonly paddingValue: number;
  readonly valueBits: number;
  readonly signed: boolean;
}

/** Bits of a result: a maximum has those of its values, a sum grows with the window; a sum is two's complement. */
export function poolBits({ operation, kernel, valueBits, signed }: PoolShape): number {
  return operation === 'maximum' ? valueBits : valueBits + bitsFor(kernel[0] * kernel[1]) + (signed ? 0 : 1);
}

/**
 * Pooling over a map that arrives value by value (row, column, channel); results leave in the same order.
 *
 * First over the rows of the window, then over its columns: a memory keeps the rows above, another the reduced
 * columns before, of each channel. One value, or one position of the padding, is taken each cycle.
 */
export const pool = defineModule(
  (shape: PoolShape) => `${shape.name}_pool`,
  (shape: PoolShape) => {
    const { channels, kernel, operation, valueBits } = shape;
    document(
      `${shape.name}_pool: ${operation} over windows of ${kernel.join('×')}, stride ${shape.stride.join('×')}`,
      `map of ${channels} channels, ${shape.height}×${shape.width}, padding ${shape.padding.join(', ')} (top, left, bottom, right)`,
    );
    const values = streamIn({ value: bits(valueBits) });
    const results = streamOut({ value: bits(poolBits(shape)) });

    const step = wire(bool(), { comment: 'one value is taken' });
    const channel = counter('channel', channels, step);
    const position = walkFrame({ ...shape, dilation: [1, 1], pixelsAtOnce: 1 }, step.and(channel.last));
    const result = register(bits(poolBits(shape)));
    const resultValid = register(bool(), { reset: 0 });
    const free = named(resultValid.not().or(results.ready), 'result_free');
    step.connect(free.and(position.isPadding.or(values.valid)));
    values.ready.connect(free.and(position.isPadding.not()));

    const value = named(mux(position.isPadding, paddingOf(shape), values.payload.value), 'value');
    const place = counter('place', position.columns * channels, step);
    const column = rowsAbove(value, shape, step, place, position.columns * channels);
    const columnResult = named(reduce(column, shape), 'column_result');
    const window = [columnResult, ...columnsBefore(columnResult, shape, step, channel.value)];
    when(step, () => resultValid.next(position.completes)).elsewhen(results.ready, () => resultValid.next(0));
    when(step, () => result.next(reduce(window, shape).resize(poolBits(shape)).asUnsigned()));
    results.connect({ value: result }, { valid: resultValid });
    return { values, results };
  },
);

function paddingOf({ operation, paddingValue, valueBits, signed }: PoolShape): Signal<Bits> {
  const lowest = signed ? 1n << BigInt(valueBits - 1) : 0n;
  return constant(bits(valueBits), operation === 'maximum' ? lowest : BigInt.asUintN(valueBits, BigInt(paddingValue)));
}

/** The value and those above it in its column, the newest first; typed as the reduction wants them. */
function rowsAbove(
  value: Signal,
  shape: PoolShape,
  step: Signal<Bool>,
  place: { readonly value: Signal; readonly last: Signal<Bool> },
  places: number,
): Signal[] {
  const rows = shape.kernel[0] - 1;
  if (rows === 0) return [typed(value, shape)];
  const kept = bits(rows * shape.valueBits);
  const next = (above: Signal): Signal<Bits> =>
    rows === 1 ? value.asUnsigned() : concat(value, above.slice(kept.width - 1, shape.valueBits));
  let above: Signal;
  if (places === 1) {
    const single = register(kept, { name: 'rows_above' });
    when(step, () => single.next(next(single)));
    above = single;
  } else {
    const rowsKept = memory(kept, { depth: places, name: 'rows_above', comment: `the last ${rows} rows` });
    const following = mux(place.last, constant(bits(place.value.width), 0), place.value.add(1));
    above = rowsKept.read(named(mux(step, following, place.value), 'next_place'), { name: 'above' });
    rowsKept.write({ address: place.value, data: next(above), enable: step });
  }
  const older = times(rows).map((row) => above.slice((row + 1) * shape.valueBits - 1, row * shape.valueBits));
  return [value, ...older].map((word) => typed(word, shape));
}

/** The reduced columns before this one, of the same channel. */
function columnsBefore(newest: Signal, shape: PoolShape, step: Signal<Bool>, channel: Signal): Signal[] {
  const columns = shape.kernel[1] - 1;
  if (columns === 0) return [];
  const kept = bits(columns * newest.width);
  const next = (before: Signal): Signal<Bits> =>
    columns === 1 ? newest.asUnsigned() : concat(newest, before.slice(kept.width - 1, newest.width));
  let before: Signal;
  if (shape.channels === 1) {
    const single = register(kept, { name: 'columns_before' });
    when(step, () => single.next(next(single)));
    before = single;
  } else {
    const columnsKept = memory(kept, { depth: shape.channels, style: 'distributed', name: 'columns_before' });
    before = columnsKept.readNow(channel);
    columnsKept.write({ address: channel, data: next(before), enable: step });
  }
  return times(columns).map((column) => {
    const word = before.slice((column + 1) * newest.width - 1, column * newest.width);
    return newest.signed ? word.asSigned() : word;
  });
}

/** A sum is reckoned in two's complement of its final width, a maximum in the format of the values. */
function typed(value: Signal, shape: PoolShape): Signal {
  const word = shape.signed ? value.asSigned() : value.asUnsigned();
  return shape.operation === 'maximum' ? word : word.resize(poolBits(shape)).asSigned();
}

function reduce(values: readonly Signal[], { operation }: PoolShape): Signal {
  return values.reduce((left, right) =>
    operation === 'sum' ? left.add(right) : mux(right.greater(left), right, left),
  );
}
