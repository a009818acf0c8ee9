import { type Bits, type Bool, mux, named, type Signal } from '../../src/hdl/index.js';
import { anyOf, join, sliceIfAny, zeros } from './words.js';

/** A word on its way through a shifter, and whether a one was dropped from it. */
export interface Shifted {
  readonly word: Signal<Bits>;
  readonly sticky: Signal<Bool>;
}

/** Bits `high` … `low` of the amount's places act, one multiplexer each. */
export interface Places {
  readonly high: number;
  readonly low: number;
}

/**
 * Right by the places of `amount`; ones that leave the word make it sticky. The largest first: the longest of the words
 * that are dropped is looked at while the others still move.
 */
export function shiftRight(from: Shifted, amount: Signal, { high, low }: Places, name: string): Shifted {
  let { word, sticky } = from;
  for (let place = high; place >= low; place -= 1) {
    const distance = 2 ** place;
    const acts = amount.bit(place);
    const lost = anyOf(word, Math.min(distance, word.width) - 1, 0);
    sticky = named(sticky.or(acts.and(lost)), `${name}_sticky_${distance}`);
    const moved = join(zeros(Math.min(distance, word.width)), sliceIfAny(word, word.width - 1, distance));
    word = named(mux(acts, moved, word), `${name}_by_${distance}`);
  }
  return { word, sticky };
}
