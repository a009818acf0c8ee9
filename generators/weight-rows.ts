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
import { programmingPorts, type ProgrammingShape } from './programming.js';
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
  /** Columns in use, from bit line 0 on; a macro has those of `programming`. */
  readonly columns: number;
  readonly readCycles: number;
  readonly writeCycles: number;
  readonly body: 'behavioural' | 'fpga' | 'asic';
  /** Stack after stack, across within. */
  readonly images: readonly RowImage[];
  /** With `asic`: how the rows are written, and the number of the first subarray here. */
  readonly programming?: ProgrammingShape & { readonly first: number };
}

/**
 * Subarrays side by side as one wide row, and behind one another as more rows: `row` counts through the first stack,
 * then the second, and so on. `sensed` has subarray 0 at the bottom and keeps its value until the next sense is done.
 * Macros are written through `programming`, a row at a time; others hold their images from the start.
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
    const { columns, readCycles, writeCycles, body, images, programming } = shape;
    const programmed = programming && programmingPorts(programming);
    const cells = subarray({
      rows,
      columns: programming?.columns ?? columns,
      readCycles,
      writeCycles,
      body,
      operations: [],
      writable: programming !== undefined,
      image: programming === undefined,
      counters: false,
    });
    const layers = Array.from({ length: stack }, (_unused, depth) => {
      const arrays = Array.from({ length: across }, (_place, place) => {
        const index = depth * across + place;
        const { file, words } = images[index]!;
        const array = instance(cells, {
          name: `subarray_${index}`,
          ...(programming === undefined && { images: { IMAGE: { file, words } } }),
        });
        if (programmed !== undefined) {
          array.write?.connect(programmed.write.and(programmed.array.equals(programming!.first + index)));
          array.writeRow?.connect(programmed.row);
          array.writeData?.connect(programmed.data);
        }
        array.sense.connect(chosen === undefined ? sense : sense.and(chosen.equals(depth)));
        array.row.connect(row.slice(rowBits - 1, 0));
        return array.sensed.slice(columns - 1, 0);
      });
      return concat(...arrays.toReversed());
    });
    return {
      sense,
      row,
      ...(programmed && { programming: programmed }),
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
