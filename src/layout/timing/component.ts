/**
 * One component of the engine's pipeline as the clock sees it: beats that move, without what they carry.
 *
 * Components stand in a chain. Whether one offers a beat follows from its state alone; whether it takes one follows
 * from its state, from whether one is offered, and from whether its own beat is taken. So one pass from the last
 * component to the first settles a cycle.
 */
export interface Component {
  /** A beat is offered to the next component. */
  offers(): boolean;
  /** Settles the cycle. `offered`: the component before offers a beat; `taken`: the next takes one that is offered. */
  settle(offered: boolean, taken: boolean): boolean;
  /**
   * After `settle`: cycles, this one included, for which `offers` and `settle` answer the same as long as the neighbours
   * do. At least 1; Infinity where nothing moves.
   */
  horizon(): number;
  /** As many clock edges; at most `horizon()`. */
  advance(cycles: number): void;
  /** The whole state: equal numbers mean an equal future. */
  state(): readonly number[];
}
