import { SeededRandom } from '../../src/compression/training/seeded-random.js';
import type { ImageSet, Labels } from '../../src/network/images/index.js';
import { type Glyph, glyphs } from './glyphs.js';

export interface DigitOptions {
  readonly count: number;
  /** A whole number. The first images of a longer set with the same seed are the same. */
  readonly seed: number;
  /** Rows and columns of an image, default 16. */
  readonly size?: number;
}

export interface Digits {
  readonly images: ImageSet;
  readonly labels: Labels;
}

/** Straight pieces that a curve is drawn with. */
const piecesOfCurve = 6;

/**
 * Handwriting-like digits, white on black, 0 … 255: strokes with random form, size, slant, place, thickness, brightness
 * and noise. Only +, −, ×, ÷ and square roots are used, so the same options give the same bytes on every machine.
 */
export function makeDigits({ count, seed, size = 16 }: DigitOptions): Digits {
  const random = new SeededRandom(seed);
  const pixels = new Uint8Array(count * size * size);
  const classes = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const digit = random.below(glyphs.length);
    classes[index] = digit;
    const ways = glyphs[digit]!;
    const lines = penLines(ways[random.below(ways.length)]!, size, random);
    drawLines(lines, pixels.subarray(index * size * size, (index + 1) * size * size), size, random);
  }
  return { images: { count, shape: [1, size, size], pixels }, labels: { count, classes } };
}

/** Straight pieces in pixels: x and y of one end, then of the other. */
type Line = readonly [number, number, number, number];

function penLines(glyph: Glyph, size: number, random: SeededRandom): Line[] {
  const height = size * random.between(0.5, 0.78);
  const width = height * random.between(0.5, 0.78);
  const slant = random.between(-0.45, 0.3);
  const turn = random.between(-0.25, 0.25);
  const centreX = (size - 1) / 2 + size * random.between(-0.1, 0.1);
  const centreY = (size - 1) / 2 + size * random.between(-0.1, 0.1);
  const cosine = 1 / Math.sqrt(1 + turn * turn);
  const sine = turn * cosine;
  const place = (x: number, y: number): [number, number] => {
    const down = (y - 0.5 + random.between(-0.075, 0.075)) * height;
    const right = (x - 0.5 + random.between(-0.09, 0.09)) * width - slant * down;
    return [centreX + cosine * right - sine * down, centreY + sine * right + cosine * down];
  };
  return glyph.flatMap((stroke) => {
    const [start, ...rest] = stroke;
    const lines: Line[] = [];
    let [x, y] = place(start![0]!, start![1]!);
    for (const entry of rest) {
      const control = entry.length === 4 ? place(entry[0]!, entry[1]!) : undefined;
      const [endX, endY] = place(entry.at(-2)!, entry.at(-1)!);
      const pieces = control === undefined ? 1 : piecesOfCurve;
      const [startX, startY] = [x, y];
      const [bendX, bendY] = control ?? [(startX + endX) / 2, (startY + endY) / 2];
      for (let piece = 1; piece <= pieces; piece++) {
        const t = piece / pieces;
        const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
        const [nextX, nextY] = [a * startX + b * bendX + c * endX, a * startY + b * bendY + c * endY];
        lines.push([x, y, nextX, nextY]);
        [x, y] = [nextX, nextY];
      }
    }
    return lines;
  });
}

function drawLines(lines: readonly Line[], pixels: Uint8Array, size: number, random: SeededRandom): void {
  const radius = (size / 16) * random.between(0.55, 1.15);
  // Ink fades over a pixel's width, a little more where a pen is soft.
  const soft = (size / 16) * random.between(0.8, 1.4);
  const ink = random.between(130, 250);
  const noise = random.between(10, 50);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let nearest = Infinity;
      for (const line of lines) nearest = Math.min(nearest, squaredDistance(column, row, line));
      const cover = Math.min(1, Math.max(0, (radius - Math.sqrt(nearest)) / soft + 0.5));
      const value = ink * cover + random.between(-noise, noise);
      pixels[row * size + column] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
}

function squaredDistance(x: number, y: number, [x0, y0, x1, y1]: Line): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  const [offX, offY] = [x - x0 - along * dx, y - y0 - along * dy];
  return offX * offX + offY * offY;
}
