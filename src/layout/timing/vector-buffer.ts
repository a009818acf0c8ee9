import type { BankPlan } from '../plan.js';
import type { Component } from './component.js';

/**
 * The input buffer of a fully connected layer: gathers a group of values, writes its planes, keeps two vectors. Values
 * without weights pass at any time.
 */
export class VectorBuffer implements Component {
  /** Values of each group. */
  readonly #groups: readonly number[];
  readonly #planes: number;
  /** Of each value that arrives whether it is kept. */
  readonly #kept: readonly boolean[];
  /** Values of a vector that have arrived. */
  #arrived = 0;
  #group = 0;
  #gathered = 0;
  #isWriting = false;
  #written = 0;
  #vectors = 0;

  #arrives = false;
  #writes = false;
  #leaves = false;

  constructor(bank: BankPlan, kept: readonly boolean[]) {
    const width = bank.chunksAtOnce * bank.chunkWidth;
    this.#groups = Array.from({ length: bank.chunkGroups }, (_, group) => Math.min(width, bank.taps - group * width));
    this.#planes = bank.activationPlanes;
    this.#kept = kept;
  }

  offers(): boolean {
    return this.#vectors > 0;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#leaves = this.#vectors > 0 && taken;
    this.#writes = this.#isWriting && this.#vectors < 2;
    const takes = !this.#isWriting || !this.#kept[this.#arrived]!;
    this.#arrives = offered && takes;
    return takes;
  }

  horizon(): number {
    if (this.#leaves) return 1;
    return Math.min(
      this.#arrives ? this.#arrivals() : Infinity,
      this.#writes ? this.#planes - this.#written : Infinity,
    );
  }

  /** Values up to that which completes a group; while one is written, those that are not kept. */
  #arrivals(): number {
    let left = this.#isWriting ? 1 : this.#groups[this.#group]! - this.#gathered;
    let place = this.#arrived;
    for (; place < this.#kept.length; place++) {
      if (this.#kept[place]!) left--;
      if (left === 0) break;
    }
    return this.#isWriting || place === this.#kept.length ? place - this.#arrived : place + 1 - this.#arrived;
  }

  advance(cycles: number): void {
    if (this.#leaves) this.#vectors--;
    const wasGathering = !this.#isWriting;
    if (this.#writes) this.#write(cycles);
    if (!this.#arrives) return;
    const end = this.#arrived + cycles;
    if (wasGathering) for (let place = this.#arrived; place < end; place++) this.#gathered += Number(this.#kept[place]);
    this.#arrived = end % this.#kept.length;
    if (this.#gathered < this.#groups[this.#group]!) return;
    this.#gathered = 0;
    this.#isWriting = true;
  }

  #write(cycles: number): void {
    this.#written += cycles;
    if (this.#written < this.#planes) return;
    this.#written = 0;
    this.#isWriting = false;
    this.#group++;
    if (this.#group < this.#groups.length) return;
    this.#group = 0;
    this.#vectors++;
  }

  state(): readonly number[] {
    return [this.#arrived, this.#group, this.#gathered, Number(this.#isWriting), this.#written, this.#vectors];
  }
}
