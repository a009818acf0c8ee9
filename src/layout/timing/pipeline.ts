import type { Component } from './component.js';

/** Components between a source that always offers and a sink that always takes, stepped from event to event. */
export class Pipeline {
  readonly #components: readonly Component[];
  readonly #beatsPerImage: number;
  #beatsLeft: number;
  /** Clock cycles since the first beat was offered. */
  #cycle = 0;

  /** @param beatsPerImage beats that leave the last component for an image */
  constructor(components: readonly Component[], beatsPerImage: number) {
    this.#components = components;
    this.#beatsPerImage = beatsPerImage;
    this.#beatsLeft = beatsPerImage;
  }

  /** Runs on to the end of the next image; gives the cycle in which its last beat leaves. */
  nextCompletion(): number {
    for (;;) {
      const leaves = this.#settle();
      const horizon = Math.min(this.#horizon(), leaves ? this.#beatsLeft : Infinity);
      if (horizon === Infinity) throw new Error(`the pipeline stands still at cycle ${this.#cycle}: ${this.state()}`);
      for (const component of this.#components) component.advance(horizon);
      this.#cycle += horizon;
      if (!leaves) continue;
      this.#beatsLeft -= horizon;
      if (this.#beatsLeft > 0) continue;
      this.#beatsLeft = this.#beatsPerImage;
      return this.#cycle - 1;
    }
  }

  /** Equal texts mean an equal future. Meant for the end of an image. */
  state(): string {
    return this.#components.map((component) => component.state().join()).join(';');
  }

  /** From the last component to the first. Says whether a beat leaves the last. */
  #settle(): boolean {
    let taken = true;
    for (let index = this.#components.length - 1; index >= 0; index--) {
      const before = this.#components[index - 1];
      taken = this.#components[index]!.settle(before === undefined || before.offers(), taken);
    }
    return this.#components.at(-1)!.offers();
  }

  #horizon(): number {
    let least = Infinity;
    for (const component of this.#components) least = Math.min(least, component.horizon());
    return least;
  }
}
