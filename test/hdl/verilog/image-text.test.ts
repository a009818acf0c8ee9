import { describe, expect, test } from 'vitest';
import { imageText } from '../../../src/hdl/verilog/image-text.js';

describe('a memory image', () => {
  test.each([1, 3, 4, 5, 8, 9, 63, 64, 65, 72, 255, 256, 1000])('of words of %d bits has a line a word', (width) => {
    const words = Array.from({ length: 20 }, (_, index) => BigInt.asUintN(width, (BigInt(index) + 3n) ** 400n));
    const lines = imageText(words, width).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => BigInt(`0x${line}`))).toEqual(words);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([Math.ceil(width / 4)]));
  });

  test('without words is empty', () => expect(imageText([], 8)).toBe(''));
});
