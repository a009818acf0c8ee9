import { unitPreprocess } from '../build/preprocess.js';
import { allWeights, layerMatrices, unprunedChain } from '../compression/admm/pruned-chain.js';
import type { Targets } from '../compression/admm/project-chain.js';
import { pointWithin, pruningPath, weightsOf } from '../compression/admm/pruning-path.js';
import { chainOfNetwork } from '../compression/chain-of-network.js';
import { levelTargets } from '../compression/admm/level-targets.js';
import type { Levels, ProjectionDescription, PruningDescription } from '../compression/projections/index.js';
import { reconstructNetwork } from '../compression/reconstruct/index.js';
import type { CompressContext, PrunedNetwork } from './compress-context.js';
import type { CompressOptions } from './compress-options.js';
import { engineCost } from './engine-cost.js';
import { givenTargets } from './given-sizes.js';
import { levelledWeights } from './levelled-weights.js';
import { normalisedSquares } from './normalised-squares.js';
import { budgetAmount, levelsOf, pathOptions } from './stages-of.js';

/** Prunes after training: layer by layer, each fitted to what the dense layer gives on the training images. */
export function compressByReconstruction({ options, network, data }: CompressContext): PrunedNetwork {
  const { onStep = () => undefined, preprocess = unitPreprocess } = options;
  const { images } = data.train;
  onStep({
    step: 'data',
    trainingImages: images.count,
    heldOut: 0,
    testImages: data.test?.images.count ?? 0,
    accuracy: null,
  });
  const { chain, parameters } = chainOfNetwork(network);
  const matrices = layerMatrices(chain);
  const targets = targetsOf(options, chain, parameters);
  const levels = levelsOf(options);
  const levelled = levels && levelTargets(matrices, levels);
  const layers: Record<string, ProjectionDescription> = {};
  for (const { name } of matrices) {
    const pruning = targets?.get(name) as PruningDescription | undefined;
    const steps = [
      ...(pruning === undefined ? [] : [pruning]),
      ...(levelled === undefined ? [] : [levelled.get(name) as Levels]),
    ];
    if (steps.length > 0) layers[name] = { kind: 'sequence', steps };
  }
  const result = reconstructNetwork(network, { calibration: images.pixels, preprocess, layers }, (layer) =>
    onStep({ step: 'layer', ...layer }),
  );
  const { network: pruned, warnings } = result;
  return { network: pruned, ...(levels && levelledWeights(pruned, levels)), floatAccuracy: null, warnings };
}

function targetsOf(
  options: CompressOptions,
  chain: Parameters<typeof layerMatrices>[0],
  parameters: Parameters<typeof unprunedChain>[1],
): Targets | undefined {
  const { budget, keep } = options;
  const matrices = layerMatrices(chain);
  if (keep !== undefined) return givenTargets(keep, options, matrices);
  if (budget === undefined) return undefined;
  const path = pruningPath(matrices, { weights: normalisedSquares(matrices, parameters) }, pathOptions(options));
  const cost = budget.kind === 'ratio' ? weightsOf : engineCost(chain, options, budget.kind).cost;
  const amount = budget.kind === 'ratio' ? Math.floor(allWeights(chain) / budget.ratio) : budgetAmount(budget);
  return pointWithin(path, cost, amount, `pruning of '${chain.name}' (${options.pattern ?? 'structured'})`).targets;
}
