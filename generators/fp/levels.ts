/** Levels of six-input tables, estimated: what the cost model of the pipelines counts with. */

/** A carry chain: tables before it, and about one level of delay for every sixteen bits. */
export function adderLevels(width: number): number {
  return 1 + width / 16;
}

/** Two multiplexers of two share a table. */
export function shifterLevels(places: number): number {
  return places / 2;
}

/** Wide OR or AND. */
export function reduceLevels(width: number): number {
  return Math.max(1, Math.log(width) / Math.log(6));
}

/** Each halving of the word decides over a wide OR and a multiplexer. */
export function countLevels(width: number): number {
  return Math.log2(width);
}

/** A product in multiplier blocks or as a tree of carry-save adders with one adder behind it. */
export function multiplierLevels(width: number): number {
  return 2 * Math.log2(width) + adderLevels(2 * width);
}
