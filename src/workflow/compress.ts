import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { withPlace } from '../build/input-error.js';
import { unitPreprocess } from '../build/preprocess.js';
import { sha256 } from '../build/write-design.js';
import { type CompressedModel, writeCompressedFile } from '../network/compressed/index.js';
import { lowerGraph } from '../network/lower/index.js';
import type { Network } from '../network/network.js';
import { readOnnxFile } from '../network/onnx/read-onnx.js';
import { checkCompressOptions } from './check-compress-options.js';
import { compressByAdmm } from './compress-by-admm.js';
import type { CompressContext, PrunedNetwork } from './compress-context.js';
import type { CompressOptions, CompressResult, CompressSummary } from './compress-options.js';
import { compressByReconstruction } from './compress-by-reconstruction.js';
import { type DataFolder, readDataFolder } from './data-folder.js';
import { integerAccuracy, quantiseCompressed } from './quantise-compressed.js';
import { statePath } from './run-state-file.js';

/**
 * Prunes and quantises a network and writes it as a compressed model, whole or not at all. A run of `admm` keeps its state
 * in `OUT.state` after every epoch; the same command goes on from there, with the same result.
 *
 * @throws InputError, ModelError, TrainingError, ProjectionError
 */
export async function compress(options: CompressOptions): Promise<CompressResult> {
  checkCompressOptions(options);
  const { onStep = () => undefined, method = 'admm' } = options;
  const network = lowerGraph(readOnnxFile(options.model));
  const { parameters, nonzero } = countWeights(network);
  onStep({ step: 'read', model: basename(options.model), layers: network.layers.length, weights: parameters, nonzero });
  const data = readDataFolder(options.data, network.inputShape);
  const context: CompressContext = { options, network, data, fingerprint: fingerprintOf(options, data) };
  const pruned = await prune(context, method);
  const { weightBits = 8, activationBits = 8, preprocess = unitPreprocess } = options;
  const { model, warnings } = quantiseCompressed(pruned.network, {
    weightBits,
    activationBits,
    preprocess,
    calibration: data.train.images,
    ...(pruned.weightScales && { weightScales: pruned.weightScales }),
    ...(pruned.weightBits && { layerWeightBits: pruned.weightBits }),
    provenance: provenanceOf(options),
  });
  onStep({
    step: 'quantise',
    weightBits,
    activationBits,
    calibrationImages: data.train.images.count,
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
  return { ...summary, model, warnings: [...pruned.warnings, ...warnings] };
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

/** The options without paths and callbacks, which decide nothing. */
function decisive(options: CompressOptions): Record<string, unknown> {
  const undecided: readonly (keyof CompressOptions)[] = ['model', 'data', 'out', 'onStep', 'restart'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => !undecided.some((other) => other === name)));
}

function fingerprintOf(options: CompressOptions, { train, test }: DataFolder): string {
  const parts = [
    sha256(readFileSync(options.model)),
    sha256(train.images.pixels),
    sha256(Uint8Array.from(train.labels.classes)),
    test === undefined ? '' : sha256(test.images.pixels),
    JSON.stringify(decisive(options)),
  ];
  return sha256(parts.join('\n'));
}

function provenanceOf(options: CompressOptions): Record<string, unknown> {
  return {
    model: { file: basename(options.model), sha256: sha256(readFileSync(options.model)) },
    method: options.method ?? 'admm',
    ...decisive(options),
  };
}
