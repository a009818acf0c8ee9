import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { withPlace } from '../build/input-error.js';
import { type CompressedModel, writeCompressedFile } from '../network/compressed/index.js';
import { lowerGraph } from '../network/lower/index.js';
import type { Network } from '../network/network.js';
import { readOnnxFile } from '../network/onnx/read-onnx.js';
import { checkCompressOptions } from './check-compress-options.js';
import { compressByAdmm } from './compress-by-admm.js';
import type { CompressContext, PrunedNetwork } from './compress-context.js';
import type { CompressOptions, CompressResult, CompressStep, CompressSummary, StageStep } from './compress-options.js';
import { compressByReconstruction } from './compress-by-reconstruction.js';
import { readDataFolder } from './data-folder.js';
import { integerAccuracy, quantisePruned } from './quantise-compressed.js';
import { fingerprintOf } from './provenance.js';
import { statePath } from './run-state-file.js';

/**
 * Prunes and quantises a network and writes it as a compressed model, whole or not at all. A run of `admm` keeps its state
 * in `OUT.state` after every epoch; the same command goes on from there, with the same result.
 *
 * @throws InputError, ModelError, TrainingError, ProjectionError
 */
export async function compress(options: CompressOptions): Promise<CompressResult> {
  checkCompressOptions(options);
  const { method = 'admm' } = options;
  const stages: StageStep[] = [];
  const onStep = (step: CompressStep): void => {
    if (step.step === 'stage') stages.push(step);
    options.onStep?.(step);
  };
  const network = lowerGraph(readOnnxFile(options.model));
  const { parameters, nonzero } = countWeights(network);
  onStep({ step: 'read', model: basename(options.model), layers: network.layers.length, weights: parameters, nonzero });
  const data = readDataFolder(options.data, network.inputShape);
  const context: CompressContext = {
    options: { ...options, onStep },
    network,
    data,
    fingerprint: fingerprintOf(options, data),
  };
  const pruned = await prune(context, method);
  const { model, warnings, calibrationImages } = quantisePruned(pruned, options, data);
  const { weightBits = 8, activationBits = 8 } = options;
  onStep({
    step: 'quantise',
    weightBits,
    activationBits,
    calibrationImages,
    warnings: [...pruned.warnings, ...warnings],
  });
  const accuracy = data.test === undefined ? null : integerAccuracy(model, data.test);
  withPlace(options.out, () => writeCompressedFile(options.out, model));
  rmSync(statePath(options), { force: true });
  const summary: CompressSummary = {
    out: options.out,
    ...ratioOf(model),
    floatAccuracy: pruned.floatAccuracy,
    accuracy,
  };
  onStep({ step: 'result', ...summary });
  return { ...summary, stages, model, warnings: [...pruned.warnings, ...warnings] };
}

async function prune(context: CompressContext, method: CompressOptions['method']): Promise<PrunedNetwork> {
  switch (method) {
    case 'reconstruct':
      return compressByReconstruction(context);
    case 'import':
      return { network: context.network, floatAccuracy: null, warnings: [] };
    default:
      return compressByAdmm(context);
  }
}

function countWeights({ layers }: Network): { parameters: number; nonzero: number } {
  let parameters = 0;
  let nonzero = 0;
  for (const layer of layers) {
    if (!('weights' in layer)) continue;
    parameters += layer.weights.length;
    for (const weight of layer.weights) if (weight !== 0) nonzero++;
  }
  return { parameters, nonzero };
}

/** Parameters before, weights that are not zero now, and their ratio. */
export function ratioOf({
  layers,
  network,
}: CompressedModel): Pick<CompressSummary, 'parameters' | 'nonzero' | 'pruningRatio'> {
  const parameters = layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  let nonzero = 0;
  for (const layer of network.layers) {
    if (!('weights' in layer)) continue;
    for (const weight of layer.weights) if (weight !== 0) nonzero++;
  }
  return { parameters, nonzero, pruningRatio: parameters / nonzero };
}
