import { columnCount, isWeighted } from '../network/compressed/weight-matrix.js';
import type { QuantizedNetwork } from '../network/quantized.js';

export interface WeightCounts {
  /** Rows times columns of every layer's matrix, columns that are left out among them. */
  readonly weights: number;
  readonly nonzero: number;
}

export function countWeights(network: QuantizedNetwork): WeightCounts {
  const layers = network.layers.filter(isWeighted);
  return {
    weights: layers.reduce((sum, layer) => sum + layer.bias.length * columnCount(layer), 0),
    nonzero: layers.reduce((sum, { weights }) => sum + countNonzero(weights), 0),
  };
}

export function countNonzero(weights: Int8Array): number {
  return weights.reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0);
}
