import type { BankPlan } from '../plan.js';
import type { Component } from './component.js';

/** Stages between the reading of an operand and the end of its sum: count, weigh, join planes, add rows. */
const stages = 4;

/**
 * The AND-accumulate bank: issues the steps of a window, and at the end of each pass keeps its sums and sends them one
 * a beat. Where the sums of the pass before have not left by then, the whole pipeline waits.
 */
export class Bank implements Component {
  readonly #windowSteps: number;
  readonly #passSteps: number;
  readonly #passesPerGroup: number;
  /** Sums of a pass, and of the last pass of a group. */
  readonly #sums: number;
  readonly #lastSums: number;
  /** Cycles from a step's issue to the reading of its operand. */
  readonly #lag: number;

  #issued = 0;
  /** Cycles in which the pipeline moved. */
  #moved = 0;
  /** Ends of passes on their way, and the number of sums of each, by the value of `moved` at which they arrive. */
  #ends: { readonly at: number; readonly sums: number }[] = [];
  /** All steps of the window are issued; with a slow array it is released at that value of `moved`. */
  #release: number | undefined;
  #sumsLeft = 0;

  #moves = false;
  #issues = false;
  #loads = false;
  #sends = false;
  #releases = false;

  constructor(bank: BankPlan, readCycles: number) {
    this.#passSteps = bank.planeGroups * bank.chunkGroups * bank.cyclesPerRow;
    this.#windowSteps = bank.rows * bank.cyclesPerRow;
    this.#passesPerGroup = bank.passesPerGroup;
    this.#sums = bank.filtersAtOnce * bank.pixelsAtOnce;
    const rest = bank.filters / bank.groups - (bank.passesPerGroup - 1) * bank.filtersAtOnce;
    this.#lastSums = rest * bank.pixelsAtOnce;
    this.#lag = readCycles === 1 ? 0 : readCycles;
  }

  offers(): boolean {
    return this.#sumsLeft > 0;
  }

  settle(offered: boolean, taken: boolean): boolean {
    this.#sends = this.#sumsLeft > 0 && taken;
    const passEnds = this.#ends[0]?.at === this.#moved;
    const hasRoom = this.#sumsLeft === 0 || (this.#sumsLeft === 1 && this.#sends);
    this.#loads = passEnds && hasRoom;
    this.#moves = !passEnds || hasRoom;
    this.#issues = offered && this.#moves && this.#release === undefined;
    this.#releases =
      this.#lag === 0
        ? this.#issues && this.#issued === this.#windowSteps - 1
        : this.#moves && this.#release === this.#moved;
    return this.#releases;
  }

  horizon(): number {
    const sending = this.#sends ? this.#sumsLeft : Infinity;
    // A pipeline that waits does so until the last sum leaves.
    if (!this.#moves) return sending === Infinity ? Infinity : sending - 1;
    if (this.#loads || this.#releases) return 1;
    const step = this.#issues ? Math.max(1, this.#stepsToPassEnd()) : Infinity;
    const end = (this.#ends[0]?.at ?? Infinity) - this.#moved;
    const release = (this.#release ?? Infinity) - this.#moved;
    return Math.min(sending, step, end, release);
  }

  advance(cycles: number): void {
    if (this.#loads) this.#sumsLeft = this.#ends.shift()!.sums;
    else if (this.#sends) this.#sumsLeft -= cycles;
    if (this.#releases) this.#release = undefined;
    if (this.#issues) this.#issue(cycles);
    if (this.#moves) this.#moved += cycles;
  }

  /** Steps before the last of the current pass. */
  #stepsToPassEnd(): number {
    return this.#passSteps - 1 - (this.#issued % this.#passSteps);
  }

  #issue(cycles: number): void {
    if (this.#stepsToPassEnd() === 0) {
      const pass = Math.floor(this.#issued / this.#passSteps) % this.#passesPerGroup;
      const sums = pass === this.#passesPerGroup - 1 ? this.#lastSums : this.#sums;
      this.#ends.push({ at: this.#moved + this.#lag + stages, sums });
      if (this.#lag > 0 && this.#issued === this.#windowSteps - 1) this.#release = this.#moved + this.#lag;
    }
    this.#issued = (this.#issued + cycles) % this.#windowSteps;
  }

  state(): readonly number[] {
    return [
      this.#issued,
      this.#sumsLeft,
      (this.#release ?? this.#moved - 1) - this.#moved,
      ...this.#ends.flatMap(({ at, sums }) => [at - this.#moved, sums]),
      // Closes the list, whose length varies.
      -1,
    ];
  }
}
