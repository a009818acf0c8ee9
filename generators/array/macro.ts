import { currentModule } from '../../src/hdl/context.js';
import {
  bits,
  type Bits,
  blackBox,
  bool,
  type Bool,
  input,
  type Input,
  instance,
  type Module,
  output,
  type Output,
} from '../../src/hdl/index.js';
import type { CellOutputs, CellRequests } from './cells.js';
import { writeOperation, type Operation } from './operation.js';
import { type ArrayShape, lineBits, lineContent } from './shape.js';

/** Size of a computing macro. */
export type ComputeMacroSize = Pick<ArrayShape, 'lines' | 'lanes' | 'searchLines'>;

/** Pins that ask something of the macro. */
export type ComputeMacroInputs = {
  readonly sense: Input<Bool>;
  readonly write: Input<Bool>;
  readonly search: Input<Bool>;
  readonly line: Input<Bits>;
  readonly target0: Input<Bits>;
  readonly target1: Input<Bits>;
  readonly target2: Input<Bits>;
  readonly targetCount: Input<Bits>;
  readonly operation: Input<Operation['write']['type']>;
  readonly data: Input<Bits>;
  readonly selected: Input<Bits>;
  readonly lastLine: Input<Bits>;
  readonly key: Input<Bits>;
};
export type ComputeMacroPins = ComputeMacroInputs & {
  readonly sensed: Output<Bits>;
  readonly matched: Output<Bits>;
};

/** Name of the macro in Verilog, Liberty and LEF. */
export function computeMacroName({ lines, lanes, searchLines }: ComputeMacroSize): string {
  return `sot_mram_compute_${lines}x${lanes}_search${searchLines}`;
}

/** Header lines that the black box and its simulation model share. */
export function computeMacroDocumentation({ lines, lanes, searchLines }: ComputeMacroSize): string[] {
  return [
    `SOT-MRAM macro of ${lines} lines x ${lanes} lanes with conditional writes and search`,
    `operation: 0 set, 1 reset, 2 toggle, 3 copy; one write driver a lane, up to three word lines a pulse`,
    `search: up to ${searchLines} lines from line on against key, bit i for line + i`,
    'the cells of a new macro are unknown until they are written',
  ];
}

export function computeMacroInputs(size: ComputeMacroSize): ComputeMacroInputs {
  const line = bits(lineBits(size));
  const content = lineContent(size);
  return {
    sense: input(bool(), { comment: 'start sensing line; sensed takes it at the end of the read time' }),
    write: input(bool(), { comment: 'start a write pulse' }),
    search: input(bool(), { comment: 'a search runs; line, last_line and key hold still' }),
    line: input(line, { comment: 'word line to sense, first line to search' }),
    target0: input(line, { comment: 'word lines to write' }),
    target1: input(line),
    target2: input(line),
    targetCount: input(bits(2), { comment: 'how many of them' }),
    operation: input(writeOperation),
    data: input(content, { comment: 'what the write drivers write' }),
    selected: input(content, { comment: '1: the lane is written' }),
    lastLine: input(bits(5), { comment: 'searched lines less one' }),
    key: input(bits(32)),
  };
}

const macros = new Map<string, Module<ComputeMacroPins>>();

/** The macro of a size as a black box; its layout and timing come from elsewhere. */
export function computeMacro(size: ComputeMacroSize): Module<ComputeMacroPins> {
  const name = computeMacroName(size);
  const known = macros.get(name);
  if (known !== undefined) return known;
  const documentation = [`${name}: black box`, ...computeMacroDocumentation(size)];
  const made = blackBox(name, { documentation }, (): ComputeMacroPins => {
    // Nothing in a black box uses the clock, yet the macro has one.
    currentModule().domain(false);
    return {
      ...computeMacroInputs(size),
      sensed: output(lineContent(size), { comment: "the sense amplifiers' latch" }),
      matched: output(lineContent(size), { comment: 'match lines, valid at the end of the search time' }),
    };
  });
  macros.set(name, made);
  return made;
}

/** The cells as an instance of the macro of their size. Strobes come in the first cycle of a phase. */
export function asicBody(shape: ArrayShape, { operation, phases, write, data, selected }: CellRequests): CellOutputs {
  const macro = instance(computeMacro(shape), { name: 'macro' });
  const first = phases.cycle.equals(0);
  const address = bits(lineBits(shape)).width;
  macro.sense.connect(phases.sense.active.and(first));
  macro.write.connect(phases.write.active.and(first));
  macro.search.connect(phases.search.active);
  macro.line.connect(operation.line.slice(address - 1, 0));
  macro.target0.connect(operation.target0.slice(address - 1, 0));
  macro.target1.connect(operation.target1.slice(address - 1, 0));
  macro.target2.connect(operation.target2.slice(address - 1, 0));
  macro.targetCount.connect(phases.writtenLines);
  macro.operation.connect(write);
  macro.data.connect(data);
  macro.selected.connect(selected);
  macro.lastLine.connect(operation.lastLine);
  macro.key.connect(operation.key);
  return { sensed: macro.sensed, matched: macro.matched };
}
