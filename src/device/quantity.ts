/**
 * How well a number is known.
 *
 * - `confirmed`: read in the primary source (paper, table, released file).
 * - `second-hand`: read in a summary of the primary source.
 * - `recalled`: remembered from the primary source, not read again.
 * - `derived`: computed from other quantities; the source says from which.
 */
export type Standing = 'confirmed' | 'second-hand' | 'recalled' | 'derived';

export const standings: readonly Standing[] = ['confirmed', 'second-hand', 'recalled', 'derived'];

/** Units that device quantities use. A quantity is never converted silently: each place names the unit it expects. */
export type Unit = 'ns' | 'pJ' | 'mW' | 'mm²' | 'F²' | 'kΩ' | 'µA' | 'V' | 'writes' | 'probability' | 'nm';

/** A number that says where it comes from. */
export interface Quantity<U extends Unit = Unit> {
  readonly value: number;
  readonly unit: U;
  /** Paper, table or file; for a derived value, the formula in words. */
  readonly source: string;
  readonly standing: Standing;
}

/** Makes a `Quantity`; the order of arguments reads as in a data sheet. */
export function quantity<U extends Unit>(value: number, unit: U, standing: Standing, source: string): Quantity<U> {
  return { value, unit, source, standing };
}
