import { unitPreprocess } from '../build/preprocess.js';
import { allWeights, layerMatrices, unprunedChain } from '../compression/admm/pruned-chain.js';
import type { PathPoint } from '../compression/admm/pruning-path.js';
import { firstWithin, pruningPath, weightsOf } from '../compression/admm/pruning-path.js';
import { chainOfNetwork } from '../compression/chain-of-network.js';
import type { ProjectionDescription, PruningDescription } from '../compression/projections/index.js';
import { reconstructNetwork } from '../compression/reconstruct/index.js';
import { TrainingError } from '../compression/training/training-error.js';
import type { CompressContext, PrunedNetwork } from './compress-context.js';
import type { CompressOptions } from './compress-options.js';
import { engineCost } from './engine-cost.js';
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
  const point = pointWithin(options, chain, parameters);
  const levels = levelsOf(options);
  const layers: Record<string, ProjectionDescription> = {};
  for (const { name } of matrices) {
    const pruning = point?.targets.get(name) as PruningDescription | undefined;
    const steps = [...(pruning === undefined ? [] : [pruning]), ...(levels === undefined ? [] : [levels])];
    if (steps.length > 0) layers[name] = { kind: 'sequence', steps };
  }
  const result = reconstructNetwork(network, { calibration: images.pixels, preprocess, layers }, (layer) =>
    onStep({ step: 'layer', ...layer }),
  );
  const { network: pruned, warnings } = result;
  return { network: pruned, ...(levels && levelledWeights(pruned, levels)), floatAccuracy: null, warnings };
}

function pointWithin(
  options: CompressOptions,
  chain: Parameters<typeof layerMatrices>[0],
  parameters: Parameters<typeof unprunedChain>[1],
): PathPoint | undefined {
  const { budget } = options;
  if (budget === undefined) return undefined;
  const matrices = layerMatrices(chain);
  const path = pruningPath(matrices, normalisedSquares(matrices, parameters), pathOptions(options));
  const cost = budget.kind === 'ratio' ? weightsOf : engineCost(chain, options, budget.kind).cost;
  const amount = budget.kind === 'ratio' ? Math.floor(allWeights(chain) / budget.ratio) : budgetAmount(budget);
  const point = firstWithin(path, cost, amount);
  if (point !== undefined) return point;
  throw new TrainingError(
    `pruning of '${chain.name}'`,
    `the budget is ${amount}, but the smallest network of this pattern costs ${cost(path.at(path.length - 1))}`,
    'allow more, or choose another pattern',
  );
}
