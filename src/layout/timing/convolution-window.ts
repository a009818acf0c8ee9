import type { Component } from './component.js';
import { type Frame, FrameWalk } from './frame-walk.js';

/**
 * The window former: takes a pixel, moves on by one position of the frame, and where that completes a window, offers it
 * until the bank has read its last plane.
 */
export class ConvolutionWindow implements Component {
  readonly #walk: FrameWalk;
  #available = false;

  #leaves = false;
  #moves = false;

  constructor(frame: Frame) {
    this.#walk = new FrameWalk(frame);
  }

  offers(): boolean {
    return this.#available;
  }

  settle(offered: boolean, taken: boolean): boolean {
    const { isPadding, isFirst } = this.#walk;
    this.#leaves = this.#available && taken;
    this.#moves = (offered || (isPadding && !isFirst)) && (!this.#available || this.#leaves);
    return this.#moves && !isPadding;
  }

  horizon(): number {
    return this.#moves || this.#leaves ? 1 : Infinity;
  }

  advance(): void {
    if (this.#leaves) this.#available = false;
    if (!this.#moves) return;
    this.#available = this.#walk.completes;
    this.#walk.step();
  }

  state(): readonly number[] {
    return [Number(this.#available), ...this.#walk.state()];
  }
}
