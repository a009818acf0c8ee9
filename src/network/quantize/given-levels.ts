/** Weights that training has put onto levels already. */
import { ModelError } from '../model-error.js';
import type { ConvolutionLayer, FullyConnectedLayer } from '../network.js';
import { weightRounding } from './reconstruction.js';

/** Weights are float32 products of a scale and an integer: this much, in steps of the scale, is rounding and no more. */
const tolerance = 1e-3;

/**
 * The integers of weights that are integers times `scales` (one, or one a filter).
 *
 * @param common whether the layer's sums are scores, which need one scale
 * @throws ModelError for a weight that is on no level of this width, and scales that scores cannot have
 */
export function integersOnLevels(
  layer: ConvolutionLayer | FullyConnectedLayer,
  scales: Float32Array,
  weightBits: number,
  common: boolean,
): Int8Array {
  const taps = layer.weights.length / layer.bias.length;
  const rounding = weightRounding(weightBits);
  const used = new Set<number>();
  const integers = Int8Array.from(layer.weights, (weight, index) => {
    const filter = Math.floor(index / taps);
    const scale = scales[filter % scales.length]!;
    const integer = rounding(weight / scale);
    if (Math.abs(weight / scale - integer) > tolerance) {
      throw new ModelError(
        `weight ${index % taps} of filter ${filter} is ${(weight / scale).toPrecision(4)} times the scale ${scale.toPrecision(4)}, which is no integer of ${weightBits} bits`,
        { node: layer.name },
        'give the scales and the width that the weights were trained on',
      );
    }
    if (integer !== 0) used.add(scale);
    return integer;
  });
  if (common && used.size > 1) {
    throw new ModelError(
      'its sums are the scores, but its filters have different scales, so they cannot be compared',
      { node: layer.name },
      'put the weights of the last layer on levels of one scale for the layer',
    );
  }
  return integers;
}
