import type { MapShape } from '../network/network.js';

/** Where a value of a layer's stream lies in its map. */
export interface MapPosition {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/** Streams go by row, column, channel: where the value of a beat lies. */
export function positionOfBeat(beat: number, [channels, , width]: MapShape): MapPosition {
  const pixel = Math.floor(beat / channels);
  return { channel: beat % channels, row: Math.floor(pixel / width), column: pixel % width };
}

/** For each beat of a map's stream the index of its value in (channel, row, column) order. */
export function beatOrder(shape: MapShape): Int32Array {
  const [channels, height, width] = shape;
  return Int32Array.from({ length: channels * height * width }, (_, beat) => {
    const { channel, row, column } = positionOfBeat(beat, shape);
    return (channel * height + row) * width + column;
  });
}
