import type { Component } from './component.js';
import { type Frame, FrameWalk } from './frame-walk.js';

/**
 * The window former: gathers the channels of a pixel, moves on by one position of the frame, and where that completes
 * a window, offers it until the bank has read its last plane.
 */
export class ConvolutionWindow implements Component {
  readonly #channels: number;
  readonly #walk: FrameWalk;
  #gathered = 0;
  #full = false;
  #available = false;

  #arrives = false;
  #leaves = false;
  #moves = false;

  constructor(frame: Frame) {
    this.#channels = frame.inputShape[0];
    this.#walk = new FrameWalk(frame);
  }

  offers(): boolean {
    return this.#available;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#leaves = this.#available && taken;
    this.#moves = (this.#full || (this.#walk.isPadding && !this.#walk.isFirst)) && (!this.#available || this.#leaves);
    const takes = !this.#full || (this.#moves && !this.#walk.isPadding);
    this.#arrives = offered && takes;
    return takes;
  }

  horizon(): number {
    if (this.#moves || this.#leaves) return 1;
    return this.#arrives ? this.#channels - this.#gathered : Infinity;
  }

  advance(cycles: number): void {
    if (this.#leaves) this.#available = false;
    if (this.#moves) {
      if (!this.#walk.isPadding) this.#full = false;
      this.#available = this.#walk.completes;
      this.#walk.step();
    }
    if (!this.#arrives) return;
    this.#gathered += cycles;
    if (this.#gathered < this.#channels) return;
    this.#gathered = 0;
    this.#full = true;
  }

  state(): readonly number[] {
    return [this.#gathered, Number(this.#full), Number(this.#available), ...this.#walk.state()];
  }
}
