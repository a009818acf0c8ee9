import {
  assertAlways,
  bits,
  bitsFor,
  type Bool,
  bool,
  constant,
  mux,
  named,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import { type Operation, targetsOf } from './operation.js';
import { type ArrayShape, longestPhase, searchPhase, writePhase } from './shape.js';

/** A phase of an instruction: 1 in each of its cycles, and in the last of them. */
export interface Phase {
  readonly active: Signal<Bool>;
  readonly last: Signal<Bool>;
}

/** What the cells do for the instruction at hand. One phase at most is active. */
export interface Phases {
  readonly sense: Phase;
  readonly write: Phase;
  readonly search: Phase;
  /** Cycles since the phase began. */
  readonly cycle: Signal;
  /** Lines that the write phase writes. */
  readonly writtenLines: Signal;
  /** The line sensed by a store is offered. */
  readonly offering: Signal<Bool>;
  /** The mask is set or complemented. */
  readonly masking: Signal<Bool>;
  /** Last cycle of the instruction. */
  readonly done: Signal<Bool>;
}

export interface Handshakes {
  /** An instruction is at hand; it stays until its last cycle. */
  readonly valid: Signal<Bool>;
  /** The line to load is there. */
  readonly loadValid: Signal<Bool>;
  /** The stored line is taken. */
  readonly storeReady: Signal<Bool>;
}

/** Takes an instruction through its phases: sense, then write or offer; search; change of the mask. */
export function phases(shape: ArrayShape, operation: Operation, { valid, loadValid, storeReady }: Handshakes): Phases {
  const afterSense = register(bool(), { reset: 0, name: 'after_sense', comment: 'the line is sensed' });
  const longest = longestPhase(shape);
  const cycle =
    longest === 1
      ? constant(bits(1), 0)
      : register(bits(bitsFor(longest)), { reset: 0, name: 'cycle', comment: 'of the phase' });
  const is = (kind: 'step' | 'search' | 'mask' | 'load' | 'store' | 'move'): Signal<Bool> =>
    named(valid.and(operation.opcode.is(kind)), `is_${kind}`);
  const [step, searching, masking, load, store] = [is('step'), is('search'), is('mask'), is('load'), is('store')];
  const move = shape.moves ? is('move') : constant(bool(), 0);

  const senses = step.and(operation.senses).or(store).or(move);
  const sensing = named(senses.and(afterSense.not()), 'sensing');
  const writes = step.or(move).and(sensing.not()).or(load.and(loadValid));
  const writing = named(writes, 'writing');
  const offering = named(store.and(afterSense), 'offering');

  const reaches = (cycles: number): Signal<Bool> => (longest === 1 ? constant(bool(), 1) : cycle.equals(cycles - 1));
  const senseLast = named(sensing.and(reaches(shape.readCycles)), 'sense_last');
  const writtenLines = named(mux(step, operation.targetCount, 1), 'written_lines');
  const writeLast = named(writing.and(lastOfWrite(shape, writtenLines, reaches)), 'write_last');
  const searchLast = named(searching.and(lastOfSearch(shape, operation, cycle, reaches)), 'search_last');
  const done = writeLast.or(searchLast).or(masking).or(offering.and(storeReady));

  if ('next' in cycle) {
    const last = senseLast.or(writeLast).or(searchLast);
    when(sensing.or(writing).or(searching), () => cycle.next(mux(last, 0, cycle.add(1))));
  }
  when(senseLast, () => afterSense.next(true)).elsewhen(done, () => afterSense.next(false));
  forbidMisuse(shape, operation, { step, search: searching, move, store, load });
  return {
    sense: { active: sensing, last: senseLast },
    write: { active: writing, last: writeLast },
    search: { active: searching, last: searchLast },
    cycle,
    writtenLines,
    offering,
    masking,
    done,
  };
}

type Reaches = (cycles: number) => Signal<Bool>;

function lastOfWrite(shape: ArrayShape, lines: Signal, reaches: Reaches): Signal<Bool> {
  const cycles = [1, 2, 3].map((count) => writePhase(shape, count));
  if (new Set(cycles).size === 1) return reaches(cycles[0]!);
  return mux(lines.equals(3), reaches(cycles[2]!), mux(lines.equals(2), reaches(cycles[1]!), reaches(cycles[0]!)));
}

function lastOfSearch(shape: ArrayShape, { lastLine }: Operation, cycle: Signal, reaches: Reaches): Signal<Bool> {
  const { searchCycles, searchLines } = shape;
  const longest = searchPhase(shape, searchLines);
  if (searchPhase(shape, 1) === longest) return reaches(longest);
  // One line a cycle, compared in the next.
  const compared = cycle.greater(lastLine.resize(cycle.width));
  return searchCycles > 2 ? compared.and(cycle.greaterOrEqual(searchCycles - 1)) : compared;
}

interface Kinds {
  readonly step: Signal<Bool>;
  readonly search: Signal<Bool>;
  readonly move: Signal<Bool>;
  readonly store: Signal<Bool>;
  readonly load: Signal<Bool>;
}

function forbidMisuse(shape: ArrayShape, operation: Operation, { step, search, move, store, load }: Kinds): void {
  const { lines, searchLines } = shape;
  const exists = (line: Signal): Signal<Bool> => line.resize(10).less(lines);
  const [first, second, third] = targetsOf(operation) as [Signal, Signal, Signal];
  const two = step.and(operation.targetCount.greater(1));
  const three = step.and(operation.targetCount.equals(3));
  const rule = (when: Signal<Bool>, holds: Signal<Bool>, message: string): void =>
    assertAlways(when.not().or(holds), message);
  rule(
    step.and(operation.senses).or(search).or(move).or(store),
    exists(operation.line),
    `the sensed line is beyond the last, ${lines - 1}`,
  );
  rule(step.or(move).or(load), exists(first), `the first target is beyond the last line, ${lines - 1}`);
  rule(two, exists(second), `the second target is beyond the last line, ${lines - 1}`);
  rule(three, exists(third), `the third target is beyond the last line, ${lines - 1}`);
  rule(two, first.notEquals(second), 'the first and the second target are one line');
  rule(three, third.notEquals(first).and(third.notEquals(second)), 'the third target is a target already');
  rule(step, operation.targetCount.any(), 'a step without a target');
  rule(
    search,
    operation.line.resize(10).add(operation.lastLine.resize(10)).less(lines),
    `the last searched line is beyond the last, ${lines - 1}`,
  );
  if (searchLines < 32) {
    rule(search, operation.lastLine.less(searchLines), `a search of more than ${searchLines} lines`);
  }
}
