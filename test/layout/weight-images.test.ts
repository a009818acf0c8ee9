import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BankPlan, WeightedLayer } from '../../src/layout/plan.js';
import { occupancy, rowsPerSubarray, type SubarrayImage, weightImages } from '../../src/layout/weight-images.js';
import { randomPlan } from '../generators/engine/random-plan.js';
import { drawer } from '../network/integer/random-network.js';

const runs = Number(process.env['SOTTO_LAYOUT_RUNS'] ?? 100);

test('every bit of every weight lies in one cell of each pixel, and all other cells are 0', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const plan = randomPlan(drawer(seed));
      for (const placed of plan.layers) {
        if (placed.kind !== 'bank') continue;
        const { layer, bank, source } = placed;
        const rows = rowsPerSubarray(bank, plan.geometry.rows);
        const images = weightImages(layer, bank, rows);
        expect(images).toHaveLength(bank.across * bank.stack);
        const cells = usedCells(layer, bank, source, rows, images);
        const used = images.reduce((sum, image) => sum + image.usedCells, 0);
        expect(used).toBe(layer.weights.length * bank.weightPlanes * bank.pixelsAtOnce);
        expect(cells).toBe(used);
        for (const { words } of images) {
          expect(words).toHaveLength(rows);
          const width = bank.segmentsPerSubarray * bank.chunkWidth;
          expect(width).toBeLessThanOrEqual(plan.geometry.columns);
          expect(words.every((word) => word >> BigInt(width) === 0n)).toBe(true);
        }
      }
    }),
    { numRuns: runs, seed: 3 },
  );
});

test('occupancy is the share of cells that hold a weight', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const plan = randomPlan(drawer(seed));
      let used = 0;
      let subarrays = 0;
      for (const placed of plan.layers) {
        if (placed.kind !== 'bank') continue;
        const rows = rowsPerSubarray(placed.bank, plan.geometry.rows);
        const images = weightImages(placed.layer, placed.bank, rows);
        used += images.reduce((sum, image) => sum + image.usedCells, 0);
        subarrays += images.length;
      }
      expect(occupancy(plan)).toBeCloseTo(used / (subarrays * plan.geometry.rows * plan.geometry.columns), 12);
    }),
    { numRuns: runs, seed: 4 },
  );
});

/** Reads every weight back as the bank meets it; gives the number of cells that mean something. */
function usedCells(
  layer: WeightedLayer,
  bank: BankPlan,
  source: 'window' | 'vector',
  rows: number,
  images: readonly SubarrayImage[],
): number {
  const found = Array.from({ length: bank.pixelsAtOnce }, () => new Map<string, bigint>());
  let cells = 0;
  let stray = 0;
  for (let row = 0; row < bank.rows; row++) {
    const [group, pass, planeGroup, chunkGroup] = digits(row, [
      bank.groups,
      bank.passesPerGroup,
      bank.planeGroups,
      bank.chunkGroups,
    ]) as [number, number, number, number];
    for (const [place, column, bit] of cellsOf(bank, rows, images, row)) {
      const [pixel, filterAtOnce, planeAtOnce, chunk] = digits(place, [
        bank.pixelsAtOnce,
        bank.filtersAtOnce,
        bank.planesAtOnce,
        bank.chunksAtOnce,
      ]) as [number, number, number, number];
      const filterInGroup = pass * bank.filtersAtOnce + filterAtOnce;
      const plane = bank.weightPlanes - 1 - (planeGroup * bank.planesAtOnce + (bank.planesAtOnce - 1 - planeAtOnce));
      const tap = tapOf(bank, source, chunkGroup, chunk * bank.chunkWidth + column);
      if (tap === undefined || filterInGroup >= bank.filters / bank.groups) {
        stray += Number(bit);
        continue;
      }
      cells++;
      const key = `${group * (bank.filters / bank.groups) + filterInGroup} ${tap}`;
      const known = found[pixel]!.get(key) ?? 0n;
      found[pixel]!.set(key, known | (bit << BigInt(plane)));
    }
  }
  expect(stray).toBe(0);
  for (const weights of found) {
    expect(weights.size).toBe(layer.weights.length);
    for (const [key, bits] of weights) {
      const [filter, tap] = key.split(' ').map(Number) as [number, number];
      const value = bank.weightPlanes === 1 ? Number(bits) * 2 - 1 : Number(BigInt.asIntN(bank.weightPlanes, bits));
      expect(value).toBe(layer.weights[filter * bank.taps + weightOf(layer, source, tap)]);
    }
  }
  return cells;
}

/** Segment, cell within it, and bit, for all segments of a row of the bank. */
function* cellsOf(
  bank: BankPlan,
  rows: number,
  images: readonly SubarrayImage[],
  row: number,
): Generator<[segment: number, cell: number, bit: bigint]> {
  const segments = bank.pixelsAtOnce * bank.filtersAtOnce * bank.planesAtOnce * bank.chunksAtOnce;
  for (let segment = 0; segment < segments; segment++) {
    const [across, place] = digits(segment, [bank.across, bank.segmentsPerSubarray]) as [number, number];
    const word = images[Math.floor(row / rows) * bank.across + across]!.words[row % rows]!;
    for (let cell = 0; cell < bank.chunkWidth; cell++) {
      yield [segment, cell, (word >> BigInt(place * bank.chunkWidth + cell)) & 1n];
    }
  }
}

/** Mixed-radix digits, the last the fastest. */
function digits(value: number, radices: readonly number[]): number[] {
  let rest = value;
  return radices
    .toReversed()
    .map((radix, index) => {
      const digit = index === radices.length - 1 ? rest : rest % radix;
      rest = Math.floor(rest / radix);
      return digit;
    })
    .toReversed();
}

/** Which of the window's taps meets a bit of the operand; a vector's shorter last group lies at the top of its word. */
function tapOf(bank: BankPlan, source: 'window' | 'vector', chunkGroup: number, bit: number): number | undefined {
  const width = bank.chunksAtOnce * bank.chunkWidth;
  const present = Math.min(width, bank.taps - chunkGroup * width);
  const place = source === 'vector' ? bit - (width - present) : bit;
  return place < 0 || place >= present ? undefined : chunkGroup * width + place;
}

/** Index of a tap's weight within its filter. */
function weightOf(layer: WeightedLayer, source: 'window' | 'vector', tap: number): number {
  if (layer.taps === undefined) return columnOf(layer, source, tap);
  const taps = [...layer.taps];
  const [channels, height, width] = layer.inputShape;
  const [rows, columns] = source === 'vector' || layer.kind !== 'convolution' ? [height, width] : layer.kernel;
  const met = Array.from({ length: channels * rows * columns }, (_, place) => columnOf(layer, source, place));
  return taps.indexOf(met.filter((column) => taps.includes(column))[tap]!);
}

/** Column of the weights at a place: windows go column, row, channel; vectors row, column, channel. */
function columnOf(layer: WeightedLayer, source: 'window' | 'vector', place: number): number {
  const [channels, height, width] = layer.inputShape;
  if (source === 'vector') {
    const [row, column, channel] = digits(place, [height, width, channels]) as [number, number, number];
    return (channel * height + row) * width + column;
  }
  if (layer.kind !== 'convolution') throw new Error('only a convolution has windows');
  const [kernelHeight, kernelWidth] = layer.kernel;
  const radices = [kernelWidth, kernelHeight, channels / layer.groups];
  const [column, row, channel] = digits(place, radices) as [number, number, number];
  return (channel * kernelHeight + row) * kernelWidth + column;
}
