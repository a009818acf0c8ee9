/** Bits low … high, both included; 0 ≤ low ≤ high. */
export interface BitRange {
  readonly low: number;
  readonly high: number;
}

/**
 * A set of bit positions as ascending ranges that neither overlap nor touch. A word of 4096 bits driven as one word is
 * one range; all operations are linear in the number of ranges.
 */
export type BitRanges = readonly BitRange[];

export const noBits: BitRanges = [];

/** Bits high … low. */
export function bitRange(high: number, low: number): BitRanges {
  return [{ low, high }];
}

/** All bits of a word. */
export function allBits(width: number): BitRanges {
  return width === 0 ? noBits : [{ low: 0, high: width - 1 }];
}

export function unionBits(first: BitRanges, second: BitRanges): BitRanges {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const result: { low: number; high: number }[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const a = first[i];
    const b = second[j];
    const takeFirst = b === undefined || (a !== undefined && a.low <= b.low);
    const next = takeFirst ? a! : b;
    if (takeFirst) i++;
    else j++;
    const last = result.at(-1);
    if (last !== undefined && next.low <= last.high + 1) last.high = Math.max(last.high, next.high);
    else result.push({ low: next.low, high: next.high });
  }
  return result;
}

export function intersectBits(first: BitRanges, second: BitRanges): BitRanges {
  const result: BitRange[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length && j < second.length) {
    const a = first[i]!;
    const b = second[j]!;
    const low = Math.max(a.low, b.low);
    const high = Math.min(a.high, b.high);
    if (low <= high) result.push({ low, high });
    if (a.high < b.high) i++;
    else j++;
  }
  return result;
}

/** The bits of `from` that are not in `taken`. */
export function subtractBits(from: BitRanges, taken: BitRanges): BitRanges {
  const result: BitRange[] = [];
  let j = 0;
  for (const range of from) {
    let low = range.low;
    while (j < taken.length && taken[j]!.high < low) j++;
    let k = j;
    while (k < taken.length && taken[k]!.low <= range.high) {
      if (taken[k]!.low > low) result.push({ low, high: taken[k]!.low - 1 });
      low = taken[k]!.high + 1;
      k++;
    }
    if (low <= range.high) result.push({ low, high: range.high });
  }
  return result;
}

/** The set of the given positions, in any order. */
export function bitsOf(positions: Iterable<number>): BitRanges {
  const result: { low: number; high: number }[] = [];
  for (const bit of [...positions].sort((a, b) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && bit <= last.high + 1) last.high = bit;
    else result.push({ low: bit, high: bit });
  }
  return result;
}

/** `bit 3`, `bits 7:4` or `bits 7:4, 1`: most significant first. */
export function describeBits(bits: BitRanges): string {
  const texts = bits.map(({ low, high }) => (low === high ? `${low}` : `${high}:${low}`)).reverse();
  const single = bits.length === 1 && bits[0]!.low === bits[0]!.high;
  return `${single ? 'bit' : 'bits'} ${texts.join(', ')}`;
}
