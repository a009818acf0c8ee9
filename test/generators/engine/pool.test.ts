import { expect, test } from 'vitest';
import { pool, poolBits, type PoolShape } from '../../../generators/pool.js';
import { emit } from '../../../src/hdl/index.js';
import { drawer } from '../../network/integer/random-network.js';
import { noStalls, runStreams } from './stream-bench.js';

/** Results of one map of values [row][column][channel], in the same order. */
function golden(shape: PoolShape, map: readonly number[]): number[] {
  const { height, width, channels, kernel, stride, padding, operation, paddingValue } = shape;
  const outside = operation === 'maximum' ? -Infinity : paddingValue;
  const at = (row: number, column: number, channel: number): number =>
    row < 0 || row >= height || column < 0 || column >= width
      ? outside
      : map[(row * width + column) * channels + channel]!;
  const results: number[] = [];
  for (let top = -padding[0]; top + kernel[0] <= height + padding[2]; top += stride[0]) {
    for (let left = -padding[1]; left + kernel[1] <= width + padding[3]; left += stride[1]) {
      for (let channel = 0; channel < channels; channel++) {
        const window = Array.from({ length: kernel[0] * kernel[1] }, (_, place) =>
          at(top + Math.floor(place / kernel[1]), left + (place % kernel[1]), channel),
        );
        results.push(operation === 'maximum' ? Math.max(...window) : window.reduce((sum, value) => sum + value, 0));
      }
    }
  }
  return results;
}

const base = { name: 'unit', stride: [2, 2], padding: [0, 0, 0, 0], paddingValue: 0, signed: false } as const;
const shapes: readonly PoolShape[] = [
  { ...base, operation: 'maximum', channels: 3, height: 6, width: 4, kernel: [2, 2], valueBits: 4 },
  { ...base, operation: 'maximum', channels: 1, height: 1, width: 1, kernel: [1, 1], valueBits: 1 },
  {
    ...base,
    operation: 'maximum',
    channels: 2,
    height: 5,
    width: 7,
    kernel: [3, 3],
    padding: [1, 2, 1, 0],
    valueBits: 8,
    signed: true,
  },
  {
    ...base,
    operation: 'maximum',
    channels: 1,
    height: 7,
    width: 1,
    kernel: [3, 1],
    stride: [1, 1],
    valueBits: 3,
    signed: true,
  },
  { ...base, operation: 'maximum', channels: 4, height: 1, width: 6, kernel: [1, 2], stride: [1, 3], valueBits: 5 },
  { ...base, operation: 'sum', channels: 5, height: 4, width: 4, kernel: [4, 4], valueBits: 8 },
  {
    ...base,
    operation: 'sum',
    channels: 2,
    height: 5,
    width: 5,
    kernel: [3, 2],
    stride: [1, 1],
    padding: [0, 1, 2, 1],
    paddingValue: -7,
    valueBits: 4,
    signed: true,
  },
  {
    ...base,
    operation: 'sum',
    channels: 1,
    height: 3,
    width: 3,
    kernel: [2, 2],
    stride: [1, 1],
    padding: [1, 1, 1, 1],
    paddingValue: 3,
    valueBits: 2,
  },
];

test.each(shapes)(
  '$operation of $kernel over $channels × $height × $width, stride $stride, padding $padding, $valueBits bits',
  (shape) => {
    const draw = drawer(shape.height * 100 + shape.width);
    const low = shape.signed ? -(2 ** (shape.valueBits - 1)) : 0;
    const maps = Array.from({ length: 3 }, () =>
      Array.from({ length: shape.height * shape.width * shape.channels }, () =>
        draw(low, low + 2 ** shape.valueBits - 1),
      ),
    );
    const expected = maps.flatMap((map) => golden(shape, map));
    const bits = poolBits(shape);
    const bench = {
      design: emit(pool(shape)),
      input: { name: 'values', field: 'value', bits: shape.valueBits },
      output: { name: 'results', field: 'value', bits },
      values: maps.flat().map((value) => value & (2 ** shape.valueBits - 1)),
      results: expected.length,
    };
    const isSigned = shape.signed || shape.operation === 'sum';
    for (const { beats } of runStreams(bench, [noStalls, { seed: 6, input: 100, output: 100 }])) {
      const numbers = beats.map(({ value }) => Number(isSigned ? BigInt.asIntN(bits, value) : value));
      expect(numbers).toEqual(expected);
    }
  },
);
