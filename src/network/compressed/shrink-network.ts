import { accumulatorBits } from '../integer/accumulator.js';
import type { MapShape } from '../network.js';
import type { QuantizedLayer, QuantizedNetwork } from '../quantized.js';
import type { CompressedLayer, CompressedModel } from './compressed-model.js';
import { keptTaps } from './kept-taps.js';
import { indicesOf, isWeighted, type WeightedLayer, type WeightMatrix, withoutTaps } from './weight-matrix.js';

/** The network of what is left of its matrices. Accumulators are as narrow as the sums that are left allow. */
export function shrinkNetwork(
  network: QuantizedNetwork,
  matrices: readonly WeightMatrix[],
  weightScales: readonly Float32Array[],
  provenance: CompressedModel['provenance'],
): CompressedModel {
  let channels = allOf(network.input.shape[0]);
  const layers: QuantizedLayer[] = [];
  const described: CompressedLayer[] = [];
  for (const layer of network.layers) {
    if (!isWeighted(layer)) {
      const inputShape = withChannels(layer.inputShape, channels.length);
      layers.push({ ...layer, inputShape, outputShape: withChannels(layer.outputShape, channels.length) });
      continue;
    }
    const matrix = matrices[described.length]!;
    const { rows, columns } = matrix;
    const keptRows = indicesOf(matrix.keptRows);
    const keptColumns = indicesOf(matrix.keptColumns);
    layers.push(shrinkLayer(layer, matrix, keptRows, keptColumns, channels));
    const scale = weightScales[described.length]!;
    const weightScale = Float32Array.from(keptRows, (row) => scale[row]!);
    described.push({ name: layer.name, rows, columns, keptRows, keptColumns, weightScale });
    channels = keptRows;
  }
  return { network: { ...network, layers }, layers: described, provenance };
}

function shrinkLayer(
  layer: WeightedLayer,
  matrix: WeightMatrix,
  keptRows: Int32Array,
  keptColumns: Int32Array,
  channels: Int32Array,
): WeightedLayer {
  const taps = matrix.whole ? undefined : keptTaps(layer.name, keptColumns, matrix.cells, channels);
  const weights = new Int8Array(keptRows.length * keptColumns.length);
  keptRows.forEach((row, newRow) => {
    keptColumns.forEach((column, newColumn) => {
      weights[newRow * keptColumns.length + newColumn] = matrix.weights[row * matrix.columns + column]!;
    });
  });
  const bias = Int32Array.from(keptRows, (row) => matrix.bias[row]!);
  const bits = accumulatorBits(weights, bias, layer.input);
  const { requantization } = layer;
  const multiplier = requantization && Int32Array.from(keptRows, (row) => requantization.multiplier[row]!);
  return {
    ...withoutTaps(layer),
    inputShape: withChannels(layer.inputShape, channels.length),
    outputShape: withChannels(layer.outputShape, keptRows.length),
    ...(taps && { taps }),
    weights,
    bias,
    accumulatorBits: bits,
    ...(requantization && multiplier
      ? { requantization: { ...requantization, multiplier } }
      : { output: { bits, signed: true } }),
  };
}

/** 0, 1, … count − 1. */
export const allOf = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

export const withChannels = ([, height, width]: MapShape, channels: number): MapShape => [channels, height, width];
