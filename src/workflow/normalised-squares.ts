import type { LayerMatrix } from '../compression/admm/pruned-chain.js';
import type { ChainWeights } from '../compression/admm/project-chain.js';
import type { Parameters } from '../compression/training/chain.js';

/**
 * Importance of weights where there are no labels: a weight's square as a part of its layer's mean square, so that layers
 * of small weights lose no more than others.
 */
export function normalisedSquares(matrices: readonly LayerMatrix[], parameters: Parameters): ChainWeights {
  return new Map(
    matrices.map(({ name }) => {
      const weights = parameters.get(`${name}.weight`)!;
      const mean = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length;
      return [name, weights.map((weight) => (weight * weight) / mean)];
    }),
  );
}
