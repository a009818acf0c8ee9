import {
  bits,
  bitsFor,
  bool,
  concat,
  defineModule,
  document,
  input,
  instance,
  outputOf,
  register,
  type Signal,
  switchOver,
  when,
  wire,
} from '../src/hdl/index.js';
import { subarray } from './subarray.js';

/** The image of one subarray: its file beside the Verilog, and its rows as bit patterns. */
export interface RowImage {
  readonly file: string;
  readonly words: readonly bigint[];
}

/** Plain data of the subarrays of one bank. */
export interface WeightRowsShape {
  readonly name: string;
  readonly across: number;
  readonly stack: number;
  /** Of each subarray. */
  readonly rows: number;
  readonly columns: number;
  readonly readCycles: number;
  readonly writeCycles: number;
  readonly body: 'behavioural' | 'fpga' | 'asic';
  /** Stack after stack, across within. */
  readonly images: readonly RowImage[];
}

/**
 * Subarrays side by side as one wide row, and behind one another as more rows: `row` counts through the first stack,
 * then the second, and so on. `sensed` has subarray 0 at the bottom and keeps its value until the next sense is done.
 */
export const weightRows = defineModule(
  (shape: WeightRowsShape) => `${shape.name}_rows`,
  (shape: WeightRowsShape) => {
    const { across, stack, rows } = shape;
    document(
      `${shape.name}_rows: ${across * stack} subarray${across * stack > 1 ? 's' : ''} of ${rows} rows × ${shape.columns} columns`,
      `${across} side by side, ${stack} behind one another`,
    );
    const rowBits = bitsFor(rows);
    const sense = input(bool(), { comment: 'start to sense a row' });
    const row = input(bits(stack === 1 ? rowBits : rowBits + bitsFor(stack)), {
      comment: stack === 1 ? 'row within each subarray' : 'stack, row within each subarray',
    });
    const chosen = stack === 1 ? undefined : row.slice(row.width - 1, rowBits);
    const { columns, readCycles, writeCycles, body, images } = shape;
    const cells = subarray({
      rows,
      columns,
      readCycles,
      writeCycles,
      body,
      operations: [],
      writable: false,
      image: true,
      counters: false,
    });
    const layers = Array.from({ length: stack }, (_unused, depth) => {
      const arrays = Array.from({ length: across }, (_place, place) => {
        const { file, words } = images[depth * across + place]!;
        const array = instance(cells, {
          name: `subarray_${depth * across + place}`,
          images: { IMAGE: { file, words } },
        });
        array.sense.connect(chosen === undefined ? sense : sense.and(chosen.equals(depth)));
        array.row.connect(row.slice(rowBits - 1, 0));
        return array.sensed;
      });
      return concat(...arrays.toReversed());
    });
    return {
      sense,
      row,
      sensed: outputOf(chosen === undefined ? layers[0]! : latest(layers, sense, chosen), {
        comment: 'subarray 0 at the bottom',
      }),
    };
  },
);

/** The word of the stack that was sensed last. */
function latest(layers: readonly Signal[], sense: Signal, chosen: Signal): Signal {
  const sensedLast = register(bits(chosen.width), { comment: 'stack that was sensed last' });
  when(sense, () => sensedLast.next(chosen));
  const result = wire(bits(layers[0]!.width), { name: 'sensed_row' });
  const cases = layers.slice(0, -1).map((layer, depth) => [depth, () => result.connect(layer)] as const);
  switchOver(sensedLast, cases, () => result.connect(layers.at(-1)!));
  return result;
}
