import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moveImage } from '../../../src/compression/training/move-image.js';

test('every pixel of the frame is the one that was moved there, or blank', () => {
  const size = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(size, size, size, fc.nat(), fc.nat(), (channels, rows, columns, vertical, horizontal) => {
      const down = (vertical % (2 * rows - 1)) - (rows - 1);
      const right = (horizontal % (2 * columns - 1)) - (columns - 1);
      const image = Float32Array.from({ length: channels * rows * columns }, (_, index) => index + 1);
      const moved = new Float32Array(image.length);
      moveImage(image, [channels, rows, columns], { down, right, blank: -7 }, moved);
      moved.forEach((value, index) => {
        const column = (index % columns) - right;
        const row = (Math.floor(index / columns) % rows) - down;
        const inside = column >= 0 && column < columns && row >= 0 && row < rows;
        expect(value).toBe(inside ? image[index - down * columns - right] : -7);
      });
    }),
  );
});
