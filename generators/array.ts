import {
  type Bits,
  bool,
  type Bool,
  defineModule,
  document,
  input,
  type Input,
  member,
  type Module,
  mux,
  named,
  type Output,
  outputOf,
  register,
  type Signal,
  type Sink,
  type Source,
  streamIn,
  streamOut,
  switchOver,
  when,
  wire,
} from '../src/hdl/index.js';
import { behaviouralBody } from './array/behavioural.js';
import type { CellOutputs, CellRequests } from './array/cells.js';
import { every, none } from './array/drivers.js';
import { fpgaBody } from './array/fpga.js';
import { asicBody, computeMacroName } from './array/macro.js';
import { type Operation, type OperationPorts, operationShape, writeOperation } from './array/operation.js';
import { phases, type Phases } from './array/phases.js';
import { arrayName, type ArrayShape, checkedArray, lineContent } from './array/shape.js';
import type { SubarrayBody } from './subarray.js';

export { computeMacro, computeMacroName, type ComputeMacroSize } from './array/macro.js';
export { computeMacroModel, type ComputeMacroModelShape } from './array/macro-model.js';
export { type Operation, operationShape } from './array/operation.js';
export { type ArrayShape, searchPhase, writePhase } from './array/shape.js';

const bodies: Readonly<Record<SubarrayBody, (shape: ArrayShape, requests: CellRequests) => CellOutputs>> = {
  behavioural: behaviouralBody,
  fpga: fpgaBody,
  asic: asicBody,
};

export type ArrayPorts = {
  /** All lanes are selected: at the start of a program. */
  readonly selectAll: Input<Bool>;
  /** An instruction is at hand; it holds still until `done`. */
  readonly valid: Input<Bool>;
  readonly operation: OperationPorts;
  /** Last cycle of the instruction. */
  readonly done: Output<Bool>;
  /** A line of all lanes for each LOAD. */
  readonly load: Source<{ readonly line: Bits }>;
  /** A line of all lanes from each STORE. */
  readonly store: Sink<{ readonly line: Bits }>;
};

const build = defineModule(arrayName, (shape: ArrayShape): ArrayPorts => {
  document(...headerOf(shape));
  const content = lineContent(shape);
  const selectAll = input(bool(), { comment: 'the mask selects all lanes' });
  const valid = input(bool(), { comment: 'an instruction is at hand, until done' });
  // Without moves, nothing reads the amount of one.
  const operation = input(operationShape, shape.moves ? {} : { tags: ['unused'] });
  const load = streamIn({ line: content });
  const store = streamOut({ line: content });
  const timing = phases(shape, operation, { valid, loadValid: load.valid, storeReady: store.ready });

  const mask = register(content, { name: 'mask', comment: '1: the lane was found by the last searches' });
  const sensed = wire(content, { name: 'sensed', comment: "the sense amplifiers' latch" });
  const write = named(
    mux(operation.opcode.is('step'), operation.write, member(writeOperation, 'copy')),
    'write_operation',
  );
  const data = laneData(shape, operation, sensed, load.payload.line);
  const selected = selectedLanes(shape, operation, mask);
  const requests: CellRequests = { operation, phases: timing, write, data, selected };
  const cells = bodies[shape.body](shape, requests);
  sensed.connect(cells.sensed);
  changeMask(shape, operation, timing, { mask, selectAll, matched: cells.matched });

  load.ready.connect(timing.write.last.and(operation.opcode.is('load')));
  store.connect({ line: sensed }, { valid: timing.offering });
  return { selectAll, valid, operation, done: outputOf(timing.done, { comment: 'its last cycle' }), load, store };
});

/**
 * An array of SOT-MRAM cells that computes: each instruction senses a line or none and writes up to three others in the
 * selected lanes, or searches lines for a key, or moves a line between lanes, or exchanges one with the outside.
 *
 * An instruction is offered with `valid` and holds still until `done`; the next may follow in the next cycle. It takes
 *
 * - step, move: `readCycles` if it senses a line, then a write phase;
 * - load: a write phase, from when a line is offered; store: `readCycles`, then one cycle or until the line is taken;
 * - search: a search phase; mask: one cycle.
 *
 * The write phase takes `writeCycles` and the search phase `searchCycles`. In block memory (body `fpga`) they take at
 * least a cycle for each line and one more. The bodies have the same ports and, but for this, the same timing.
 *
 * @throws {RangeError} one line that names every fault of the shape.
 */
export function array(shape: ArrayShape): Module<ArrayPorts> {
  return build(checkedArray(shape));
}

/** What the write drivers write, lane by lane. */
function laneData(shape: ArrayShape, operation: Operation, sensed: Signal<Bits>, loaded: Signal<Bits>): Signal<Bits> {
  const data = wire(lineContent(shape), { name: 'data', comment: 'of the write drivers' });
  const ofStep = (): void => {
    switchOver(operation.data, {
      sensed: () => data.connect(sensed),
      complement: () => data.connect(sensed.not()),
      zero: () => data.connect(none(shape)),
      one: () => data.connect(every(shape)),
    });
  };
  const cases = { load: () => data.connect(loaded) };
  if (!shape.moves) {
    switchOver(operation.opcode, cases, ofStep);
  } else {
    const moved = movedLine(shape, operation, sensed);
    switchOver(operation.opcode, { ...cases, move: () => data.connect(moved) }, ofStep);
  }
  return data;
}

/** Lane j takes lane j − amount, or 0 where there is none; of a broadcast every lane takes lane `amount`. */
function movedLine({ lanes }: ArrayShape, { variant, amount }: Operation, sensed: Signal<Bits>): Signal<Bits> {
  const downwards = amount.top().or(variant);
  const distance = named(mux(amount.top().and(variant.not()), amount.negate(), amount), 'distance');
  const down = named(sensed.shiftRight(distance), 'moved_down');
  const up = named(sensed.shiftLeft(distance), 'moved_up');
  return mux(variant, down.bit(0).repeat(lanes), mux(downwards, down, up));
}

/** The lanes that a write reaches. */
function selectedLanes(shape: ArrayShape, { opcode, lanes }: Operation, mask: Signal<Bits>): Signal<Bits> {
  const selected = wire(lineContent(shape), { name: 'selected', comment: 'lanes that are written' });
  const conditional = opcode.is('step');
  when(conditional.and(lanes.is('matched')), () => selected.connect(mask))
    .elsewhen(conditional.and(lanes.is('unmatched')), () => selected.connect(mask.not()))
    .otherwise(() => selected.connect(every(shape)));
  return selected;
}

interface MaskSignals {
  readonly mask: ReturnType<typeof register<Bits>>;
  readonly selectAll: Signal<Bool>;
  readonly matched: Signal<Bits>;
}

function changeMask(shape: ArrayShape, operation: Operation, timing: Phases, signals: MaskSignals): void {
  const { mask, selectAll, matched } = signals;
  const found = named(matched.xor(operation.invert.repeat(shape.lanes)), 'found');
  when(selectAll, () => mask.next(every(shape)))
    .elsewhen(timing.masking, () => mask.next(mux(operation.variant, mask.not(), every(shape))))
    .elsewhen(timing.search.last, () => {
      switchOver(
        operation.combine,
        { and: () => mask.next(mask.and(found)), or: () => mask.next(mask.or(found)) },
        () => mask.next(found),
      );
    });
}

function headerOf(shape: ArrayShape): string[] {
  const { lines, lanes, readCycles, writeCycles, searchCycles, searchLines, body } = shape;
  const made = {
    behavioural: 'behavioural model',
    fpga: 'block memory: a write or search takes at least a cycle for each line and one more',
    asic: `macro ${computeMacroName(shape)}`,
  }[body];
  const cycles = (count: number): string => `${count} cycle${count === 1 ? '' : 's'}`;
  return [
    `${arrayName(shape)}: SOT-MRAM array that computes, ${made}`,
    `${lines} lines x ${lanes} lanes; a search compares up to ${searchLines} lines`,
    `sense: ${cycles(readCycles)}; write: ${cycles(writeCycles)}; search: ${cycles(searchCycles)}`,
  ];
}
