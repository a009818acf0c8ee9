import type { WriteOperation } from '../device/index.js';
import { AssemblyError } from './assembly-error.js';
import type { Field } from './field.js';
import type { Instruction, LaneSelect, MaskCombination } from './instruction.js';
import { LineAllocator } from './line-allocator.js';
import type { FieldPlace, Program, Target } from './program.js';
import { roll, type TraceEntry } from './roll.js';

export interface StepOptions {
  /** Drive with the complement of the sensed bit. */
  readonly complement?: boolean;
  /** Which lanes are written; all by default. */
  readonly lanes?: LaneSelect;
}

export interface SearchOptions {
  /** How the result enters the mask; it replaces it by default. */
  readonly combine?: MaskCombination;
  /** Find the lanes that differ from the key. */
  readonly invert?: boolean;
}

type LineState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'full' }
  /** Written only where the mask of that version is (not) set. */
  | { readonly kind: 'half'; readonly lanes: LaneSelect; readonly mask: number };

const empty: LineState = { kind: 'empty' };
const full: LineState = { kind: 'full' };

/**
 * Builds a program. Macros are functions that take an assembler and fields; the same macro assembles for every target,
 * because the four kinds of operation below mean the same on each.
 *
 * Every mistake is an `AssemblyError` with the place in the TypeScript source: a cell that is read before it is written,
 * no free lines, a sensed line among the targets of its own step, a field that does not exist.
 */
export abstract class Assembler {
  abstract readonly target: Target;
  private readonly trace: TraceEntry[] = [];
  private readonly places: FieldPlace[] = [];
  private readonly states: LineState[];
  private readonly allocator: LineAllocator;
  private sectionName = '';
  private maskVersion = 0;

  /** @param lines word lines of the array. */
  constructor(
    readonly name: string,
    readonly lines: number,
  ) {
    this.allocator = new LineAllocator(lines);
    this.states = new Array<LineState>(lines).fill(empty);
  }

  /** Senses `line` and writes the targets: t |= s, t &= ~s, t ^= s or t = s, where s is the sensed bit or its complement. */
  abstract step(line: number, operation: WriteOperation, targets: readonly number[], options?: StepOptions): void;

  /** Writes a constant into lines. */
  abstract constant(value: 0 | 1, targets: readonly number[], lanes?: LaneSelect): void;

  /** Complements lines in place. */
  abstract complement(targets: readonly number[], lanes?: LaneSelect): void;

  /** Finds the lanes in which a field equals `key`; the mask takes the result. Any lines, any number of them. */
  abstract search(lines: readonly number[], key: bigint, options?: SearchOptions): void;

  /**
   * Full addition that keeps both operands, in four steps on four cells: `carryIn` ends as the sum, `carryOut`, which may
   * hold anything before, as the carry. With `complementB`, b's complement is added.
   */
  abstract addBit(
    a: number,
    b: number,
    carryIn: number,
    carryOut: number,
    options?: { readonly complementB?: boolean },
  ): void;

  /**
   * One bit of an addition or subtraction in place, in four steps on three cells: `sum` takes sum ± addend ± carry, and
   * `carry` the carry or borrow. With `lanes: 'matched'` the other lanes keep their sum; their carry must be 0.
   */
  abstract accumulateBit(
    addend: number,
    sum: number,
    carry: number,
    options?: { readonly subtract?: boolean; readonly lanes?: 'all' | 'matched' },
  ): void;

  /** Selects every lane. */
  abstract maskAll(): void;

  /** A field of adjacent lines that is loaded from outside before the program runs. */
  input(name: string, width: number): Field {
    const field = this.place(name, width, 'input');
    for (const line of field.lines) this.states[line] = full;
    return field;
  }

  /** A field of adjacent lines that the program leaves its result in. */
  output(name: string, width: number): Field {
    return this.place(name, width, 'output');
  }

  /** Adjacent lines for intermediate values, uninitialised. */
  scratch(name: string, width: number): Field {
    const base = this.allocator.take(width);
    if (base === undefined) {
      this.fail(`field '${name}' needs ${width} adjacent lines; ${this.allocator.free} of ${this.lines} are free`);
    }
    const lines = Array.from({ length: width }, (_, i) => base + i);
    for (const line of lines) this.states[line] = empty;
    return { name, lines };
  }

  /** Gives the lines of a scratch field back. */
  free(...fields: readonly Field[]): void {
    for (const { name, lines } of fields) {
      for (const line of lines) {
        if (this.places.some(({ base, width }) => line >= base && line < base + width)) {
          this.fail(`field '${name}' holds an input or output and cannot be freed`);
        }
        if (!this.allocator.release(line, 1)) this.fail(`field '${name}' is not allocated; free it once`);
      }
    }
  }

  /** The input or output of that name. */
  field(name: string): Field {
    const found = this.places.find((place) => place.name === name);
    if (!found) {
      const known = this.places.map((place) => place.name).join(', ') || 'none';
      this.fail(`there is no field '${name}'; fields: ${known}`);
    }
    return { name, lines: Array.from({ length: found.width }, (_, i) => found.base + i) };
  }

  /** Names a part of the program for listings and errors. Sections nest: `align/large`. */
  section<T>(name: string, body: () => T): T {
    const outer = this.sectionName;
    this.sectionName = outer === '' ? name : `${outer}/${name}`;
    try {
      return body();
    } finally {
      this.sectionName = outer;
    }
  }

  /** Reads one lane-wide line from outside into the array. */
  load(target: number): void {
    this.emit({ kind: 'load', target });
    this.written(target, 'all', false);
  }

  /** Presents a line to the outside. */
  store(line: number): void {
    this.read(line);
    this.emit({ kind: 'store', sense: line });
  }

  /** Lane j of `target` receives lane j − distance of `line`; lanes without a source receive 0. */
  shiftLanes(line: number, target: number, distance: number): void {
    this.move(line, target, 'shift', distance);
  }

  /** Every lane of `target` receives the given lane of `line`. */
  broadcastLane(line: number, target: number, lane: number): void {
    this.move(line, target, 'broadcast', lane);
  }

  private move(line: number, target: number, motion: 'shift' | 'broadcast', amount: number): void {
    this.read(line);
    if (!Number.isInteger(amount) || Math.abs(amount) > 16383 || (motion === 'broadcast' && amount < 0)) {
      this.fail(`a lane ${motion} by ${amount}; give a whole number up to 16383`);
    }
    this.emit({ kind: 'move', motion, amount, sense: line, target });
    this.written(target, 'all', false);
  }

  /** The finished program. @throws {AssemblyError} when an output was not written in every lane. */
  finish(): Program {
    for (const { name, role, base, width } of this.places) {
      for (let i = 0; i < width; i++) {
        if (this.states[base + i]!.kind !== 'full') this.fail(`bit ${i} of ${role} '${name}' is not written`);
      }
    }
    const placed = this.places.reduce((sum, { width }) => sum + width, 0);
    return {
      name: this.name,
      target: this.target,
      lines: this.allocator.extent,
      scratchLines: this.allocator.peak - placed,
      fields: this.places,
      body: roll(this.trace),
    };
  }

  /** Stops assembly with the caller's place in the source. */
  fail(problem: string): never {
    throw new AssemblyError(this.name, this.sectionName, problem);
  }

  protected emit(instruction: Instruction): void {
    this.trace.push({ section: this.sectionName, instruction });
  }

  /** Checks that a line holds a value in every lane. */
  protected read(line: number): void {
    const state = this.states[line];
    if (state === undefined) this.fail(`line ${line} does not exist; the array has ${this.lines} lines`);
    if (state.kind === 'full') return;
    const some = state.kind === 'half' ? ' in every lane' : '';
    this.fail(`line ${line} is read before it is written${some}`);
  }

  /** Notes that a line was written; `updates` when the new value depends on the old one. */
  protected written(line: number, lanes: LaneSelect, updates: boolean): void {
    const state = this.states[line];
    if (state === undefined) this.fail(`line ${line} does not exist; the array has ${this.lines} lines`);
    if (updates) {
      this.read(line);
    } else if (lanes === 'all') {
      this.states[line] = full;
    } else if (state.kind === 'half' && state.mask === this.maskVersion && state.lanes !== lanes) {
      this.states[line] = full;
    } else if (state.kind === 'empty') {
      this.states[line] = { kind: 'half', lanes, mask: this.maskVersion };
    }
  }

  protected maskChanged(): void {
    this.maskVersion++;
  }

  private place(name: string, width: number, role: 'input' | 'output'): Field {
    if (this.places.some((place) => place.name === name)) this.fail(`there is already a field '${name}'`);
    const field = this.scratch(name, width);
    this.places.push({ name, role, base: field.lines[0]!, width });
    return field;
  }
}
