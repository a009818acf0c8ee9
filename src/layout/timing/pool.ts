import type { Component } from './component.js';
import { type Frame, FrameWalk } from './frame-walk.js';

/** A pool: takes one value, or one channel of a position of the padding, a cycle; room for one result. */
export class Pool implements Component {
  readonly #channels: number;
  readonly #walk: FrameWalk;
  #channel = 0;
  #result = false;

  #steps = false;
  #leaves = false;

  constructor(frame: Omit<Frame, 'dilation' | 'pixelsAtOnce'>) {
    this.#channels = frame.inputShape[0];
    this.#walk = new FrameWalk({ ...frame, dilation: [1, 1], pixelsAtOnce: 1 });
  }

  offers(): boolean {
    return this.#result;
  }

  settle(offered: boolean, taken: boolean): boolean {
    const { isPadding } = this.#walk;
    const isFree = !this.#result || taken;
    this.#leaves = this.#result && taken;
    this.#steps = isFree && (isPadding || offered);
    return isFree && !isPadding;
  }

  horizon(): number {
    if (this.#steps) return this.#result === this.#walk.completes ? this.#channels - this.#channel : 1;
    return this.#leaves ? 1 : Infinity;
  }

  advance(cycles: number): void {
    if (!this.#steps) {
      if (this.#leaves) this.#result = false;
      return;
    }
    this.#result = this.#walk.completes;
    this.#channel += cycles;
    if (this.#channel < this.#channels) return;
    this.#channel = 0;
    this.#walk.step();
  }

  state(): readonly number[] {
    return [this.#channel, Number(this.#result), ...this.#walk.state()];
  }
}
