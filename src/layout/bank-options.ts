import type { IntegerFormat } from '../network/quantized.js';
import type { BankPlan, SubarrayGeometry, WeightedLayer } from './plan.js';

/** Numbers of a weighted layer that decide how it can be placed. */
export interface BankDemand {
  readonly groups: number;
  readonly filters: number;
  readonly taps: number;
  readonly weightPlanes: number;
  readonly activationPlanes: number;
  readonly outputWidth: number;
  readonly outputPixels: number;
  /** 0 in the last layer. */
  readonly multiplierBits: number;
  readonly sumBits: number;
}

export function bankDemand(layer: WeightedLayer): BankDemand {
  const [filters, height, width] = layer.outputShape;
  const groups = layer.kind === 'convolution' ? layer.groups : 1;
  return {
    groups,
    filters,
    taps: layer.weights.length / filters,
    weightPlanes: layer.weightBits,
    activationPlanes: planes(layer.input),
    outputWidth: width,
    outputPixels: height * width,
    multiplierBits: layer.requantization?.multiplierBits ?? 0,
    sumBits: layer.accumulatorBits,
  };
}

const planes = (format: IntegerFormat): number => format.bits;

/** Factors of a plan that a user may fix. */
export type BankChoice = Pick<BankPlan, 'chunks' | 'chunksAtOnce' | 'planesAtOnce' | 'filtersAtOnce' | 'pixelsAtOnce'>;

/** The plan that follows from a choice of factors. Undefined where a segment is wider than a subarray. */
export function bankPlan(demand: BankDemand, geometry: SubarrayGeometry, choice: BankChoice): BankPlan | undefined {
  const { groups, filters, taps, weightPlanes, activationPlanes } = demand;
  const chunkWidth = Math.ceil(taps / choice.chunks);
  const chunks = Math.ceil(taps / chunkWidth);
  if (chunkWidth > geometry.columns || choice.chunksAtOnce > chunks) return undefined;
  const segments = choice.chunksAtOnce * choice.planesAtOnce * choice.filtersAtOnce * choice.pixelsAtOnce;
  const segmentsPerSubarray = Math.min(segments, Math.floor(geometry.columns / chunkWidth));
  const chunkGroups = Math.ceil(chunks / choice.chunksAtOnce);
  const planeGroups = weightPlanes / choice.planesAtOnce;
  const passesPerGroup = Math.ceil(filters / groups / choice.filtersAtOnce);
  const rows = groups * passesPerGroup * planeGroups * chunkGroups;
  const cyclesPerRow = Math.max(activationPlanes, geometry.readCycles);
  const sumsAtOnce = choice.filtersAtOnce * choice.pixelsAtOnce;
  const pace = Math.max(1, Math.floor((planeGroups * chunkGroups * cyclesPerRow) / sumsAtOnce));
  return {
    groups,
    filters,
    taps,
    chunkWidth,
    ...choice,
    chunks,
    segmentsPerSubarray,
    across: Math.ceil(segments / segmentsPerSubarray),
    stack: Math.ceil(rows / geometry.rows),
    weightPlanes,
    activationPlanes,
    chunkGroups,
    planeGroups,
    passesPerGroup,
    rows,
    cyclesPerRow,
    digitBits: Math.max(1, Math.ceil(demand.multiplierBits / pace)),
  };
}

/** How many choices are compared: `fine` finds the fullest rows for few weights, whatever the tables they cost. */
export type ChoiceRange = 'usual' | 'fine';

/**
 * Choices worth comparing. Chunks are such that whole segments fill a subarray well; the other factors are divisors or
 * a thinned-out range, since neighbouring values differ little.
 */
export function bankChoices(demand: BankDemand, geometry: SubarrayGeometry, range: ChoiceRange = 'usual'): BankPlan[] {
  const { groups, filters, taps, weightPlanes, outputWidth } = demand;
  const plans: BankPlan[] = [];
  const filtersPerGroup = filters / groups;
  for (const chunks of chunkCounts(taps, geometry.columns, range)) {
    for (const chunksAtOnce of thinned(chunks, range)) {
      for (const planesAtOnce of divisors(weightPlanes)) {
        for (const filtersAtOnce of thinned(filtersPerGroup, range)) {
          // Several pixels at once come out in order only if all filters of a pixel do.
          const pixelChoices = filtersAtOnce === filters ? divisors(outputWidth) : [1];
          for (const pixelsAtOnce of pixelChoices) {
            const segments = chunksAtOnce * planesAtOnce * filtersAtOnce * pixelsAtOnce;
            if (segments > maximumSegments) break;
            const plan = bankPlan(demand, geometry, {
              chunks,
              chunksAtOnce,
              planesAtOnce,
              filtersAtOnce,
              pixelsAtOnce,
            });
            if (plan !== undefined) plans.push(plan);
          }
        }
      }
    }
  }
  return plans;
}

/** Beyond this a bank is no longer a sensible piece of Verilog. */
const maximumSegments = 4096;

/** Segments in a row of a subarray, at most; the fine range goes down to segments of four cells. */
const mostSegments = 32;
const narrowestChunk = 4;

/** Numbers of chunks: as few as fit, and those whose segments fill a row of the subarray to nine tenths or more. */
function chunkCounts(taps: number, columns: number, range: ChoiceRange): number[] {
  const counts = new Set<number>();
  const add = (width: number): void => {
    // As even as the number of chunks allows; another width may come to the same.
    counts.add(Math.ceil(taps / Math.ceil(taps / Math.ceil(taps / width))));
  };
  add(Math.min(taps, columns));
  const most = range === 'fine' ? Math.max(columns / narrowestChunk, mostSegments) : mostSegments;
  for (let perRow = 1; perRow <= Math.min(columns, most); perRow++) {
    const width = Math.min(taps, Math.floor(columns / perRow));
    const used = perRow * Math.ceil(taps / Math.ceil(taps / width));
    if (used >= 0.9 * columns) add(width);
  }
  return [...counts];
}

function divisors(value: number): number[] {
  return Array.from({ length: value }, (_, index) => index + 1).filter((divisor) => value % divisor === 0);
}

/** 1, then the least values that shorten ⌈count / value⌉: at most about a dozen, or where a fine range is asked for all. */
function thinned(count: number, range: ChoiceRange): number[] {
  const values = new Set<number>();
  const step = range === 'fine' && count <= mostCompared ? 1 : 1.25;
  for (let parts = count; parts >= 1; parts = Math.min(parts - 1, Math.floor(parts / step)))
    values.add(Math.ceil(count / parts));
  return [...values];
}

/** Of more filters or chunks neighbouring values differ little. */
const mostCompared = 64;
