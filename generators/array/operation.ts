import {
  bits,
  type Bits,
  bool,
  type Bool,
  enumeration,
  type InputsOf,
  type Signal,
  type SignalsOf,
} from '../../src/hdl/index.js';
import { lineNumber } from './shape.js';

// The members of each enumeration stand in the order of their codes in an instruction word.
export const opcode = enumeration('Opcode', [
  ...['halt', 'step', 'search', 'mask', 'load', 'store'],
  ...['move', 'loop', 'end', 'add', 'nor', 'initialise'],
] as const);
export const writeOperation = enumeration('WriteOperation', ['set', 'reset', 'toggle', 'copy']);
export const dataSource = enumeration('DataSource', ['sensed', 'complement', 'zero', 'one']);
export const laneSelect = enumeration('LaneSelect', ['all', 'matched', 'unmatched']);
export const maskCombination = enumeration('MaskCombination', ['replace', 'and', 'or']);

const line = lineNumber();

/** One instruction of the array with its lines settled. */
export const operationShape = {
  opcode,
  /** What a step writes, with what, and in which lanes. */
  write: writeOperation,
  data: dataSource,
  lanes: laneSelect,
  /** A line is sensed before the write. */
  senses: bool(),
  /** The line that is sensed or moved, or the first that is searched. */
  line,
  targetCount: bits(2),
  target0: line,
  target1: line,
  target2: line,
  /** Of a search: lines less one, and what each has to hold, bit i for the i-th. */
  lastLine: bits(5),
  key: bits(32),
  combine: maskCombination,
  /** Of a search: lanes that do not match count as found. */
  invert: bool(),
  /** Of a mask: complement instead of all. Of a move: one lane to all instead of a shift. */
  variant: bool(),
  /** Lanes of a shift, two's complement, or the lane of a broadcast. */
  amount: bits(15),
} as const;

export type OperationPorts = InputsOf<typeof operationShape>;
export type Operation = SignalsOf<typeof operationShape>;

/** The targets of a step, the first two of which may stand alone. */
export function targetsOf({
  target0,
  target1,
  target2,
}: Readonly<Record<'target0' | 'target1' | 'target2', Signal<Bits>>>): readonly Signal<Bits>[] {
  return [target0, target1, target2];
}

/** Whether a step has a target of that index. */
export function hasTarget(count: Signal, index: number): Signal<Bool> {
  return count.greater(index);
}
