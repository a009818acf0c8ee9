import { encode } from 'fast-png';
import type { ImageSet } from '../../src/network/images/index.js';

/** A PNG of the first `rows` · `columns` images side by side, each pixel `zoom` pixels wide, a dark line between. */
export function contactSheet(images: ImageSet, rows: number, columns: number, zoom = 2): Uint8Array {
  const [, high, wide] = images.shape;
  const cellHeight = high * zoom + 1;
  const cellWidth = wide * zoom + 1;
  const width = columns * cellWidth + 1;
  const height = rows * cellHeight + 1;
  const data = new Uint8Array(width * height).fill(64);
  for (let index = 0; index < Math.min(rows * columns, images.count); index++) {
    const top = Math.floor(index / columns) * cellHeight + 1;
    const left = (index % columns) * cellWidth + 1;
    for (let y = 0; y < high * zoom; y++) {
      for (let x = 0; x < wide * zoom; x++) {
        const pixel = (index * high + Math.floor(y / zoom)) * wide + Math.floor(x / zoom);
        data[(top + y) * width + left + x] = images.pixels[pixel]!;
      }
    }
  }
  return encode({ width, height, data, channels: 1, depth: 8 });
}
