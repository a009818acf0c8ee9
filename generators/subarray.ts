import {
  type Bits,
  bool,
  defineModule,
  document,
  input,
  type Module,
  outputOf,
  type Signal,
} from '../src/hdl/index.js';
import { behaviouralBody } from './subarray/behavioural.js';
import { control, type Control, type Requests } from './subarray/control.js';
import { counters } from './subarray/counters.js';
import { fpgaBody } from './subarray/fpga.js';
import { asicBody, macroName } from './subarray/macro.js';
import {
  checkedShape,
  rowContent,
  rowNumber,
  senseOperation,
  type SubarrayBody,
  subarrayName,
  type SubarrayPorts,
  type SubarrayShape,
} from './subarray/shape.js';

export { macroName, type MacroSize, subarrayMacro } from './subarray/macro.js';
export { type MacroModelShape, subarrayMacroModel } from './subarray/macro-model.js';
export {
  type RowOperation,
  rowOperations,
  type SenseOperation,
  senseOperation,
  type SubarrayBody,
  type SubarrayPorts,
  type SubarrayShape,
} from './subarray/shape.js';

const bodies: Readonly<
  Record<SubarrayBody, (shape: SubarrayShape, requests: Requests, control: Control) => Signal<Bits>>
> = { behavioural: behaviouralBody, fpga: fpgaBody, asic: asicBody };

const build = defineModule(subarrayName, (shape: SubarrayShape) => {
  document(...headerOf(shape));
  const requests = requestPorts(shape);
  const timing = control(shape, requests);
  const sensed = outputOf(bodies[shape.body](shape, requests, timing), { comment: "the sense amplifiers' latch" });
  const { sense, row, operands, writing } = requests;
  return {
    sense,
    row,
    ...operands,
    ...writing,
    sensed,
    ...(timing.busy && { busy: outputOf(timing.busy, { comment: 'a sense or write runs: no request now' }) }),
    ...(shape.counters && counters(shape, requests, timing)),
  };
});

/**
 * One SOT-MRAM subarray with its sense amplifiers. All bodies have the same ports and the same timing:
 *
 * - `sense` = 1 in cycle t starts sensing word line `row` (with row operations also `row_b`, combined as `operation`
 *   says; a read ignores `row_b`). `sensed` shows the result from cycle t + readCycles on, and holds it until the next
 *   result. Before the first result it is unknown. With readCycles = 1 this is a block memory with an output register.
 * - `write` = 1 in cycle t writes `write_data` to `write_row` (columns whose `write_mask` bit is 0 keep their cell);
 *   a sense may start in cycle t + writeCycles and sees it. `sensed` does not change.
 * - The array does one thing at a time. `busy` is 1 from the second cycle of an operation to its last; requests are made
 *   while it is 0, and a sense not beside a write. An assertion reports any other; it is not carried out (of a sense beside
 *   a write, the write is).
 * - Reset clears the counters and keeps the rows; `sensed` is unknown until the next result. It lasts as long as the
 *   longest operation, without requests; a row that was being written when it began is unknown.
 *
 * The counters are an aid for simulation and cost models: `sense_count`, `write_count`, `operation_count_<kind>`.
 *
 * @throws {RangeError} one line that names every fault of the shape.
 */
export function subarray<const Shape extends SubarrayShape>(shape: Shape): Module<SubarrayPorts<Shape>> {
  // The ports follow the same conditions as their types; the compiler cannot see that.
  return build(checkedShape(shape)) as unknown as Module<SubarrayPorts<Shape>>;
}

function requestPorts(shape: SubarrayShape): Requests {
  const row = rowNumber(shape);
  const content = rowContent(shape);
  return {
    sense: input(bool(), { comment: 'start sensing' }),
    row: input(row, { comment: 'word line' }),
    ...(shape.operations.length > 0 && {
      operands: {
        rowB: input(row, { comment: 'second word line; of no effect in a read' }),
        operation: input(senseOperation(shape.operations), { comment: 'what to sense of the two rows' }),
      },
    }),
    ...(shape.writable && {
      writing: {
        write: input(bool(), { comment: 'start writing' }),
        writeRow: input(row, { comment: 'word line to write' }),
        writeData: input(content),
        ...(shape.writeMask && { writeMask: input(content, { comment: '1: the column is written' }) }),
      },
    }),
  };
}

function headerOf(shape: SubarrayShape): string[] {
  const { rows, columns, readCycles, writeCycles, writable, writeMask, operations, body, image } = shape;
  const cycles = (count: number): string => `${count} cycle${count === 1 ? '' : 's'}`;
  const made = { behavioural: 'behavioural model', fpga: 'block memory', asic: `macro ${macroName(shape)}` }[body];
  return [
    `${subarrayName(shape)}: SOT-MRAM subarray, ${made}`,
    `${rows} rows (word lines) x ${columns} columns (bit lines)`,
    `sense: ${cycles(readCycles)}${writable ? `; write: ${cycles(writeCycles)}${writeMask ? ', with a mask' : ''}` : ''}`,
    ...(operations.length > 0 ? [`senses of two rows: ${operations.join(', ')}`] : []),
    image ? 'IMAGE: file with the rows at power-up' : 'rows are unknown until they are written',
  ];
}
