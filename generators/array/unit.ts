import {
  bits,
  type Bits,
  bitsFor,
  bool,
  type Bool,
  defineModule,
  document,
  input,
  type Input,
  instance,
  type Module,
  type Output,
  outputOf,
  type Sink,
  type Source,
  streamIn,
  streamOut,
} from '../../src/hdl/index.js';
import { array, type ArrayShape } from '../array.js';
import { type ProgramWritePorts, sequencer } from '../sequencer.js';
import { operationShape } from './operation.js';
import { arrayName, lineContent } from './shape.js';

/** The instruction memory of a unit. */
export interface ProgramStore {
  /** Words of 64 bits, at least 2. */
  readonly words: number;
  readonly loadable: boolean;
  /** The words at power-up, and the file beside the Verilog that holds them. */
  readonly image?: { readonly file: string; readonly words: readonly bigint[] };
}

/** An array with its sequencer. */
export interface ArrayUnitShape {
  /** Name of the Verilog module. */
  readonly name: string;
  readonly array: ArrayShape;
  readonly program: ProgramStore;
}

export type ArrayUnitPorts = {
  readonly start: Input<Bool>;
  readonly busy: Output<Bool>;
  readonly done: Output<Bool>;
  readonly fault: Output<Bool>;
  readonly cycles: Output<Bits>;
  readonly program?: ProgramWritePorts;
  readonly load: Source<{ readonly line: Bits }>;
  readonly store: Sink<{ readonly line: Bits }>;
};

/**
 * An array that runs the program in its instruction memory. `start` = 1 while not `busy` runs it once: the mask begins
 * with all lanes, the cells keep what they held. `done` is 1 in the cycle after its last; `fault` tells then whether it
 * ended by a word that cannot be carried out, `cycles` how long it took.
 *
 * Numbers come and go line by line: each LOAD of the program takes one beat of `load`, each STORE gives one of `store`, a
 * bit for each lane, lane 0 at the bottom. A field is thus as many beats as it has bits, the least significant first.
 *
 * @throws {RangeError} one line that names every fault of the array or the instruction memory.
 */
export const arrayUnit: (shape: ArrayUnitShape) => Module<ArrayUnitPorts> = defineModule(
  ({ name }: ArrayUnitShape) => name,
  (shape: ArrayUnitShape): ArrayUnitPorts => {
    const { words, loadable, image } = shape.program;
    document(
      `${shape.name}: SOT-MRAM array that computes, with its sequencer`,
      `${shape.array.lines} lines x ${shape.array.lanes} lanes: ${arrayName(shape.array)}`,
      `${words} instruction words${loadable ? ', written through the ports program' : ''}`,
      'start: runs the program once; load and store: a line of all lanes for each LOAD and STORE in it',
    );
    const start = input(bool(), { comment: 'run the program; of no effect while busy' });
    const load = streamIn({ line: lineContent(shape.array) });
    const store = streamOut({ line: lineContent(shape.array) });
    const control = instance(sequencer({ words, loadable, image: image !== undefined }), {
      name: 'control',
      ...(image && { images: { IMAGE: image } }),
    });
    const cells = instance(array(shape.array), { name: 'lanes' });

    control.start.connect(start);
    cells.selectAll.connect(start.and(control.busy.not()));
    cells.valid.connect(control.valid);
    for (const field of Object.keys(operationShape) as (keyof typeof operationShape)[]) {
      cells.operation[field].connect(control.operation[field]);
    }
    control.operationDone.connect(cells.done);
    load.connectTo(cells.load);
    cells.store.connectTo(store);
    const program = loadable ? programPorts(words) : undefined;
    if (program) {
      control.program?.write.connect(program.write);
      control.program?.address.connect(program.address);
      control.program?.word.connect(program.word);
    }
    return {
      start,
      busy: outputOf(control.busy, { comment: 'the program runs' }),
      done: outputOf(control.done, { comment: 'the program has ended in the cycle before' }),
      fault: outputOf(control.fault, { comment: 'it ended by a word that cannot be carried out' }),
      cycles: outputOf(control.cycles, { comment: 'cycles of the program so far, or of the last' }),
      ...(program && { program }),
      load,
      store,
    };
  },
);

function programPorts(words: number): ProgramWritePorts {
  return {
    write: input(bool(), { comment: 'write a word of the program; while not busy' }),
    address: input(bits(bitsFor(words))),
    word: input(bits(64)),
  };
}
