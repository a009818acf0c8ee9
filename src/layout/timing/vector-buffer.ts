import type { BankPlan } from '../plan.js';
import type { Component } from './component.js';

/** The input buffer of a fully connected layer: gathers a group of values, writes its planes, keeps two vectors. */
export class VectorBuffer implements Component {
  /** Values of each group. */
  readonly #groups: readonly number[];
  readonly #planes: number;
  #group = 0;
  #gathered = 0;
  #isWriting = false;
  #written = 0;
  #vectors = 0;

  #arrives = false;
  #writes = false;
  #leaves = false;

  constructor(bank: BankPlan) {
    const width = bank.chunksAtOnce * bank.chunkWidth;
    this.#groups = Array.from({ length: bank.chunkGroups }, (_, group) => Math.min(width, bank.taps - group * width));
    this.#planes = bank.activationPlanes;
  }

  offers(): boolean {
    return this.#vectors > 0;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#leaves = this.#vectors > 0 && taken;
    this.#writes = this.#isWriting && this.#vectors < 2;
    this.#arrives = offered && !this.#isWriting;
    return !this.#isWriting;
  }

  horizon(): number {
    if (this.#leaves) return 1;
    if (this.#arrives) return this.#groups[this.#group]! - this.#gathered;
    return this.#writes ? this.#planes - this.#written : Infinity;
  }

  advance(cycles: number): void {
    if (this.#leaves) this.#vectors--;
    if (this.#writes) this.#write(cycles);
    if (!this.#arrives) return;
    this.#gathered += cycles;
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
    return [this.#group, this.#gathered, Number(this.#isWriting), this.#written, this.#vectors];
  }
}
