import type { ConvolutionWindowShape } from './convolution-window.js';
import { times } from './counter.js';
import { kernelReach } from './frame.js';

/** What of a kernel's reach is kept in registers and line memory. */
export interface KeptPart {
  /** The lowest rows and the rightmost columns of the reach. */
  readonly rows: number;
  readonly columns: number;
  /** Channels that a tap reads, ascending. */
  readonly channels: readonly number[];
}

interface Tap {
  /** Within the reach of the dilated kernel. */
  readonly row: number;
  readonly column: number;
  /** Of the group. */
  readonly channel: number;
}

function tapsOf({ channels, groups, kernel, dilation, taps }: ConvolutionWindowShape): Tap[] {
  const size = channels / groups;
  return (taps ?? times(kernel[0] * kernel[1] * size)).map((tap) => ({
    column: Math.floor(tap / (kernel[0] * size)) * dilation[1],
    row: (Math.floor(tap / size) % kernel[0]) * dilation[0],
    channel: tap % size,
  }));
}

/** The part of the windows that some tap reads; columns include those of all windows at once. */
export function keptPart(shape: ConvolutionWindowShape): KeptPart {
  const reach = kernelReach(shape);
  const taps = tapsOf(shape);
  const read = new Set(taps.map(({ channel }) => channel));
  return {
    rows: reach.rows - Math.min(...taps.map(({ row }) => row)),
    columns: reach.columns - Math.min(...taps.map(({ column }) => column)) + (shape.pixelsAtOnce - 1) * shape.stride[1],
    channels: times(shape.channels).filter((channel) => shape.groups > 1 || read.has(channel)),
  };
}

/** Where the taps of one group at one window lie in a plane of what is kept: by column, row, channel. */
export function tapBits(shape: ConvolutionWindowShape, kept: KeptPart, group: number, pixel: number): number[] {
  const reach = kernelReach(shape);
  const places = new Map(kept.channels.map((channel, place) => [channel, place]));
  const firstColumn = reach.columns + (shape.pixelsAtOnce - 1) * shape.stride[1] - kept.columns;
  const firstRow = reach.rows - kept.rows;
  const firstChannel = (group * shape.channels) / shape.groups;
  return tapsOf(shape).map(({ row, column, channel }) => {
    const line = (pixel * shape.stride[1] + column - firstColumn) * kept.rows + row - firstRow;
    return line * kept.channels.length + places.get(firstChannel + channel)!;
  });
}

/** Ascending numbers as runs of neighbours. */
export function runsOf(places: readonly number[]): (readonly [low: number, high: number])[] {
  const runs: [number, number][] = [];
  for (const place of places) {
    const before = runs.at(-1);
    if (before?.[1] === place - 1) before[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}

const lineLength = 100;

/** Lines of a header that name the taps, where not all are there. */
export function describeTaps({ taps, channels, kernel }: ConvolutionWindowShape): string[] {
  if (taps === undefined) return [];
  const lines = [`taps = ${taps.length} of ${kernel[0] * kernel[1] * channels}, by kernel column, row, channel:`];
  for (const [low, high] of runsOf(taps)) {
    const run = low === high ? `${low}` : `${low}-${high}`;
    const last = lines.at(-1)!;
    if (lines.length === 1 || last.length + run.length > lineLength) lines.push(`  ${run}`);
    else lines[lines.length - 1] = `${last} ${run}`;
  }
  return lines;
}
