import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allBits,
  type BitRanges,
  bitsOf,
  describeBits,
  intersectBits,
  subtractBits,
  unionBits,
} from '../../../src/hdl/check/bit-ranges.js';

const positions = fc.array(fc.nat(70), { maxLength: 40 });

function members(ranges: BitRanges): number[] {
  return ranges.flatMap(({ low, high }) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
}

function sorted(set: Iterable<number>): number[] {
  return [...new Set(set)].sort((a, b) => a - b);
}

/** Ascending, and no two ranges overlap or touch: equal sets are then equal arrays. */
function expectCanonical(ranges: BitRanges): void {
  for (const [index, { low, high }] of ranges.entries()) {
    expect(low).toBeLessThanOrEqual(high);
    if (index > 0) expect(low).toBeGreaterThan(ranges[index - 1]!.high + 1);
  }
}

describe('bit ranges agree with sets of positions', () => {
  test.each([
    ['union', unionBits, (a: Set<number>, b: Set<number>) => [...a, ...b]],
    ['intersection', intersectBits, (a: Set<number>, b: Set<number>) => [...a].filter((bit) => b.has(bit))],
    ['difference', subtractBits, (a: Set<number>, b: Set<number>) => [...a].filter((bit) => !b.has(bit))],
  ])('%s', (_, operate, expected) => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        const result = operate(bitsOf(a), bitsOf(b));
        expectCanonical(result);
        expect(members(result)).toEqual(sorted(expected(new Set(a), new Set(b))));
      }),
    );
  });

  test('construction', () => {
    fc.assert(
      fc.property(positions, (a) => {
        expectCanonical(bitsOf(a));
        expect(members(bitsOf(a))).toEqual(sorted(a));
      }),
    );
    expect(allBits(4096)).toEqual([{ low: 0, high: 4095 }]);
  });
});

test('bits are described from the most significant down', () => {
  expect(describeBits(bitsOf([3]))).toBe('bit 3');
  expect(describeBits(bitsOf([7, 6, 5, 4]))).toBe('bits 7:4');
  expect(describeBits(bitsOf([7, 6, 5, 4, 1]))).toBe('bits 7:4, 1');
});
