import {
  bits,
  bool,
  type Bool,
  concat,
  constant,
  defineModule,
  document,
  instance,
  memory,
  mux,
  named,
  outputOf,
  register,
  type Signal,
  type Source,
  type Bits,
  streamIn,
  when,
  wire,
} from '../src/hdl/index.js';
import { counter, times } from './counter.js';
import { type FrameShape, type Position, walkFrame } from './frame.js';
import { loadOperand, operandRequest } from './operand-port.js';
import { valueFifo } from './value-fifo.js';
import { describeTaps, type KeptPart, keptPart, runsOf, tapBits } from './window-taps.js';

/** Plain data of the window former of one convolution. */
export interface ConvolutionWindowShape extends FrameShape {
  readonly name: string;
  readonly channels: number;
  /** Pixels that may wait before the windows; 0 for none. */
  readonly fifoDepth: number;
  /** The integer that stands for a value outside the map. */
  readonly paddingValue: number;
  readonly groups: number;
  /** Taps that the bank has weights for, ascending, numbered as below; absent: all. Only with one group. */
  readonly taps?: readonly number[];
  readonly valueBits: number;
  readonly chunkWidth: number;
  readonly chunksAtOnce: number;
  /** Of one group. */
  readonly chunkGroups: number;
}

/**
 * Windows of a convolution over a map that arrives value by value (row, column, channel).
 *
 * Everything is kept by bit planes, so that the bank reads a plane without picking bits: a pixel is gathered in one
 * shift register for each plane, a memory keeps the rows above, and the window is a shift register of columns. The
 * frame is walked over with its padding, at most one position a cycle; where a position completes a window,
 * `available` rises, and the walk waits for `release`. `operand` holds the plane and chunks asked for in the cycle
 * before.
 *
 * Taps within a group of filters: column of the kernel, row, channel of the group; the last runs fastest. Where only
 * some are asked for, the operand is made of these alone, and channels, upper rows and left columns of the kernel that
 * none of them reads are not kept.
 */
export const convolutionWindow = defineModule(
  (shape: ConvolutionWindowShape) => `${shape.name}_window`,
  (shape: ConvolutionWindowShape) => {
    const { channels, valueBits, padding, groups, chunkGroups } = shape;
    const [top, left, bottom, right] = padding;
    const kept = keptPart(shape);
    document(
      `${shape.name}_window: windows of ${shape.kernel.join('×')}×${channels} over a map of ${shape.height}×${shape.width}`,
      `stride ${shape.stride.join('×')}, dilation ${shape.dilation.join('×')}, padding ${top} above, ${left} left, ${bottom} below, ${right} right`,
      `bit planes = ${valueBits}, windows at once = ${shape.pixelsAtOnce}`,
      ...describeTaps(shape),
    );
    const values = streamIn({ value: bits(valueBits) });
    const request = operandRequest(groups, chunkGroups, valueBits);

    const advance = wire(bool(), { comment: 'the walk moves on by one position' });
    const position = walkFrame(shape, advance);
    const pixel = pixelsOf(values, shape, advance.and(position.isPadding.not()));
    const available = register(bool(), { reset: 0 });
    // The walk waits at its start for the first value, or windows of padding alone would be sensed before an image.
    const hasPosition = pixel.full.or(position.isPadding.and(position.isFirst.not()));
    advance.connect(hasPosition.and(available.not().or(request.windowDone)));
    when(advance, () => available.next(position.completes)).elsewhen(request.windowDone, () => available.next(0));

    const outside = constant(bits(valueBits), BigInt.asUintN(valueBits, BigInt(shape.paddingValue)));
    const newest = pixel.planes.map((plane, index) => {
      const read = gather(plane, kept.channels);
      return named(mux(position.isPadding, outside.bit(index).repeat(read.width), read), `newest_${index}`);
    });
    const columns = joinRows(newest, kept.rows, position, advance);
    const window = columns.map((column, index) => shiftColumns(column, index, kept.columns, advance));

    const operand = register(bits(shape.pixelsAtOnce * shape.chunksAtOnce * shape.chunkWidth));
    loadOperand(
      operand,
      request,
      chunkGroups,
      window.map((plane) => operandsOf(plane, shape, kept)),
    );
    return {
      values,
      ...request,
      available: outputOf(available, { comment: 'a window is complete; it stays until window_done' }),
      operand: outputOf(operand, { comment: 'window 0 at the bottom, chunk 0 at the bottom of each' }),
    };
  },
);

/** A pixel by planes, there while `full`. */
interface Pixel {
  readonly planes: readonly Signal[];
  readonly full: Signal<Bool>;
}

/** The pixels for the walk, which takes one at a time. Whole pixels wait in the queue, so that many follow quickly. */
function pixelsOf(
  values: Source<{ value: Bits }>,
  { channels, fifoDepth, valueBits }: ConvolutionWindowShape,
  taken: Signal<Bool>,
): Pixel {
  if (fifoDepth === 0) return gatherPixel(values, channels, taken);
  const queue = instance(valueFifo({ valueBits: valueBits * channels, depth: fifoDepth }), { name: 'pixel_fifo' });
  const gathered = gatherPixel(values, channels, queue.input.ready);
  queue.input.connect({ value: concat(...gathered.planes.toReversed()) }, { valid: gathered.full });
  queue.output.ready.connect(taken);
  const { value } = queue.output.payload;
  const planes = times(valueBits).map((plane) => value.slice((plane + 1) * channels - 1, plane * channels));
  return { planes, full: queue.output.valid };
}

/**
 * One shift register a plane takes the channels of a pixel in turn; it is `full` until the pixel is taken, when the
 * first channel of the next may already come.
 */
function gatherPixel(values: Source<{ value: Bits }>, channels: number, taken: Signal<Bool>): Pixel {
  const full = register(bool(), { reset: 0, name: 'pixel_full' });
  values.ready.connect(full.not().or(taken));
  const arrives = named(values.fires(), 'value_arrives');
  const { value } = values.payload;
  const planes = Array.from({ length: value.width }, (_, index) => {
    const gathered = register(bits(channels), { name: `pixel_${index}`, comment: `plane ${index} of the pixel` });
    when(arrives, () =>
      gathered.next(channels === 1 ? value.bit(index) : concat(value.bit(index), gathered.slice(channels - 1, 1))),
    );
    return gathered;
  });
  const complete = arrives.and(counter('channel', channels, arrives).last);
  when(complete, () => full.next(1)).elsewhen(taken, () => full.next(0));
  return { planes, full };
}

/**
 * The newest pixel on top of those above it in the map, plane by plane. Rows above are kept in one memory, a word a
 * column, read one position ahead.
 */
function joinRows(newest: readonly Signal[], rows: number, position: Position, advance: Signal<Bool>): Signal[] {
  if (rows === 1) return [...newest];
  const channels = newest[0]!.width;
  const size = (rows - 1) * channels;
  const word = bits(newest.length * size);
  const above = position.columns === 1 ? oneColumn() : manyColumns();
  const columns = newest.map((plane, index) =>
    named(concat(plane, above.word.slice((index + 1) * size - 1, index * size)), `column_${index}`),
  );
  above.write(concat(...columns.map((column) => column.slice(rows * channels - 1, channels)).toReversed()));
  return columns;

  function oneColumn(): { word: Signal; write: (next: Signal) => void } {
    const kept = register(word, { name: 'rows_above' });
    return { word: kept, write: (next) => when(advance, () => kept.next(next)) };
  }
  function manyColumns(): { word: Signal; write: (next: Signal) => void } {
    const lines = memory(word, {
      depth: position.columns,
      name: 'rows_above',
      comment: `the last ${rows - 1} rows, a word a column`,
    });
    return {
      word: lines.read(position.nextColumn, { name: 'above' }),
      write: (next) => lines.write({ address: position.column, data: next, enable: advance }),
    };
  }
}

/** The window of one plane: the newest column on top, older ones below. */
function shiftColumns(column: Signal, index: number, columns: number, advance: Signal<Bool>): Signal {
  const size = column.width;
  const window = register(bits(size * columns), {
    name: `window_${index}`,
    comment: `plane ${index}, newest column on top`,
  });
  when(advance, () => window.next(columns === 1 ? column : concat(column, window.slice(size * columns - 1, size))));
  return window;
}

/** The operands of one plane, by group of filters, then group of chunks. */
function operandsOf(window: Signal, shape: ConvolutionWindowShape, kept: KeptPart): Signal[] {
  const { groups, chunkGroups, chunksAtOnce, chunkWidth, pixelsAtOnce } = shape;
  const width = chunksAtOnce * chunkWidth;
  return times(groups).flatMap((group) => {
    const pixels = times(pixelsAtOnce).map((pixel) => gather(window, tapBits(shape, kept, group, pixel)));
    return times(chunkGroups).map((chunkGroup) =>
      concat(...pixels.map((taps) => pieceOf(taps, chunkGroup * width, width)).toReversed()),
    );
  });
}

/** Bits of the word, the first of the list at the bottom, in as few slices as they allow. */
function gather(word: Signal, places: readonly number[]): Signal {
  return concat(
    ...runsOf(places)
      .map(([low, high]) => word.slice(high, low))
      .toReversed(),
  );
}

/** Bits from `low` on, filled up with zeros where the word ends. */
function pieceOf(word: Signal, low: number, width: number): Signal {
  return word.slice(Math.min(word.width, low + width) - 1, low).resize(width);
}
