import type { Component } from './component.js';

/** The queue between two layers: a value is offered two cycles after it was taken. */
export class ValueFifo implements Component {
  readonly #depth: number;
  /** Values inside, and those of them that can be read. */
  #held = 0;
  #visible = 0;

  #arrives = false;
  #leaves = false;

  constructor(depth: number) {
    this.#depth = depth;
  }

  offers(): boolean {
    return this.#visible > 0;
  }

  settle(offered: boolean, taken: boolean): boolean {
    const hasRoom = this.#held < this.#depth;
    this.#arrives = offered && hasRoom;
    this.#leaves = this.#visible > 0 && taken;
    return hasRoom;
  }

  horizon(): number {
    const change = Number(this.#arrives) - Number(this.#leaves);
    // What can be read follows what is held a cycle later; while that still settles, each cycle is one of its own.
    const isSettled = this.#held - Number(this.#leaves) - this.#visible === change;
    if (!isSettled) return 1;
    if (change > 0) return this.#visible === 0 ? 1 : this.#depth - this.#held;
    if (change < 0) return this.#held === this.#depth ? 1 : this.#visible;
    return Infinity;
  }

  advance(cycles: number): void {
    const arrived = this.#arrives ? cycles : 0;
    const left = this.#leaves ? cycles : 0;
    const latest = this.#arrives ? 1 : 0;
    this.#held += arrived - left;
    this.#visible = this.#held - latest;
  }

  state(): readonly number[] {
    return [this.#held, this.#visible];
  }
}
