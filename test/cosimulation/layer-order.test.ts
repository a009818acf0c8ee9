import { expect, test } from 'vitest';
import { beatOrder, positionOfBeat } from '../../src/cosimulation/layer-order.js';

test('values leave by row, column, channel', () => {
  // Two channels of 2 × 3: channel, row and column of each value as its digits.
  const values = Array.from({ length: 12 }, (_, index) => [
    Math.floor(index / 6),
    Math.floor(index / 3) % 2,
    index % 3,
  ]);
  const left = [...beatOrder([2, 2, 3])].map((index) => values[index]!.join(''));
  expect(left).toEqual('000 100 001 101 002 102 010 110 011 111 012 112'.split(' '));
  for (const [beat, name] of left.entries()) {
    const { channel, row, column } = positionOfBeat(beat, [2, 2, 3]);
    expect(`${channel}${row}${column}`).toBe(name);
  }
});
