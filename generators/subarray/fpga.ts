import {
  type Bits,
  type Bool,
  bool,
  delayed,
  type Memory,
  memory,
  mux,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import { type Control, type Requests, type Sensing, sensing } from './control.js';
import { senseAmplifiers } from './sense-amplifiers.js';
import { rowContent, rowNumber, senseOperation, type SubarrayShape } from './shape.js';

/**
 * The array as block memory: the output register of the memory is the sense amplifiers' latch, so that logic of two rows
 * stands behind two such registers. Sense and write never coincide; an array that senses two rows therefore shares the
 * first port between them, and two ports (what block memories have) are enough.
 */
export function fpgaBody(shape: SubarrayShape, requests: Requests, control: Control): Signal<Bits> {
  const { writing } = requests;
  const { writeStarts } = control;
  const lines = sensing(shape, requests, control);
  const cells = memory(rowContent(shape), {
    depth: shape.rows,
    style: 'block',
    name: 'cells',
    ...(shape.image && { image: { parameter: 'IMAGE' } }),
  });
  if (writing === undefined || writeStarts === undefined)
    return readRows(shape, cells, lines, lines.row, lines.latch).sensed;
  const { writeRow, writeData, writeMask } = writing;
  if (writeMask !== undefined) return maskedBody(shape, cells, lines, { ...writing, writeMask }, writeStarts);
  const address = lines.rowB === undefined ? lines.row : mux(writeStarts, writeRow, lines.row);
  cells.write({ address: lines.rowB === undefined ? writeRow : address, data: writeData, enable: writeStarts });
  return readRows(shape, cells, lines, address, lines.latch).sensed;
}

/** Reads word line `address`, and the second one if there is one, at the edge that ends the sense. */
function readRows(
  shape: SubarrayShape,
  cells: Memory<Bits>,
  { latch, rowB, operation }: Sensing,
  address: Signal<Bits>,
  enable: Signal<Bool>,
): { readonly first: Signal<Bits>; readonly sensed: Signal<Bits> } {
  const first = cells.read(address, { enable, name: 'first_row' });
  if (rowB === undefined || operation === undefined) return { first, sensed: first };
  const second = cells.read(rowB, { enable: latch, name: 'second_row' });
  const latchedOperation = register(senseOperation(shape.operations), {
    reset: 'read',
    name: 'latched_operation',
    comment: 'operation of the rows read last',
  });
  when(latch, () => latchedOperation.next(operation));
  return { first, sensed: senseAmplifiers(shape, latchedOperation, first, second) };
}

/**
 * Masked writes: block memories write whole words (or bytes), so the first cycle of a write reads the row, and the second
 * writes it back with the masked columns replaced. What was sensed last moves to a register meanwhile.
 */
function maskedBody(
  shape: SubarrayShape,
  cells: Memory<Bits>,
  lines: Sensing,
  { writeRow, writeData, writeMask }: Required<NonNullable<Requests['writing']>>,
  writeStarts: Signal<Bool>,
): Signal<Bits> {
  const { latch } = lines;
  const merging = delayed(writeStarts, { name: 'merging', reset: 0, comment: 'second cycle of a write' });
  const heldRow = register(rowNumber(shape), { name: 'write_row_held', comment: 'row being written' });
  const heldData = register(rowContent(shape), { name: 'write_data_held' });
  const heldMask = register(rowContent(shape), { name: 'write_mask_held' });
  const kept = register(rowContent(shape), { name: 'kept', comment: 'what was sensed before the write' });
  const showKept = register(bool(), { name: 'show_kept', reset: 0, comment: 'no sense since the last write' });

  const address = mux(merging, heldRow, mux(writeStarts, writeRow, lines.row));
  // Never both, but a synthesizer that cannot see it would add logic for a read beside a write.
  const reads = latch.or(writeStarts).and(merging.not());
  const { first, sensed } = readRows(shape, cells, lines, address, reads);
  const shown = mux(showKept, kept, sensed);
  when(writeStarts, () => {
    heldRow.next(writeRow);
    heldData.next(writeData);
    heldMask.next(writeMask);
    kept.next(shown);
    showKept.next(true);
  }).elsewhen(latch, () => showKept.next(false));
  const merged = first.and(heldMask.not()).or(heldData.and(heldMask));
  cells.write({ address, data: merged, enable: merging });
  return shown;
}
