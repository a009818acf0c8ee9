import { sotMram22nm, type ArrayOperations, type WriteOperation } from '../device/index.js';
import { Assembler, type SearchOptions, type StepOptions } from './assembler.js';
import type { LaneSelect, StepData } from './instruction.js';
import { targetsPerWord } from './word.js';

/** Assembles for an array with conditional writes and searches. */
export class SotAssembler extends Assembler {
  readonly target = 'sot-mram';

  /** @param operations what the device allows in one step. */
  constructor(
    name: string,
    lines: number = sotMram22nm.geometry.rows,
    private readonly operations: ArrayOperations = sotMram22nm.operations,
  ) {
    super(name, lines);
  }

  step(line: number, operation: WriteOperation, targets: readonly number[], options: StepOptions = {}): void {
    const { complement = false, lanes = 'all' } = options;
    this.read(line);
    if (complement && !this.operations.complementDrive) {
      this.fail('this device cannot drive a write with the complement of the sensed bit');
    }
    if (targets.includes(line) && !this.operations.writesSensedLine) {
      this.fail(`line ${line} is sensed and written in the same step, which this device cannot do`);
    }
    this.write(line, operation, complement ? 'complement' : 'sensed', targets, lanes);
  }

  constant(value: 0 | 1, targets: readonly number[], lanes: LaneSelect = 'all'): void {
    this.write(-1, 'copy', value === 1 ? 'one' : 'zero', targets, lanes);
  }

  complement(targets: readonly number[], lanes: LaneSelect = 'all'): void {
    this.write(-1, 'toggle', 'one', targets, lanes);
  }

  private write(
    sense: number,
    operation: WriteOperation,
    data: StepData,
    targets: readonly number[],
    lanes: LaneSelect,
  ): void {
    if (!this.operations.writes.includes(operation)) {
      this.fail(`this device has no ${operation}; it has ${this.operations.writes.join(', ')}`);
    }
    const together = Math.min(this.operations.linesPerWrite, targetsPerWord);
    for (let i = 0; i < targets.length; i += together) {
      const group = targets.slice(i, i + together);
      for (const target of group) this.written(target, lanes, operation !== 'copy');
      this.emit({ kind: 'step', sense, operation, data, lanes, targets: group });
    }
  }

  search(lines: readonly number[], key: bigint, options: SearchOptions = {}): void {
    const { combine = 'set', invert = false } = options;
    const parts = this.searchParts(lines, key);
    // Equal everywhere is an AND of the parts, different somewhere an OR: only these may follow one another.
    const chain = invert ? 'or' : 'and';
    if (parts.length > 1 && combine !== 'set' && combine !== chain) {
      // The chain needs the mask to itself: what it held waits in a line.
      const waiting = this.scratch('mask', 1);
      this.constant(0, waiting.lines);
      this.constant(1, waiting.lines, 'matched');
      this.search(lines, key, { invert });
      this.search(waiting.lines, 1n, { combine });
      this.free(waiting);
      return;
    }
    for (const [i, part] of parts.entries()) {
      this.emit({ kind: 'search', ...part, combine: i === 0 ? combine : chain, invert });
    }
    this.maskChanged();
  }

  /** Splits lines into runs of adjacent ones that a single search reaches. */
  private searchParts(lines: readonly number[], key: bigint): { line: number; length: number; key: number }[] {
    const longest = Math.min(this.operations.linesPerSearch, 32);
    if (longest === 0) this.fail('this device cannot search');
    if (lines.length === 0) this.fail('a search needs at least one line');
    const parts: { line: number; length: number; key: number }[] = [];
    for (const [i, line] of lines.entries()) {
      this.read(line);
      const keyBit = Number((key >> BigInt(i)) & 1n);
      const part = parts.at(-1);
      if (part && part.line + part.length === line && part.length < longest) {
        part.key += keyBit * 2 ** part.length;
        part.length++;
      } else {
        parts.push({ line, length: 1, key: keyBit });
      }
    }
    return parts;
  }

  maskAll(): void {
    this.emit({ kind: 'mask', change: 'all' });
    this.maskChanged();
  }

  addBit(
    a: number,
    b: number,
    carryIn: number,
    carryOut: number,
    options: { readonly complementB?: boolean } = {},
  ): void {
    this.step(a, 'copy', [carryOut]);
    this.step(b, 'toggle', [carryIn, carryOut], { complement: options.complementB ?? false });
    this.step(carryIn, 'reset', [carryOut]);
    this.step(a, 'toggle', [carryIn, carryOut]);
  }

  accumulateBit(
    addend: number,
    sum: number,
    carry: number,
    options: { readonly subtract?: boolean; readonly lanes?: 'all' | 'matched' } = {},
  ): void {
    const { subtract = false, lanes = 'all' } = options;
    // Lanes that are left out see the first and last step cancel. No three steps do it: exhaustive search.
    this.step(addend, 'toggle', [sum, carry]);
    this.step(carry, 'toggle', [sum], { lanes });
    this.step(sum, 'reset', [carry], { complement: subtract, lanes });
    this.step(addend, 'toggle', [sum, carry]);
  }
}
