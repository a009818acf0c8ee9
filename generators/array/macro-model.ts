import { type Bool, defineModule, delayed, document, outputOf, type Signal } from '../../src/hdl/index.js';
import { cellMatrix } from './behavioural.js';
import { computeMacroDocumentation, computeMacroInputs, computeMacroName, type ComputeMacroSize } from './macro.js';
import type { ArrayShape } from './shape.js';

/** A computing macro and how long it senses at the clock of the simulated design. */
export type ComputeMacroModelShape = ComputeMacroSize & Pick<ArrayShape, 'readCycles'>;

/**
 * Behaviour of the macro, for simulation in place of its black box: a module of the same name and pins. Emitted apart
 * from the design, because synthesis must not see it. Word lines and drivers are sampled with the strobes; `sensed`
 * changes `readCycles` edges after the request, during which `line` holds still.
 */
export const computeMacroModel = defineModule(computeMacroName, (shape: ComputeMacroModelShape) => {
  const { readCycles, ...size } = shape;
  document(
    `${computeMacroName(size)}: simulation model`,
    ...computeMacroDocumentation(size),
    `a sense takes ${readCycles} cycle${readCycles === 1 ? '' : 's'}; not for synthesis`,
  );
  const pins = computeMacroInputs(size);
  const { operation: write, data, selected } = pins;
  const { sensed, matched } = cellMatrix(
    size,
    { operation: pins, write, data, selected },
    { sense: later(pins.sense, readCycles - 1), write: pins.write, targetCount: pins.targetCount },
  );
  return {
    ...pins,
    sensed: outputOf(sensed, { comment: "the sense amplifiers' latch" }),
    matched: outputOf(matched, { comment: 'match lines' }),
  };
});

/** The strobe some cycles later. Not reset: unknown bits are no strobe, and leave within as many cycles. */
function later(strobe: Signal<Bool>, cycles: number): Signal<Bool> {
  if (cycles === 0) return strobe;
  const before = later(strobe, cycles - 1);
  return delayed(before, { name: `sense_${cycles}`, comment: `a sense, ${cycles} after its request` });
}
