import { join, parse } from 'node:path';
import { withPlace } from '../build/input-error.js';
import { unitPreprocess } from '../build/preprocess.js';
import { decodeState, encodeState } from '../compression/admm/checkpoint.js';
import {
  allWeights,
  expandParameters,
  keptWeights,
  layerMatrices,
  type PrunedChain,
  unprunedChain,
} from '../compression/admm/pruned-chain.js';
import { runStages } from '../compression/admm/run-stages.js';
import { chainOfNetwork } from '../compression/chain-of-network.js';
import type { Levels } from '../compression/projections/index.js';
import { trainedGraph } from '../compression/training/forward.js';
import { Trainer, type TrainingSet } from '../compression/training/trainer.js';
import { writeCompressedFile } from '../network/compressed/index.js';
import { lowerGraph } from '../network/lower/index.js';
import type { Network } from '../network/network.js';
import type { CompressContext, PrunedNetwork } from './compress-context.js';
import type { StageLayer } from './compress-options.js';
import { firstImages, splitOff, trainingSetOf } from './data-folder.js';
import { levelledWeights } from './levelled-weights.js';
import { integerAccuracy, quantisePruned } from './quantise-compressed.js';
import { readState, statePath, writeState } from './run-state-file.js';
import { scheduleOf, stagesOf } from './stages-of.js';
import { classesOf } from './train.js';

/** One image of this many is held out where the accuracy has to be watched. */
const heldOutPart = 12;

/** Images of a quick run. */
const quickImages = 10_000;

/** Prunes in training, stage after stage, and keeps the state of the run in a file. */
export async function compressByAdmm(context: CompressContext): Promise<PrunedNetwork> {
  const { options, network, data, fingerprint } = context;
  const { onStep = () => undefined, maximumLoss, preprocess = unitPreprocess } = options;
  const { chain, parameters } = chainOfNetwork(network);
  const classes = classesOf(chain);
  const all = trainingSetOf(data.train, classes, preprocess);
  const used = firstImages(all, options.quick === true ? quickImages : Infinity);
  const [set, heldOut] = splitOff(used, maximumLoss === undefined ? 0 : Math.ceil(used.count / heldOutPart));
  const test = data.test && trainingSetOf(data.test, classes, preprocess);
  const start = unprunedChain(chain, parameters);
  const testAccuracy = await accuracy(start, test);
  onStep({
    step: 'data',
    trainingImages: set.count,
    heldOut: heldOut.count,
    testImages: test?.count ?? 0,
    accuracy: testAccuracy,
  });
  const baseline = await accuracy(start, heldOut);
  const stages = stagesOf(options, start);
  const saved = readState(options);
  const resumed = saved && decodeState(saved, fingerprint, statePath(options));
  if (resumed !== undefined) onStep({ step: 'resume', stage: resumed.stage, epoch: resumed.epoch });
  const end = await runStages(resumed ?? start, set, stages, scheduleOf(options), {
    onEpoch: (report) => onStep({ step: 'epoch', ...report }),
    onState: (state) => writeState(options, encodeState(state, fingerprint)),
    onStage: async (stage, pruned) => {
      const heldOutAccuracy = await accuracy(pruned, heldOut);
      const lost = baseline === null || heldOutAccuracy === null ? 0 : 100 * (baseline - heldOutAccuracy);
      const accepted = maximumLoss === undefined || lost <= maximumLoss;
      const kept = keptWeights(pruned.masks);
      const written =
        options.everyStage === true && stages[stage]?.kind !== 'levels' && accepted
          ? writeStage(context, stage, finished(pruned, undefined).network)
          : undefined;
      onStep({
        step: 'stage',
        stage,
        kept,
        ratio: allWeights(chain) / kept,
        layers: stageLayers(pruned),
        accuracy: await accuracy(pruned, test),
        heldOutAccuracy,
        accepted,
        ...written,
      });
      return accepted;
    },
  });
  const levels = stages.find((stage) => stage.kind === 'levels')?.levels;
  return { ...finished(end, levels), floatAccuracy: await accuracy(end, test), warnings: [] };
}

function writeStage(
  { options, data }: CompressContext,
  stage: number,
  network: Network,
): { file: string; integerAccuracy: number | null } {
  const { dir, name, ext } = parse(options.out);
  const file = join(dir, `${name}-stage${stage + 1}${ext}`);
  const { model } = quantisePruned({ network }, options, data, { stage: stage + 1 });
  withPlace(file, () => writeCompressedFile(file, model));
  return { file, integerAccuracy: data.test === undefined ? null : integerAccuracy(model, data.test) };
}

/** In the shapes of the original network, zeros where something was pruned. */
function finished(
  pruned: PrunedChain,
  levels: Levels | undefined,
): Pick<PrunedNetwork, 'network' | 'weightScales' | 'weightBits'> {
  const parameters = expandParameters(pruned);
  const network = lowerGraph(trainedGraph(pruned.original, parameters));
  return { network, ...(levels && levelledWeights(network, levels)) };
}

async function accuracy({ chain, parameters }: PrunedChain, set: TrainingSet | undefined): Promise<number | null> {
  if (set === undefined || set.count === 0) return null;
  const trainer = await Trainer.open(chain, { seed: 0, parameters });
  try {
    return await trainer.accuracy(set);
  } finally {
    await trainer.close();
  }
}

function stageLayers({ chain, masks }: PrunedChain): StageLayer[] {
  return layerMatrices(chain).map(({ name, rows, columns }) => {
    const mask = masks.get(name)!;
    const used = new Set<number>();
    let kept = 0;
    mask.forEach((entry, index) => {
      if (entry === 0) return;
      kept++;
      used.add(index % columns);
    });
    return { name, filters: rows, columns: used.size, kept };
  });
}
