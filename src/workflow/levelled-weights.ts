import { levelTargets } from '../compression/admm/level-targets.js';
import { type Levels, matrixOf, projectToLevels } from '../compression/projections/index.js';
import type { Network } from '../network/network.js';

export interface LevelledWeights {
  /** By layer: the worth of a level, one or one a filter. */
  readonly weightScales: Readonly<Record<string, Float32Array>>;
  /** By layer: width of the integers, which levels of powers of two widen. */
  readonly weightBits: Readonly<Record<string, number>>;
}

/** The integers behind weights that training put on levels: a projection of levels leaves them as they are. */
export function levelledWeights({ layers }: Network, levels: Levels): LevelledWeights {
  const weightScales: Record<string, Float32Array> = {};
  const weightBits: Record<string, number> = {};
  const weighted = layers.filter((layer) => 'weights' in layer);
  const targets = levelTargets(weighted, levels);
  for (const layer of weighted) {
    const own = targets.get(layer.name) as Levels;
    const { scales, integers } = projectToLevels(matrixOf(layer.weights, layer.bias.length), own);
    weightScales[layer.name] = scales;
    const most = integers.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
    weightBits[layer.name] = Math.max(2, 1 + Math.ceil(Math.log2(most + 1)));
  }
  return { weightScales, weightBits };
}
