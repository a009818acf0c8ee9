import type { Component } from './component.js';

/** Takes the scores of an image, then offers its label; meanwhile it takes none. */
export class ArgMaximum implements Component {
  readonly #scores: number;
  #seen = 0;
  #isDone = false;

  #arrives = false;
  #leaves = false;

  constructor(scores: number) {
    this.#scores = scores;
  }

  offers(): boolean {
    return this.#isDone;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#arrives = offered && !this.#isDone;
    this.#leaves = this.#isDone && taken;
    return !this.#isDone;
  }

  horizon(): number {
    if (this.#arrives) return this.#scores - this.#seen;
    return this.#leaves ? 1 : Infinity;
  }

  advance(cycles: number): void {
    if (this.#leaves) this.#isDone = false;
    if (!this.#arrives) return;
    this.#seen += cycles;
    if (this.#seen < this.#scores) return;
    this.#seen = 0;
    this.#isDone = true;
  }

  state(): readonly number[] {
    return [this.#seen, Number(this.#isDone)];
  }
}
