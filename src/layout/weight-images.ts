import { type EnginePlan, type BankPlan, subarrayCount, type WeightedLayer } from './plan.js';
import { readsVector } from './place.js';
import { weightOrder } from './tap-order.js';

/** Rows of one subarray as bit patterns, bit 0 on bit line 0. */
export interface SubarrayImage {
  readonly words: readonly bigint[];
  /** Cells that hold a weight's bit. */
  readonly usedCells: number;
}

/** Word lines of each subarray of a bank that are needed; further ones of the geometry stay empty. */
export function rowsPerSubarray(bank: BankPlan, geometryRows: number): number {
  return bank.stack > 1 ? geometryRows : Math.max(2, bank.rows);
}

/** The images of a bank's subarrays, stack after stack, across within. See `BankPlan` for the order of everything. */
export function weightImages(layer: WeightedLayer, bank: BankPlan, rows: number): SubarrayImage[] {
  const images = Array.from({ length: subarrayCount(bank) }, () => ({
    words: Array.from({ length: rows }, () => 0n),
    usedCells: 0,
  }));
  const order = weightOrder(layer);
  const filtersPerGroup = bank.filters / bank.groups;
  let row = 0;
  for (let group = 0; group < bank.groups; group++) {
    for (let pass = 0; pass < bank.passesPerGroup; pass++) {
      for (let planeGroup = 0; planeGroup < bank.planeGroups; planeGroup++) {
        for (let chunkGroup = 0; chunkGroup < bank.chunkGroups; chunkGroup++, row++) {
          fillRow(
            row,
            (filterAtOnce, planeAtOnce) => {
              const filter = pass * bank.filtersAtOnce + filterAtOnce;
              const plane = bank.weightPlanes - (planeGroup + 1) * bank.planesAtOnce + planeAtOnce;
              return filter < filtersPerGroup ? { filter: group * filtersPerGroup + filter, plane } : undefined;
            },
            chunkGroup,
          );
        }
      }
    }
  }
  return images;

  function fillRow(
    index: number,
    meaning: (filter: number, plane: number) => { filter: number; plane: number } | undefined,
    chunkGroup: number,
  ): void {
    const stack = Math.floor(index / rows);
    let segment = 0;
    for (let pixel = 0; pixel < bank.pixelsAtOnce; pixel++) {
      for (let filterAtOnce = 0; filterAtOnce < bank.filtersAtOnce; filterAtOnce++) {
        for (let planeAtOnce = 0; planeAtOnce < bank.planesAtOnce; planeAtOnce++) {
          for (let chunk = 0; chunk < bank.chunksAtOnce; chunk++, segment++) {
            const place = meaning(filterAtOnce, planeAtOnce);
            if (place === undefined) continue;
            const image = images[stack * bank.across + Math.floor(segment / bank.segmentsPerSubarray)]!;
            const column = (segment % bank.segmentsPerSubarray) * bank.chunkWidth;
            const cells = segmentCells(place.filter, place.plane, chunkGroup * bank.chunksAtOnce, chunk);
            image.words[index % rows]! |= cells.bits << BigInt(column);
            image.usedCells += cells.count;
          }
        }
      }
    }
  }

  /** The bits of one plane of one filter over one chunk. */
  function segmentCells(
    filter: number,
    plane: number,
    firstChunk: number,
    chunk: number,
  ): { bits: bigint; count: number } {
    let bits = 0n;
    let count = 0;
    const shift = lastGroupShift(firstChunk);
    for (let cell = 0; cell < bank.chunkWidth; cell++) {
      const tap = firstChunk * bank.chunkWidth + chunk * bank.chunkWidth + cell - shift;
      if (tap < firstChunk * bank.chunkWidth || tap >= bank.taps) continue;
      count++;
      const weight = layer.weights[filter * bank.taps + order[tap]!]!;
      const set = bank.weightPlanes === 1 ? weight > 0 : ((weight >> plane) & 1) === 1;
      if (set) bits |= 1n << BigInt(cell);
    }
    return { bits, count };
  }

  /** A vector's last group of fewer values lies at the top of its word; a window's at the bottom. */
  function lastGroupShift(firstChunk: number): number {
    if (!readsVector(layer)) return 0;
    const width = bank.chunksAtOnce * bank.chunkWidth;
    return Math.max(0, firstChunk * bank.chunkWidth + width - bank.taps);
  }
}

/** Share of the cells of a plan's subarrays that hold a weight's bit. */
export function occupancy(plan: EnginePlan): number {
  const cells = plan.geometry.rows * plan.geometry.columns;
  let used = 0;
  let all = 0;
  for (const layer of plan.layers) {
    if (layer.kind !== 'bank') continue;
    used += layer.layer.weights.length * layer.bank.weightPlanes * layer.bank.pixelsAtOnce;
    all += subarrayCount(layer.bank) * cells;
  }
  return all === 0 ? 0 : used / all;
}
