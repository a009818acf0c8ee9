import type { FieldPlace, Program } from './program.js';
import { fieldPlace } from './program.js';
import { unroll } from './roll.js';
import type { Instruction } from './instruction.js';

const wordLanes = 32;

/** Lane-dependent counts of a run: cells that a write pulse addressed, that is, lanes under the mask times lines. */
export interface CellWrites {
  set: number;
  reset: number;
  toggle: number;
  copy: number;
  nor: number;
  initialise: number;
  external: number;
}

/** Line values that a program exchanges with the outside by LOAD and STORE, in order. */
export interface Exchange {
  readonly loads?: readonly Uint32Array[];
  readonly stores?: Uint32Array[];
}

/**
 * The golden model of the array: a bit matrix of lines × lanes, 32 lanes a word, and the lane mask. Cells start at 0 and
 * the mask at all ones.
 */
export class ArrayState {
  /** 32-lane words of one line. */
  readonly words: number;
  readonly cells: Uint32Array;
  readonly mask: Uint32Array;

  constructor(
    readonly lines: number,
    readonly lanes: number,
  ) {
    this.words = Math.ceil(lanes / wordLanes);
    this.cells = new Uint32Array(lines * this.words);
    this.mask = new Uint32Array(this.words).fill(0xffffffff);
  }

  /** A view of one line: bit l % 32 of word l / 32 belongs to lane l. */
  line(index: number): Uint32Array {
    return this.cells.subarray(index * this.words, (index + 1) * this.words);
  }

  /** Writes one number a lane into a field of at most 32 bits; lanes beyond `values` keep theirs. */
  writeNumbers(place: FieldPlace, values: ArrayLike<number>): void {
    const lanes = Math.min(values.length, this.lanes);
    for (let bit = 0; bit < place.width; bit++) {
      const line = this.line(place.base + bit);
      for (let lane = 0; lane < lanes; lane += wordLanes) {
        const count = Math.min(wordLanes, lanes - lane);
        let packed = 0;
        for (let i = 0; i < count; i++) packed |= ((values[lane + i]! >>> bit) & 1) << i;
        storeLanes(line, lane / wordLanes, packed, count);
      }
    }
  }

  /** Writes one number a lane into a field of any width; lanes beyond `values` keep theirs. */
  writeBigInts(place: FieldPlace, values: readonly bigint[]): void {
    for (let low = 0; low < place.width; low += wordLanes) {
      const width = Math.min(wordLanes, place.width - low);
      const part = values.map((value) => Number(BigInt.asUintN(wordLanes, value >> BigInt(low))));
      this.writeNumbers({ ...place, base: place.base + low, width }, part);
    }
  }

  /** The numbers of a field of at most 32 bits, unsigned, one a lane. */
  readNumbers(place: FieldPlace): Uint32Array {
    const values = new Uint32Array(this.lanes);
    for (let bit = 0; bit < place.width; bit++) {
      const line = this.line(place.base + bit);
      for (let lane = 0; lane < this.lanes; lane++) {
        values[lane] = values[lane]! | (((line[lane >>> 5]! >>> (lane & 31)) & 1) << bit);
      }
    }
    return values;
  }

  /** The numbers of a field of any width, unsigned, one a lane. */
  readBigInts(place: FieldPlace): bigint[] {
    const values = new Array<bigint>(this.lanes).fill(0n);
    for (let low = 0; low < place.width; low += wordLanes) {
      const width = Math.min(wordLanes, place.width - low);
      const part = this.readNumbers({ ...place, base: place.base + low, width });
      for (const [lane, value] of part.entries()) values[lane]! |= BigInt(value) << BigInt(low);
    }
    return values;
  }
}

/** Replaces the first `count` lanes of a 32-lane word. */
function storeLanes(line: Uint32Array, word: number, packed: number, count: number): void {
  const kept = count === wordLanes ? 0 : line[word]! & (0xffffffff << count);
  line[word] = kept | packed;
}

/** A program made ready to run many times: its loops unrolled. */
export class Interpreter {
  readonly trace: readonly Instruction[];

  constructor(readonly program: Program) {
    this.trace = unroll(program.body).map(({ instruction }) => instruction);
  }

  /** A fresh array that is large enough for the program. */
  createState(lanes: number): ArrayState {
    return new ArrayState(this.program.lines, lanes);
  }

  /** Runs the program once on `state`. With `cellWrites`, addressed cells are counted into it. */
  run(state: ArrayState, options: { readonly exchange?: Exchange; readonly cellWrites?: CellWrites } = {}): void {
    let loaded = 0;
    for (const instruction of this.trace) {
      if (options.cellWrites) countCells(state, instruction, options.cellWrites);
      if (instruction.kind === 'load') {
        const line = options.exchange?.loads?.[loaded];
        if (!line) throw new RangeError(`program '${this.program.name}' loads more lines than the ${loaded} given`);
        loaded++;
        state.line(instruction.target).set(line.subarray(0, state.words));
      } else if (instruction.kind === 'store') {
        options.exchange?.stores?.push(state.line(instruction.sense).slice());
      } else {
        execute(state, instruction);
      }
    }
  }

  /** Loads operands of at most 32 bits, runs, and delivers the result field: one number a lane. */
  compute(inputs: Readonly<Record<string, ArrayLike<number>>>, result: string): Uint32Array {
    const lanes = Math.max(1, ...Object.values(inputs).map((values) => values.length));
    const state = this.createState(lanes);
    for (const [name, values] of Object.entries(inputs)) state.writeNumbers(fieldPlace(this.program, name), values);
    this.run(state);
    return state.readNumbers(fieldPlace(this.program, result));
  }

  /** As `compute`, for operands and results of any width. */
  computeBigInts(inputs: Readonly<Record<string, readonly bigint[]>>, result: string): bigint[] {
    const lanes = Math.max(1, ...Object.values(inputs).map((values) => values.length));
    const state = this.createState(lanes);
    for (const [name, values] of Object.entries(inputs)) state.writeBigInts(fieldPlace(this.program, name), values);
    this.run(state);
    return state.readBigInts(fieldPlace(this.program, result));
  }
}

function execute(state: ArrayState, instruction: Exclude<Instruction, { kind: 'load' | 'store' }>): void {
  const { cells, mask, words } = state;
  switch (instruction.kind) {
    case 'step':
      executeStep(state, instruction);
      return;
    case 'search': {
      const { line, length, key, combine, invert } = instruction;
      const flip = invert ? -1 : 0;
      for (let w = 0; w < words; w++) {
        let equal = -1;
        for (let i = 0; i < length; i++) {
          const bits = cells[(line + i) * words + w]!;
          equal &= (key >>> i) & 1 ? bits : ~bits;
        }
        equal ^= flip;
        mask[w] = combine === 'set' ? equal : combine === 'and' ? mask[w]! & equal : mask[w]! | equal;
      }
      return;
    }
    case 'mask':
      for (let w = 0; w < words; w++) mask[w] = instruction.change === 'all' ? -1 : ~mask[w]!;
      return;
    case 'nor': {
      const out = instruction.output * words;
      const a = instruction.inputs[0]! * words;
      const b = (instruction.inputs[1] ?? instruction.inputs[0]!) * words;
      // The device can only switch an initialised output from 1 to 0.
      for (let w = 0; w < words; w++) cells[out + w] = cells[out + w]! & ~(cells[a + w]! | cells[b + w]!);
      return;
    }
    case 'initialise': {
      const out = instruction.output * words;
      cells.fill(instruction.value === 1 ? 0xffffffff : 0, out, out + words);
      return;
    }
    case 'move':
      executeMove(state, instruction);
  }
}

function executeStep(state: ArrayState, step: Extract<Instruction, { kind: 'step' }>): void {
  const { cells, mask, words } = state;
  const from = step.sense * words;
  const constant = step.data === 'one' ? -1 : 0;
  const sensed = step.data === 'sensed' || step.data === 'complement';
  const flip = step.data === 'complement' ? -1 : 0;
  const all = step.lanes === 'all' ? -1 : 0;
  const maskFlip = step.lanes === 'unmatched' ? -1 : 0;
  const { operation, targets } = step;
  const toggles = operation === 'toggle';
  const copies = operation === 'copy';
  const resets = operation === 'reset';
  const count = targets.length;
  const first = targets[0]! * words;
  const second = (targets[1] ?? targets[0]!) * words;
  const third = (targets[2] ?? targets[0]!) * words;
  for (let w = 0; w < words; w++) {
    const bits = sensed ? cells[from + w]! ^ flip : constant;
    const lanes = (mask[w]! ^ maskFlip) | all;
    const on = bits & lanes;
    // Every operation is (old & keep) ^ change.
    const keep = toggles ? -1 : copies ? ~lanes : ~on;
    const change = resets ? 0 : on;
    cells[first + w] = (cells[first + w]! & keep) ^ change;
    if (count > 1) cells[second + w] = (cells[second + w]! & keep) ^ change;
    if (count > 2) cells[third + w] = (cells[third + w]! & keep) ^ change;
  }
}

function executeMove(state: ArrayState, move: Extract<Instruction, { kind: 'move' }>): void {
  const source = state.line(move.sense).slice();
  const target = state.line(move.target);
  const bitOf = (lane: number): number => (source[lane >>> 5]! >>> (lane & 31)) & 1;
  if (move.motion === 'broadcast') {
    if (move.amount >= state.lanes) {
      throw new RangeError(`lane ${move.amount} is broadcast; the array has ${state.lanes} lanes`);
    }
    target.fill(bitOf(move.amount) === 1 ? 0xffffffff : 0);
    return;
  }
  target.fill(0);
  for (let lane = 0; lane < state.lanes; lane++) {
    const from = lane - move.amount;
    if (from >= 0 && from < state.lanes) target[lane >>> 5] = target[lane >>> 5]! | (bitOf(from) << (lane & 31));
  }
}

export function noCellWrites(): CellWrites {
  return { set: 0, reset: 0, toggle: 0, copy: 0, nor: 0, initialise: 0, external: 0 };
}

function countCells(state: ArrayState, instruction: Instruction, counts: CellWrites): void {
  switch (instruction.kind) {
    case 'step': {
      const lanes = lanesSelected(state, instruction.lanes);
      counts[instruction.operation] += lanes * instruction.targets.length;
      return;
    }
    case 'nor':
      counts.nor += state.lanes;
      return;
    case 'initialise':
      counts.initialise += state.lanes;
      return;
    case 'load':
    case 'move':
      counts.external += state.lanes;
      return;
    case 'search':
    case 'mask':
    case 'store':
      return;
  }
}

function lanesSelected(state: ArrayState, lanes: 'all' | 'matched' | 'unmatched'): number {
  if (lanes === 'all') return state.lanes;
  let matched = 0;
  for (let lane = 0; lane < state.lanes; lane++) matched += (state.mask[lane >>> 5]! >>> (lane & 31)) & 1;
  return lanes === 'matched' ? matched : state.lanes - matched;
}
