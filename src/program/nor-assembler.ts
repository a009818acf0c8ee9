import type { WriteOperation } from '../device/index.js';
import { Assembler, type SearchOptions, type StepOptions } from './assembler.js';
import type { LaneSelect } from './instruction.js';

/** The mask as lines: `on` is 1 in the lanes of a selection, `off` in the others. */
interface Selection {
  readonly on: number;
  readonly off: number;
}

/**
 * Assembles for an array that only knows NOR of one or two lines into an initialised line (MAGIC), as FloatPIM and
 * AritPIM use it. Each operation is lowered to gates; the lane mask becomes a line, kept together with its complement.
 * A gate costs two instructions, because its output is initialised first.
 */
export class NorAssembler extends Assembler {
  readonly target = 'nor';
  private readonly spare: number[] = [];
  private mask: { readonly matched: number; readonly unmatched: number } | undefined;

  constructor(name: string, lines = 512) {
    super(name, lines);
  }

  /** output = NOR of one or two other lines. */
  nor(output: number, ...inputs: readonly number[]): void {
    for (const line of inputs) this.read(line);
    if (inputs.includes(output)) this.fail(`line ${output} is an input of the gate that writes it`);
    this.gate(output, ...inputs);
    this.written(output, 'all', false);
  }

  step(line: number, operation: WriteOperation, targets: readonly number[], options: StepOptions = {}): void {
    const { complement = false, lanes = 'all' } = options;
    this.read(line);
    if (targets.includes(line)) this.fail(`line ${line} is sensed and written in the same step`);
    this.withTemporaries(2, (inverse, gated) => {
      let negated = false;
      const complemented = (): number => {
        if (!negated) this.gate(inverse, line);
        negated = true;
        return inverse;
      };
      const condition = (): number => {
        if (lanes === 'all' || operation === 'copy') return complement ? complemented() : line;
        // Outside of the selected lanes a condition of 0 leaves the target alone.
        this.gate(gated, complement ? line : complemented(), this.select(lanes).off);
        return gated;
      };
      if (operation === 'copy' && lanes === 'all') {
        const opposite = complement ? line : complemented();
        for (const target of targets) this.gate(target, opposite);
      } else {
        const driving = condition();
        for (const target of targets) {
          if (operation === 'copy') this.multiplex(target, driving, this.select(lanes));
          else this.update(operation, target, driving);
        }
      }
    });
    for (const target of targets) this.written(target, lanes, operation !== 'copy');
  }

  constant(value: 0 | 1, targets: readonly number[], lanes: LaneSelect = 'all'): void {
    for (const target of targets) {
      if (lanes === 'all') this.emit({ kind: 'initialise', value, output: target });
      else this.update(value === 1 ? 'set' : 'reset', target, this.select(lanes).on);
      this.written(target, lanes, false);
    }
  }

  complement(targets: readonly number[], lanes: LaneSelect = 'all'): void {
    for (const target of targets) {
      if (lanes === 'all') {
        this.withTemporaries(2, (first, second) => {
          this.gate(first, target);
          this.gate(second, first);
          this.gate(target, second);
        });
      } else {
        this.update('toggle', target, this.select(lanes).on);
      }
      this.written(target, lanes, true);
    }
  }

  search(lines: readonly number[], key: bigint, options: SearchOptions = {}): void {
    const { combine = 'set', invert = false } = options;
    if (lines.length === 0) this.fail('a search needs at least one line');
    for (const line of lines) this.read(line);
    const { matched, unmatched } = this.maskLines();
    this.withTemporaries(4, (equal, differs, first, second) => {
      const literal = (index: number, place: number): number => {
        if (((key >> BigInt(index)) & 1n) === 0n) return lines[index]!;
        this.gate(place, lines[index]!);
        return place;
      };
      // `equal` is the NOR of all mismatches so far.
      if (lines.length === 1) this.gate(equal, literal(0, first));
      else this.gate(equal, literal(0, first), literal(1, second));
      for (let i = 2; i < lines.length; i++) {
        const mismatch = literal(i, first);
        this.gate(differs, equal);
        this.gate(equal, differs, mismatch);
      }
      const found = (): number => {
        if (!invert) return equal;
        this.gate(differs, equal);
        return differs;
      };
      const missed = (): number => {
        if (invert) return equal;
        this.gate(differs, equal);
        return differs;
      };
      if (combine === 'or') {
        this.gate(unmatched, matched, found());
        this.gate(matched, unmatched);
      } else if (combine === 'and') {
        this.gate(matched, unmatched, missed());
        this.gate(unmatched, matched);
      } else if (invert) {
        this.gate(matched, equal);
        this.gate(unmatched, matched);
      } else {
        this.gate(unmatched, equal);
        this.gate(matched, unmatched);
      }
    });
    this.maskChanged();
  }

  maskAll(): void {
    const { matched, unmatched } = this.maskLines();
    this.emit({ kind: 'initialise', value: 1, output: matched });
    this.emit({ kind: 'initialise', value: 0, output: unmatched });
    this.maskChanged();
  }

  addBit(
    a: number,
    b: number,
    carryIn: number,
    carryOut: number,
    options: { readonly complementB?: boolean } = {},
  ): void {
    for (const line of [a, b, carryIn]) this.read(line);
    const out = { sum: carryIn, carry: carryOut, subtract: false };
    if (options.complementB) {
      this.withTemporaries(1, (inverse) => {
        this.gate(inverse, b);
        this.fullAdder(a, inverse, carryIn, out);
      });
    } else {
      this.fullAdder(a, b, carryIn, out);
    }
    this.written(carryIn, 'all', false);
    this.written(carryOut, 'all', false);
  }

  accumulateBit(
    addend: number,
    sum: number,
    carry: number,
    options: { readonly subtract?: boolean; readonly lanes?: 'all' | 'matched' } = {},
  ): void {
    const { subtract = false, lanes = 'all' } = options;
    for (const line of [addend, sum, carry]) this.read(line);
    if (lanes === 'all') {
      this.fullAdder(addend, sum, carry, { sum, carry, subtract });
      return;
    }
    this.withTemporaries(2, (inverse, gated) => {
      this.gate(inverse, addend);
      this.gate(gated, inverse, this.select(lanes).off);
      this.fullAdder(gated, sum, carry, { sum, carry, subtract });
    });
  }

  /** Nine gates: sum = a ⊕ b ⊕ c; carry = majority(a, b, c), or the borrow of b − a − c. */
  private fullAdder(
    a: number,
    b: number,
    c: number,
    out: { readonly sum: number; readonly carry: number; readonly subtract: boolean },
  ): void {
    this.withTemporaries(7, (neither, onlyB, onlyA, same, differNoCarry, differCarry, sameNoCarry) => {
      this.gate(neither, a, b);
      this.gate(onlyB, a, neither);
      this.gate(onlyA, b, neither);
      this.gate(same, onlyA, onlyB);
      this.gate(differNoCarry, same, c);
      this.gate(differCarry, same, differNoCarry);
      this.gate(sameNoCarry, c, differNoCarry);
      this.gate(out.sum, differCarry, sameNoCarry);
      if (out.subtract) this.gate(out.carry, onlyB, sameNoCarry);
      else this.gate(out.carry, neither, differNoCarry);
    });
  }

  /** target = selected ? value : target. */
  private multiplex(target: number, value: number, { on, off }: Selection): void {
    this.withTemporaries(2, (kept, taken) => {
      this.gate(kept, on, target);
      this.gate(taken, off, value);
      this.gate(target, kept, taken);
    });
  }

  private update(operation: Exclude<WriteOperation, 'copy'>, target: number, condition: number): void {
    this.withTemporaries(3, (first, second, third) => {
      switch (operation) {
        case 'set':
          this.gate(first, target, condition);
          this.gate(target, first);
          break;
        case 'reset':
          this.gate(first, target);
          this.gate(target, first, condition);
          break;
        case 'toggle':
          this.gate(first, target, condition);
          this.gate(second, target, first);
          this.gate(third, condition, first);
          this.gate(first, second, third);
          this.gate(target, first);
          break;
      }
    });
  }

  private maskLines(): { readonly matched: number; readonly unmatched: number } {
    this.mask ??= { matched: this.scratch('mask', 1).lines[0]!, unmatched: this.scratch('mask', 1).lines[0]! };
    return this.mask;
  }

  private select(lanes: LaneSelect): Selection {
    if (!this.mask) this.fail('lanes are selected before any search has made a mask');
    const { matched, unmatched } = this.mask;
    return lanes === 'unmatched' ? { on: unmatched, off: matched } : { on: matched, off: unmatched };
  }

  /** A gate without bookkeeping: temporaries are written before use by construction, and inputs were checked before. */
  private gate(output: number, ...inputs: readonly number[]): void {
    this.emit({ kind: 'initialise', value: 1, output });
    this.emit({ kind: 'nor', inputs, output });
  }

  private withTemporaries(
    count: number,
    body: (...lines: [number, number, number, number, number, number, number]) => void,
  ): void {
    const lines = Array.from({ length: count }, () => this.spare.pop() ?? this.scratch('gate', 1).lines[0]!);
    body(...(lines as [number, number, number, number, number, number, number]));
    this.spare.push(...lines.reverse());
  }
}
