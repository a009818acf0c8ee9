import type { Component } from './component.js';

/** The bias alone, of scores that leave as they are: two stages. */
export class BiasAdder implements Component {
  #fetched = false;
  #biased = false;
  #next: readonly [fetched: boolean, biased: boolean] = [false, false];

  offers(): boolean {
    return this.#biased;
  }

  settle(offered: boolean, taken: boolean): boolean {
    const biasedFree = !this.#biased || taken;
    const fetchedFree = !this.#fetched || biasedFree;
    this.#next = [fetchedFree ? offered : this.#fetched, biasedFree ? this.#fetched : this.#biased];
    return fetchedFree;
  }

  horizon(): number {
    return this.#next[0] === this.#fetched && this.#next[1] === this.#biased ? Infinity : 1;
  }

  advance(): void {
    [this.#fetched, this.#biased] = this.#next;
  }

  state(): readonly number[] {
    return [Number(this.#fetched), Number(this.#biased)];
  }
}

/** Fetch, bias, multiply by digits, round: four stages, each with room for one value. */
export class Requantiser implements Component {
  /** Cycles of a multiplication. */
  readonly #steps: number;
  #fetched = false;
  #biased = false;
  #multiplies = false;
  #stepsLeft = 0;
  #result = false;

  #fetchedFree = false;
  #biasedFree = false;
  #multiplierFree = false;
  #resultFree = false;
  #offered = false;

  constructor(multiplierBits: number, digitBits: number) {
    this.#steps = Math.ceil(multiplierBits / digitBits);
  }

  offers(): boolean {
    return this.#result;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#offered = offered;
    this.#resultFree = !this.#result || taken;
    this.#multiplierFree = !this.#multiplies || (this.#isDone() && this.#resultFree);
    this.#biasedFree = !this.#biased || this.#multiplierFree;
    this.#fetchedFree = !this.#fetched || this.#biasedFree;
    return this.#fetchedFree;
  }

  horizon(): number {
    const unchanged =
      (!this.#resultFree || this.#result === this.#isDone()) &&
      (!this.#multiplierFree || (this.#multiplies === this.#biased && (this.#steps === 1 || !this.#biased))) &&
      (!this.#biasedFree || this.#biased === this.#fetched) &&
      (!this.#fetchedFree || this.#fetched === this.#offered);
    if (!unchanged) return 1;
    return this.#multiplies && this.#stepsLeft > 0 ? this.#stepsLeft : Infinity;
  }

  advance(cycles: number): void {
    if (this.#resultFree) this.#result = this.#isDone();
    if (this.#multiplierFree) {
      this.#multiplies = this.#biased;
      this.#stepsLeft = this.#biased ? this.#steps - 1 : 0;
    } else if (this.#stepsLeft > 0) this.#stepsLeft -= cycles;
    if (this.#biasedFree) this.#biased = this.#fetched;
    if (this.#fetchedFree) this.#fetched = this.#offered;
  }

  #isDone(): boolean {
    return this.#multiplies && this.#stepsLeft === 0;
  }

  state(): readonly number[] {
    return [this.#fetched, this.#biased, this.#multiplies, this.#stepsLeft, this.#result].map(Number);
  }
}
