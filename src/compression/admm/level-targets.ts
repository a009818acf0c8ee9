import type { Levels } from '../projections/index.js';
import type { Targets } from './project-chain.js';

/** Levels for every layer; the last one's filters share a scale, because their sums are compared as scores. */
export function levelTargets(layers: readonly { readonly name: string }[], levels: Levels): Targets {
  const last = layers.at(-1)?.name;
  return new Map(layers.map(({ name }) => [name, name === last ? { ...levels, per: 'layer' } : levels]));
}
