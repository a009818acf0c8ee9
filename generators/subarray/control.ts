import {
  assertAlways,
  type Bits,
  bits,
  bitsFor,
  type Bool,
  bool,
  type Input,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import { canBeBusy, rowNumber, type SenseOperation, senseOperation, type SubarrayShape } from './shape.js';

/** The request ports of one subarray, as far as its shape has them. */
export interface Requests {
  readonly sense: Input<Bool>;
  readonly row: Input<Bits>;
  readonly operands?: { readonly rowB: Input<Bits>; readonly operation: Input<SenseOperation> };
  readonly writing?: {
    readonly write: Input<Bool>;
    readonly writeRow: Input<Bits>;
    readonly writeData: Input<Bits>;
    readonly writeMask?: Input<Bits>;
  };
}

/** What the array does in this cycle. At most one of `senseStarts` and `writeStarts` is 1, and none while busy. */
export interface Control {
  readonly senseStarts: Signal<Bool>;
  readonly writeStarts?: Signal<Bool>;
  readonly busy?: Signal<Bool>;
  /** Cycles of the operation that runs, after this one; absent when every operation takes one. */
  readonly cyclesLeft?: Signal;
}

/**
 * Accepts one request at a time and times it. A request while busy, or a sense beside a write, is not carried out
 * (a write goes before a sense); an assertion reports both, and rows that the array does not have.
 */
export function control(shape: SubarrayShape, requests: Requests): Control {
  const { sense, writing } = requests;
  forbidMisuse(shape, requests);
  if (!canBeBusy(shape)) {
    if (writing === undefined) return { senseStarts: sense };
    return { senseStarts: sense.and(writing.write.not()), writeStarts: writing.write };
  }
  const { readCycles, writeCycles } = shape;
  const longest = Math.max(readCycles, writing === undefined ? 1 : writeCycles);
  const cyclesLeft = register(bits(bitsFor(longest)), {
    reset: 0,
    name: 'cycles_left',
    comment: 'of the sense or write that runs, after this one',
  });
  const running = cyclesLeft.any();
  const writeStarts = writing?.write.and(running.not());
  const senseStarts = sense.and((writing === undefined ? running : running.or(writing.write)).not());
  when(running, () => cyclesLeft.next(cyclesLeft.subtract(1)));
  if (writeStarts !== undefined && writeCycles > 1) when(writeStarts, () => cyclesLeft.next(writeCycles - 1));
  if (readCycles > 1) when(senseStarts, () => cyclesLeft.next(readCycles - 1));
  const requested = writing === undefined ? sense : sense.or(writing.write);
  assertAlways(requested.and(running).not(), 'a request while the array is busy');
  return { senseStarts, busy: running, cyclesLeft, ...(writeStarts && { writeStarts }) };
}

/** Word lines and reference of one sense, and when its result is there. */
export interface Sensing {
  /** 1 in the last cycle of a sense: the latch takes the result at the next edge. */
  readonly latch: Signal<Bool>;
  /** These are valid while `latch` is 1. */
  readonly row: Signal<Bits>;
  readonly rowB?: Signal<Bits>;
  readonly operation?: Signal<SenseOperation>;
}

/** The sense that runs. Word lines and reference stay selected as long as it takes. */
export function sensing(shape: SubarrayShape, requests: Requests, { senseStarts, cyclesLeft }: Control): Sensing {
  if (shape.readCycles === 1 || cyclesLeft === undefined) {
    return { latch: senseStarts, row: requests.row, ...requests.operands };
  }
  return { latch: lastCycleOfSense(shape, senseStarts, cyclesLeft), ...heldLines(shape, senseStarts, requests) };
}

function forbidMisuse({ rows }: SubarrayShape, { sense, row, operands, writing }: Requests): void {
  if (writing !== undefined) assertAlways(sense.and(writing.write).not(), 'a sense and a write in one cycle');
  if (rows === 2 ** row.width) return;
  const exists = (line: Signal<Bits>): Signal<Bool> => line.lessOrEqual(rows - 1);
  when(sense, () => {
    assertAlways(exists(row), `row is beyond the last, ${rows - 1}`);
    if (operands !== undefined) {
      const valid = operands.operation.is('read').or(exists(operands.rowB));
      assertAlways(valid, `row_b is beyond the last, ${rows - 1}`);
    }
  });
  if (writing === undefined) return;
  when(writing.write, () => assertAlways(exists(writing.writeRow), `write_row is beyond the last, ${rows - 1}`));
}

function lastCycleOfSense(
  { writable, writeCycles }: SubarrayShape,
  senseStarts: Signal<Bool>,
  cyclesLeft: Signal,
): Signal<Bool> {
  const last = cyclesLeft.equals(1);
  if (!writable || writeCycles === 1) return last;
  const senseRuns = register(bool(), { reset: 0, name: 'sense_runs', comment: 'what runs is a sense' });
  when(cyclesLeft.equals(0), () => senseRuns.next(senseStarts));
  return last.and(senseRuns);
}

function heldLines(
  shape: SubarrayShape,
  senseStarts: Signal<Bool>,
  { row, operands }: Requests,
): Omit<Sensing, 'latch'> {
  const heldRow = register(rowNumber(shape), { name: 'held_row', comment: 'word line being sensed' });
  when(senseStarts, () => heldRow.next(row));
  if (operands === undefined) return { row: heldRow };
  const heldRowB = register(rowNumber(shape), { name: 'held_row_b', comment: 'second word line being sensed' });
  const heldOperation = register(senseOperation(shape.operations), {
    name: 'held_operation',
    comment: 'reference of the sense amplifiers',
  });
  when(senseStarts, () => {
    heldRowB.next(operands.rowB);
    heldOperation.next(operands.operation);
  });
  return { row: heldRow, rowB: heldRowB, operation: heldOperation };
}
