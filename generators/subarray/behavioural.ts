import { type Bits, memory, register, type Signal, when } from '../../src/hdl/index.js';
import { type Control, type Requests, sensing } from './control.js';
import { senseAmplifiers } from './sense-amplifiers.js';
import { rowContent, type SubarrayShape } from './shape.js';

/** The array as a simulator likes it best: the cells, and one latch behind the sense amplifiers. */
export function behaviouralBody(shape: SubarrayShape, requests: Requests, control: Control): Signal<Bits> {
  const { writing } = requests;
  const { writeStarts } = control;
  const { latch, row, rowB, operation } = sensing(shape, requests, control);
  const cells = memory(rowContent(shape), {
    depth: shape.rows,
    name: 'cells',
    ...(shape.image && { image: { parameter: 'IMAGE' } }),
  });
  const firstRow = cells.readNow(row);
  const secondRow = rowB && cells.readNow(rowB);
  const seen = senseAmplifiers(shape, operation, firstRow, secondRow);
  const latched = register(rowContent(shape), { name: 'latched', comment: "the sense amplifiers' latch" });
  when(latch, () => latched.next(seen));
  if (writing !== undefined && writeStarts !== undefined) {
    const { writeRow, writeData, writeMask } = writing;
    cells.write({ address: writeRow, data: writeData, enable: writeStarts, ...(writeMask && { mask: writeMask }) });
  }
  return latched;
}
