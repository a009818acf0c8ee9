import {
  type Bool,
  defineModule,
  delayed,
  document,
  memory,
  outputOf,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import {
  macroDocumentation,
  type MacroInputs,
  macroInputs,
  macroName,
  macroOperation,
  type MacroSize,
} from './macro.js';
import { senseAmplifiers } from './sense-amplifiers.js';
import { rowContent, rowNumber, rowOperations, type SubarrayShape } from './shape.js';

/** A macro and how long it senses at the clock of the simulated design. */
export type MacroModelShape = MacroSize & Pick<SubarrayShape, 'readCycles'>;

/**
 * Behaviour of the macro, for simulation in place of its black box: a module of the same name and pins. Emitted apart
 * from the design, because synthesis must not see it. `sensed` changes `readCycles` edges after the request; the macro
 * has no reset, and its rows are unknown until they are written.
 */
export const subarrayMacroModel = defineModule(macroName, ({ rows, columns, readCycles }: MacroModelShape) => {
  const size = { rows, columns };
  document(
    `${macroName(size)}: simulation model`,
    ...macroDocumentation(size),
    `a sense takes ${readCycles} cycle${readCycles === 1 ? '' : 's'}; not for synthesis`,
  );
  const pins = macroInputs(size);
  const cells = memory(rowContent(size), { depth: rows, name: 'cells' });
  cells.write({ address: pins.writeRow, data: pins.writeData, enable: pins.write, mask: pins.writeMask });

  const lines = readCycles === 1 ? pins : held(size, pins);
  const latch = readCycles === 1 ? pins.sense : later(pins.sense, readCycles - 1);
  const all = { columns, operations: rowOperations };
  const firstRow = cells.readNow(lines.row);
  const secondRow = cells.readNow(lines.rowB);
  const seen = senseAmplifiers(all, lines.operation, firstRow, secondRow);
  const latched = register(rowContent(size), { name: 'latched' });
  when(latch, () => latched.next(seen));
  return { ...pins, sensed: outputOf(latched, { comment: "the sense amplifiers' latch" }) };
});

function held(size: MacroSize, { sense, row, rowB, operation }: MacroInputs) {
  const heldRow = register(rowNumber(size), { name: 'held_row' });
  const heldRowB = register(rowNumber(size), { name: 'held_row_b' });
  const heldOperation = register(macroOperation, { name: 'held_operation' });
  when(sense, () => {
    heldRow.next(row);
    heldRowB.next(rowB);
    heldOperation.next(operation);
  });
  return { row: heldRow, rowB: heldRowB, operation: heldOperation };
}

/** The strobe some cycles later. Not reset: unknown bits are no strobe, and leave within as many cycles. */
function later(strobe: Signal<Bool>, cycles: number): Signal<Bool> {
  if (cycles === 0) return strobe;
  const before = later(strobe, cycles - 1);
  return delayed(before, { name: `sense_${cycles}`, comment: `a sense, ${cycles} after its request` });
}
