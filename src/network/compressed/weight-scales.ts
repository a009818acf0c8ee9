import type { QuantizedNetwork } from '../quantized.js';
import { isWeighted } from './weight-matrix.js';

/**
 * What a unit of each filter's weights is worth, layer after layer of those with weights: the scale that the engine's
 * own arithmetic stands for, multiplier / 2^shift · output scale / input scale; without a requantisation the sums are
 * the output, so that it is output scale / input scale.
 */
export function effectiveWeightScales(network: QuantizedNetwork): Float32Array[] {
  let inputScale = network.input.meaning.scale;
  const scales: Float32Array[] = [];
  for (const layer of network.layers) {
    const ratio = layer.outputMeaning.scale / inputScale;
    inputScale = layer.outputMeaning.scale;
    if (!isWeighted(layer)) continue;
    const { requantization } = layer;
    scales.push(
      Float32Array.from(layer.bias, (_, filter) =>
        requantization === undefined ? ratio : requantization.multiplier[filter]! * 2 ** -requantization.shift * ratio,
      ),
    );
  }
  return scales;
}
