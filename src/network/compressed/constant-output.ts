/** Filters whose output does not depend on the image: their value, and the map that the next weighted layer reads. */
import { formatRange } from '../integer/accumulator.js';
import { mapSize } from '../integer/check-quantized.js';
import { layerRunner } from '../integer/layer-runner.js';
import { requantizeInPlace } from '../integer/requantize.js';
import type { MapShape } from '../network.js';
import type { PoolLayer, WeightMatrix } from './weight-matrix.js';

/**
 * The output of a filter where it is the same whatever the layer reads: all its weights are zero, or its clamp swallows
 * every sum that it can have (a ReLU that never opens). Undefined where it varies, and for layers that give their sums.
 */
export function constantOutput(matrix: WeightMatrix, row: number): number | undefined {
  const { requantization, input } = matrix.layer;
  if (requantization === undefined) return undefined;
  const range = formatRange(input);
  let low = matrix.bias[row]!;
  let high = low;
  for (let column = 0; column < matrix.columns; column++) {
    if (matrix.keptColumns[column] === 0) continue;
    const weight = matrix.weights[row * matrix.columns + column]!;
    low += Math.min(weight * range.low, weight * range.high);
    high += Math.max(weight * range.low, weight * range.high);
  }
  // Multipliers are positive, so that the outputs of all sums lie between those of the extremes.
  const outputs = Int32Array.of(low, high);
  requantizeInPlace(outputs, 0, 2, requantization, row);
  return outputs[0] === outputs[1] ? outputs[0] : undefined;
}

/** A channel that is `value` everywhere, after pools: what the golden model gives for one channel alone. */
export function constantMap(value: number, shape: MapShape, pools: readonly PoolLayer[]): Int32Array {
  let map: Int32Array = new Int32Array(shape[1] * shape[2]).fill(value);
  for (const pool of pools) {
    const single: PoolLayer = {
      ...pool,
      inputShape: oneChannel(pool.inputShape),
      outputShape: oneChannel(pool.outputShape),
    };
    const output = new Int32Array(mapSize(single.outputShape));
    layerRunner(single)(map, 0, output, 0);
    map = output;
  }
  return map;
}

const oneChannel = ([, height, width]: MapShape): MapShape => [1, height, width];
