import {
  type Bits,
  bits,
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
  outputOf,
  register,
  type Signal,
  type Source,
  streamIn,
  switchOver,
  when,
  wire,
} from '../src/hdl/index.js';
import { counter } from './counter.js';
import { keepTable, type KeepTableShape } from './keep-table.js';
import { operandRequest } from './operand-port.js';

/** Plain data of the input buffer of one fully connected layer. */
export interface VectorBufferShape {
  readonly name: string;
  /** Values of the vector that the bank has weights for. */
  readonly length: number;
  /** Where not all values that arrive are kept: which, in the order of arrival; `length` of them are. */
  readonly keep?: KeepTableShape;
  readonly valueBits: number;
  readonly chunkWidth: number;
  readonly chunksAtOnce: number;
  readonly chunkGroups: number;
}

/**
 * The input vector of a fully connected layer, by bit planes. Values are gathered in one shift register a plane; each
 * `chunksAtOnce · chunkWidth` of them, or at the end of the vector, the planes are written to a memory, one a cycle,
 * during which no value is taken. The memory holds two vectors, so that one is read while the next arrives.
 *
 * Values without weights are let through and forgotten, even while planes are written.
 *
 * Value v of a group lies at bit v of its word, except in a last group of fewer values: these lie at the top.
 */
export const vectorBuffer = defineModule(
  (shape: VectorBufferShape) => `${shape.name}_vector`,
  (shape: VectorBufferShape) => {
    const { length, valueBits, chunkGroups } = shape;
    const width = shape.chunksAtOnce * shape.chunkWidth;
    document(
      `${shape.name}_vector: two vectors of ${length} values by bit planes`,
      ...(shape.keep ? [`kept = ${length} of ${shape.keep.kept.length} values that arrive`] : []),
      `bit planes = ${valueBits}, words of ${width} values, ${chunkGroups} word${chunkGroups > 1 ? 's' : ''} a plane`,
    );
    const values = streamIn({ value: bits(valueBits) });
    const request = operandRequest(1, chunkGroups, valueBits);

    const gathered = register(bool(), { reset: 0, comment: 'a group is complete and being written' });
    const arrives = takeKept(shape.keep, values, gathered);
    // Below the values of a shorter last group lie zeros: the bank counts the ones of a whole operand where weights are ±1.
    const isPartial = length % width !== 0;
    const planes = Array.from({ length: valueBits }, (_, index) => {
      const plane = register(bits(width), {
        name: `group_${index}`,
        comment: `plane ${index}, newest value on top`,
        ...(isPartial && { reset: 0 }),
      });
      const bit = values.payload.value.bit(index);
      when(arrives, () => plane.next(width === 1 ? bit : concat(bit, plane.slice(width - 1, 1))));
      return plane;
    });

    const groupEnds = wire(bool(), { comment: 'the last value of a group arrives' });
    const vectors = register(bits(2), { reset: 0, comment: 'vectors that are complete' });
    const filling = register(bool(), { reset: 0, comment: 'half that is being filled' });
    const reading = register(bool(), { reset: 0, comment: 'half that is being read' });
    const write = named(gathered.and(vectors.notEquals(2)), 'write_plane');
    const plane = counter('written_plane', valueBits, write);
    const written = named(write.and(plane.last), 'group_written');
    const group = counter('group', chunkGroups, written);
    const vectorWritten = named(written.and(group.last), 'vector_written');
    when(groupEnds, () => gathered.next(1)).elsewhen(written, () => gathered.next(0));
    if (isPartial) {
      when(written, () => {
        for (const word of planes) word.next(0);
      });
    }
    when(vectorWritten, () => filling.next(filling.not()));
    when(request.windowDone, () => reading.next(reading.not()));
    when(vectorWritten.and(request.windowDone.not()), () => vectors.next(vectors.add(1))).elsewhen(
      request.windowDone.and(vectorWritten.not()),
      () => vectors.next(vectors.subtract(1)),
    );
    groupEnds.connect(arrives.and(groupComplete(shape, width, arrives, group.last)));

    const address = (half: Signal, chunkGroup: Signal, planeIndex: Signal): Signal =>
      concat(half, ...(chunkGroups > 1 ? [chunkGroup] : []), ...(valueBits > 1 ? [planeIndex] : []));
    const addressBits = 1 + (chunkGroups > 1 ? bitsFor(chunkGroups) : 0) + (valueBits > 1 ? bitsFor(valueBits) : 0);
    const store = memory(bits(width), { depth: 2 ** addressBits, name: 'planes', comment: 'half, group, plane' });
    const data = wire(bits(width), { name: 'plane_to_write' });
    const last = planes.at(-1)!;
    if (valueBits === 1) data.connect(last);
    else {
      const cases = planes.slice(0, -1).map((word, index) => [index, () => data.connect(word)] as const);
      switchOver(plane.value, cases, () => data.connect(last));
    }
    store.write({ address: address(filling, group.value, plane.value), data, enable: write });
    const operand = store.read(address(reading, request.chunkGroup, request.plane), {
      enable: request.read,
      name: 'operand',
    });
    return {
      values,
      ...request,
      available: outputOf(vectors.notEquals(0), { comment: 'a vector is complete; it stays until window_done' }),
      operand: outputOf(operand, { comment: 'value 0 of the group at the bottom' }),
    };
  },
);

/** Takes values unless a group is being written, and those without weights even then; true where one is to be kept. */
function takeKept(
  keep: KeepTableShape | undefined,
  values: Source<{ value: Bits }>,
  isWriting: Signal<Bool>,
): Signal<Bool> {
  if (keep === undefined) {
    values.ready.connect(isWriting.not());
    return named(values.fires(), 'value_arrives');
  }
  const isKept = keepTable(keep, values.fires());
  values.ready.connect(isWriting.not().or(isKept.not()));
  return named(values.fires().and(isKept), 'value_arrives');
}

/** True at the last value of a group: each `width` values, and at the end of the vector. */
function groupComplete(
  { length, chunkGroups }: VectorBufferShape,
  width: number,
  arrives: Signal,
  lastGroup: Signal,
): Signal {
  const rest = length - (chunkGroups - 1) * width;
  const place = register(bits(bitsFor(Math.max(width, 2))), { reset: 0, name: 'value_in_group' });
  const end = constant(bits(place.width), width - 1);
  const last = named(
    place.equals(rest === width ? end : mux(lastGroup, constant(bits(place.width), rest - 1), end)),
    'value_last',
  );
  when(arrives, () => place.next(mux(last, 0, place.add(1))));
  return last;
}
