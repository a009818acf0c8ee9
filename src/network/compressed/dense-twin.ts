import type { QuantizedLayer, QuantizedNetwork } from '../quantized.js';
import type { CompressedLayer, CompressedModel } from './compressed-model.js';
import { withChannels } from './shrink-network.js';
import { isWeighted, type WeightedLayer, withoutTaps } from './weight-matrix.js';

/**
 * The network at its size before compression, with zeros for what was removed: the same scores for every image, on the
 * engine that it would take without pruning. Filters that were removed have no weights, bias 0 and multiplier 1; the
 * next layer does not read them. Weights of ±1 take two bits where zeros come among them.
 */
export function denseTwin({ network, layers: described }: CompressedModel): QuantizedNetwork {
  let channels = network.input.shape[0];
  let index = 0;
  const layers = network.layers.map((layer): QuantizedLayer => {
    const inputShape = withChannels(layer.inputShape, channels);
    if (!isWeighted(layer)) return { ...layer, inputShape, outputShape: withChannels(layer.outputShape, channels) };
    const before = described[index++]!;
    channels = before.rows;
    return { ...restore(layer, before), inputShape, outputShape: withChannels(layer.outputShape, before.rows) };
  });
  return { ...network, layers };
}

function restore(layer: WeightedLayer, before: CompressedLayer): WeightedLayer {
  const { rows, columns, keptRows, keptColumns } = before;
  const weights = new Int8Array(rows * columns);
  const bias = new Int32Array(rows);
  const multiplier = new Int32Array(rows).fill(1);
  keptRows.forEach((row, index) => {
    bias[row] = layer.bias[index]!;
    if (layer.requantization) multiplier[row] = layer.requantization.multiplier[index]!;
    keptColumns.forEach((column, tap) => {
      weights[row * columns + column] = layer.weights[index * keptColumns.length + tap]!;
    });
  });
  const zeros = weights.length > layer.weights.length;
  return {
    ...withoutTaps(layer),
    weights,
    weightBits: zeros ? Math.max(2, layer.weightBits) : layer.weightBits,
    bias,
    ...(layer.requantization && { requantization: { ...layer.requantization, multiplier } }),
  };
}
