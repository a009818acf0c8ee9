import type { Component } from './component.js';

/** Gathers the channels of a pixel; when the pixel is taken, the first channel of the next may already come. */
export class PixelGatherer implements Component {
  readonly #channels: number;
  #gathered = 0;
  #full = false;

  #arrives = false;
  #leaves = false;

  constructor(channels: number) {
    this.#channels = channels;
  }

  offers(): boolean {
    return this.#full;
  }

  settle(offered: boolean, taken: boolean): boolean {
    const takes = !this.#full || taken;
    this.#leaves = this.#full && taken;
    this.#arrives = offered && takes;
    return takes;
  }

  horizon(): number {
    if (this.#leaves) return 1;
    return this.#arrives ? this.#channels - this.#gathered : Infinity;
  }

  advance(cycles: number): void {
    if (this.#leaves) this.#full = false;
    if (!this.#arrives) return;
    this.#gathered += cycles;
    if (this.#gathered < this.#channels) return;
    this.#gathered = 0;
    this.#full = true;
  }

  state(): readonly number[] {
    return [this.#gathered, Number(this.#full)];
  }
}
