import { keptMask, type ProjectionDescription, projectionOf } from '../projections/index.js';
import type { Chain } from '../training/chain.js';
import { layerMatrices, type Masks } from './pruned-chain.js';

/** What the weights of each layer shall be: constraints by layer name. */
export type Targets = ReadonlyMap<string, ProjectionDescription>;

/** Weights by layer name. */
export type ChainWeights = ReadonlyMap<string, Float32Array>;

/**
 * Every layer's weights, projected in the order of the layers. Where a filter is pruned, what reads it is zeroed before the next
 * projection, so that the columns that are kept are columns that have an input; pruned weights of before stay pruned.
 */
export function projectChain(chain: Chain, weights: ChainWeights, masks: Masks, targets: Targets): ChainWeights {
  const result = new Map<string, Float32Array>();
  let dead: readonly boolean[] = [];
  for (const { name, rows, columns, block } of layerMatrices(chain)) {
    const mask = masks.get(name)!;
    const reachable = weights
      .get(name)!
      .map((value, index) => (mask[index] === 0 || dead[Math.floor((index % columns) / block)] === true ? 0 : value));
    const description = targets.get(name);
    const matrix = { rows, columns, values: reachable };
    const { values } = description === undefined ? matrix : projectionOf(description)(matrix);
    dead = Array.from({ length: rows }, (_, row) =>
      values.subarray(row * columns, (row + 1) * columns).every((value) => value === 0),
    );
    result.set(name, values);
  }
  return result;
}

export function masksOf(weights: ChainWeights): Masks {
  return new Map([...weights].map(([name, values]) => [name, keptMask({ values })]));
}
