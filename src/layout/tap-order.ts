import type { WeightedLayer } from './plan.js';
import { readsVector } from './place.js';

/**
 * The columns of a layer's weight matrix in the order in which the hardware meets them. Values arrive by row, column,
 * channel; a window adds its columns from left to right.
 */
function columnOrder(layer: WeightedLayer): number[] {
  const [channels, height, width] = layer.inputShape;
  const order: number[] = [];
  if (readsVector(layer)) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < channels; channel++) order.push((channel * height + y) * width + x);
      }
    }
    return order;
  }
  if (layer.kind !== 'convolution') throw new Error(`layer ${layer.name} reads windows but is no convolution`);
  const [kernelHeight, kernelWidth] = layer.kernel;
  const groupChannels = channels / layer.groups;
  for (let x = 0; x < kernelWidth; x++) {
    for (let y = 0; y < kernelHeight; y++) {
      for (let channel = 0; channel < groupChannels; channel++)
        order.push((channel * kernelHeight + y) * kernelWidth + x);
    }
  }
  return order;
}

/** For each tap that is there, in the order of the hardware, the index of its weight within a filter. */
export function weightOrder(layer: WeightedLayer): number[] {
  const columns = columnOrder(layer);
  if (layer.taps === undefined) return columns;
  const places = placesOf(layer.taps);
  return columns.flatMap((column) => places.get(column) ?? []);
}

/** For each column in the order of the hardware whether it is one of the layer's taps. */
export function keptColumns(layer: WeightedLayer): boolean[] {
  const columns = columnOrder(layer);
  if (layer.taps === undefined) return columns.map(() => true);
  const places = placesOf(layer.taps);
  return columns.map((column) => places.has(column));
}

/** What choosing the taps takes: a bit a value for a vector, wires alone for windows. */
export function gatherOf(layer: WeightedLayer): { columns: number; taps: number; tableBits: number } {
  const kept = keptColumns(layer);
  const taps = kept.filter(Boolean).length;
  const needsTable = readsVector(layer) && taps < kept.length;
  return { columns: kept.length, taps, tableBits: needsTable ? kept.length : 0 };
}

const placesOf = (taps: Int32Array): Map<number, number> => new Map(Array.from(taps, (tap, place) => [tap, place]));
