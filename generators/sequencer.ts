import {
  assertAlways,
  bits,
  type Bits,
  bitsFor,
  bool,
  type Bool,
  defineModule,
  document,
  input,
  type Input,
  memory,
  type Module,
  mux,
  named,
  type Output,
  output,
  outputOf,
  type OutputsOf,
  register,
  type Signal,
  wire,
  when,
} from '../src/hdl/index.js';
import { opcode, operationShape } from './array/operation.js';
import { addressRegisters } from './array/address-registers.js';
import { loopStack } from './array/loop-stack.js';

/** The instruction memory of a sequencer. */
export interface SequencerShape {
  /** Words of 64 bits, at least 2. */
  readonly words: number;
  /** The memory has a write port; otherwise it is a ROM. */
  readonly loadable: boolean;
  /** The content at power-up comes from the file named by the string parameter `IMAGE`. A ROM needs it. */
  readonly image: boolean;
}

export type ProgramWritePorts = {
  readonly write: Input<Bool>;
  readonly address: Input<Bits>;
  readonly word: Input<Bits>;
};

export type SequencerPorts = {
  readonly start: Input<Bool>;
  readonly busy: Output<Bool>;
  readonly done: Output<Bool>;
  readonly fault: Output<Bool>;
  readonly cycles: Output<Bits>;
  /** Absent in a ROM. */
  readonly program?: ProgramWritePorts;
  readonly valid: Output<Bool>;
  readonly operation: OutputsOf<typeof operationShape>;
  readonly operationDone: Input<Bool>;
};

export function sequencerName({ words, loadable, image }: SequencerShape): string {
  return ['sequencer', String(words), ...(loadable ? ['loadable'] : []), ...(loadable && image ? ['image'] : [])].join(
    '_',
  );
}

const build = defineModule(sequencerName, (shape: SequencerShape): SequencerPorts => {
  const { words, loadable, image } = shape;
  document(
    `${sequencerName(shape)}: runs a program of the array`,
    `${words} instruction words of 64 bits${loadable ? ', writable from outside' : ''}; 7 address registers; loops nest four deep`,
    'a word of loop control takes a cycle, any other as long as the array needs for it',
    ...(image ? ['IMAGE: file with the words at power-up'] : []),
  );
  const start = input(bool(), { comment: 'start the program; of no effect while busy' });
  const operationDone = input(bool(), { comment: 'the array ends the instruction in this cycle' });
  const busy = register(bool(), { reset: 0, comment: 'a program runs' });
  const done = register(bool(), { reset: 0, comment: 'a program has ended in the cycle before' });
  const fault = register(bool(), { reset: 0, comment: 'the program ended by a word that cannot be carried out' });
  const cycles = register(bits(32), { reset: 0, comment: 'cycles of the program so far, or of the last' });
  const address = bits(bitsFor(words));
  const counter = register(address, { reset: 0, name: 'program_counter', comment: 'address of the word at hand' });

  const store = memory(bits(64), {
    depth: words,
    name: 'words',
    ...(image && { image: { parameter: 'IMAGE' } }),
  });
  const program = loadable ? programPorts(address) : undefined;
  if (program) {
    store.write({ address: program.address, data: program.word, enable: program.write });
    assertAlways(program.write.and(busy).not(), 'a word is written while a program runs');
  }
  const nextCounter = wire(address, { name: 'next_counter', comment: 'address of the word of the next cycle' });
  const advances = wire(bool(), { name: 'advances', comment: 'the word at hand ends in this cycle' });
  const starts = named(start.and(busy.not()), 'starts');
  const word = store.read(nextCounter, { enable: starts.or(advances), name: 'word' });

  const code = wire(opcode, { name: 'code' });
  code.connect(word.slice(63, 60));
  const is = (kind: (typeof opcode.members)[number]): Signal<Bool> => busy.and(code.is(kind));
  const control = {
    loop: named(is('loop'), 'is_loop'),
    end: named(is('end'), 'is_end'),
    add: named(is('add'), 'is_add'),
  };
  const loops = loopStack({
    clear: starts,
    push: control.loop,
    end: control.end,
    body: counter.add(1),
    turns: word.slice(15, 0),
  });
  const halts = named(is('halt'), 'halts');
  const valid = named(busy.and(code.lessOrEqual('move')).and(halts.not()), 'valid');
  const unknown = named(busy.and(code.greater('add')), 'unknown');
  const last = named(loops.repeats.not().and(counter.equals(words - 1)), 'last', 'no word follows');
  advances.connect(controls(control).or(valid.and(operationDone)));
  const faulty = named(unknown.or(loops.fault).or(advances.and(last)), 'faulty');
  const stops = named(halts.or(faulty), 'stops');

  const following = mux(loops.repeats, loops.body.resize(address.width).asUnsigned(), counter.add(1));
  nextCounter.connect(mux(starts, 0, following));
  when(starts.or(advances), () => counter.next(nextCounter));
  when(starts, () => {
    busy.next(true);
    fault.next(false);
    cycles.next(0);
  }).elsewhen(busy, () => {
    cycles.next(cycles.add(1));
    when(stops, () => {
      busy.next(false);
      fault.next(faulty);
    });
  });
  done.next(stops);

  const changes = control.add.or(loops.repeats);
  const registers = addressRegisters({ clear: starts, changes, increments: word.slice(38, 0) });
  return {
    start,
    busy: outputOf(busy),
    done: outputOf(done),
    fault: outputOf(fault),
    cycles: outputOf(cycles),
    ...(program && { program }),
    valid: outputOf(valid, { comment: 'an instruction for the array' }),
    operation: decoded(code, word, registers),
    operationDone,
  };
});

/**
 * Runs a program: fetches a word a cycle, keeps loops and address registers, and hands every instruction of the array
 * out with its lines settled. `start` = 1 while not busy begins at word 0 with all registers zero; `done` is 1 in the
 * cycle after HALT, when `busy` is 0 again. A program then took `cycles` cycles: one for each LOOP, END, ADD and HALT that
 * was executed, and those of the array. A word that cannot be carried out (NOR, INITIALISE, an unknown code, END without
 * LOOP, a fifth nested LOOP, no HALT before the end of the memory) ends the program with `fault` = 1.
 *
 * @throws {RangeError} one line for a memory that cannot be.
 */
export function sequencer(shape: SequencerShape): Module<SequencerPorts> {
  const { words, loadable, image } = shape;
  if (!Number.isInteger(words) || words < 2) {
    throw new RangeError(`sequencer: words is ${words}; give a whole number of at least 2`);
  }
  if (!loadable && !image) {
    throw new RangeError('sequencer: the instruction memory has no content; set image: true or loadable: true');
  }
  return build(shape);
}

function programPorts(address: Bits): ProgramWritePorts {
  return {
    write: input(bool(), { comment: 'write a word of the program; while not busy' }),
    address: input(address),
    word: input(bits(64)),
  };
}

function controls({ loop, end, add }: Readonly<Record<'loop' | 'end' | 'add', Signal<Bool>>>): Signal<Bool> {
  return loop.or(end).or(add);
}

/** Fields of an instruction word, with its lines settled. */
function decoded(
  code: Signal<typeof opcode>,
  word: Signal<Bits>,
  line: (operand: Signal<Bits>) => Signal<Bits>,
): OutputsOf<typeof operationShape> {
  const ports = output(operationShape);
  ports.opcode.connect(code);
  ports.write.connect(word.slice(59, 58));
  ports.combine.connect(word.slice(59, 58));
  ports.variant.connect(word.bit(59));
  ports.data.connect(word.slice(57, 56));
  ports.invert.connect(word.bit(57));
  ports.lanes.connect(word.slice(55, 54));
  ports.lastLine.connect(word.slice(55, 51));
  ports.targetCount.connect(word.slice(53, 52));
  ports.senses.connect(word.bit(51));
  ports.line.connect(line(word.slice(50, 39)));
  ports.target0.connect(line(word.slice(38, 27)));
  ports.target1.connect(line(word.slice(26, 15)));
  ports.target2.connect(line(word.slice(14, 3)));
  ports.key.connect(word.slice(31, 0));
  ports.amount.connect(word.slice(14, 0));
  return ports;
}
