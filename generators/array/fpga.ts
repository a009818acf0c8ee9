import {
  type Bits,
  bits,
  bool,
  constant,
  delayed,
  memory,
  mux,
  named,
  register,
  type Signal,
  switchOver,
  when,
  wire,
} from '../../src/hdl/index.js';
import type { CellOutputs, CellRequests } from './cells.js';
import { driven, writeDrivers } from './drivers.js';
import { type Operation, targetsOf } from './operation.js';
import { type ArrayShape, lineBits, lineContent, writePhase } from './shape.js';

/**
 * The cells in block memory with one read and one write port. A write phase reads its targets one after the other and
 * writes each back in the cycle after; a search reads its lines one after the other. The line sensed last waits in a
 * register meanwhile.
 */
export function fpgaBody(shape: ArrayShape, { operation, phases, write, data, selected }: CellRequests): CellOutputs {
  const content = lineContent(shape);
  const address = bits(lineBits(shape));
  const { sense, search, cycle, writtenLines } = phases;
  const cells = memory(content, { depth: shape.lines, name: 'cells', style: 'block' });

  const line = operation.line.slice(address.width - 1, 0);
  const targets = targetsOf(operation).map((target) => target.slice(address.width - 1, 0));
  const step = resized(cycle, address.width);
  const target = chosen(targets, cycle, address);
  const readLine = named(mux(phases.write.active, target, mux(search.active, line.add(step), line)), 'read_line');
  const reading = named(sense.active.or(phases.write.active).or(search.active), 'reading');
  const read = cells.read(readLine, { enable: reading, name: 'read_data' });

  const first = atFirst(cycle);
  const fresh = delayed(sense.active, { reset: 0, name: 'fresh', comment: 'the line just sensed is in read_data' });
  const kept = register(content, { name: 'kept', comment: 'the line sensed last' });
  when(fresh, () => kept.next(read));
  const sensed = named(mux(fresh, read, kept), 'sensed');

  const writtenLine = delayed(readLine, { name: 'written_line' });
  const writesBack = named(
    phases.write.active.and(first.not()).and(withinCount(shape, cycle, writtenLines)),
    'writes_back',
  );
  const drive = writeDrivers(shape, write, data, selected);
  cells.write({ address: writtenLine, data: named(driven(read, drive), 'merged'), enable: writesBack });
  return { sensed, matched: matchLines(shape, operation, phases, read) };
}

/** Lanes in which every line read so far equals its bit of the key. */
function matchLines(
  shape: ArrayShape,
  { key, lastLine }: Operation,
  { search, cycle }: CellRequests['phases'],
  read: Signal<Bits>,
): Signal<Bits> {
  const keyBit = delayed(key.bit(resized(cycle, 5)), { name: 'key_bit', comment: 'of the line in read_data' });
  const matchedBefore = register(lineContent(shape), { name: 'matched_before' });
  const equal = read.xor(keyBit.repeat(shape.lanes)).not();
  const comparedFirst = cycle.equals(1);
  const compares = cycle.lessOrEqual(resized(lastLine, cycle.width).add(1));
  const matched = named(mux(comparedFirst, equal, mux(compares, matchedBefore.and(equal), matchedBefore)), 'matched');
  when(search.active.and(atFirst(cycle).not()), () => matchedBefore.next(matched));
  return matched;
}

function chosen(targets: readonly Signal<Bits>[], cycle: Signal, address: Bits): Signal<Bits> {
  const target = wire(address, { name: 'target' });
  switchOver(
    cycle,
    targets.slice(0, -1).map((candidate, index) => [index, () => target.connect(candidate)] as const),
    () => target.connect(targets.at(-1)!),
  );
  return target;
}

function atFirst(cycle: Signal): Signal {
  return cycle.equals(0);
}

/** Cycles in which a target is written back; a slow write pulse has idle ones after them. */
function withinCount(shape: ArrayShape, cycle: Signal, writtenLines: Signal): Signal {
  const slow = [1, 2, 3].some((count) => writePhase(shape, count) > count + 1);
  return slow ? cycle.lessOrEqual(resized(writtenLines, cycle.width)) : constant(bool(), 1);
}

function resized(word: Signal, width: number): Signal<Bits> {
  return word.resize(width).asUnsigned();
}
