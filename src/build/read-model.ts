/** From a model file to the integers of an engine, whatever the file holds. */
import { basename } from 'node:path';
import {
  type CompressedModel,
  isCompressedFile,
  readCompressedFile,
  removeUnusedPaths,
} from '../network/compressed/index.js';
import { lowerGraph, SupportError } from '../network/lower/index.js';
import { ModelError } from '../network/model-error.js';
import type { Network } from '../network/network.js';
import { readOnnxFile } from '../network/onnx/read-onnx.js';
import { compareLayers, type LayerError, quantizeNetwork, type QuantizeResult } from '../network/quantize/index.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import { type Calibration, readCalibration, spread } from './calibration.js';
import { checkTensors } from './check-tensors.js';
import type { GenerateOptions } from './generate-options.js';
import type { GenerateStep } from './generate-steps.js';
import { InputError } from './input-error.js';
import { inspectionOf } from './inspect-compressed.js';
import { unitPreprocess } from './preprocess.js';

export interface ModelOfEngine {
  readonly network: QuantizedNetwork;
  /** What was removed; absent where nothing was. */
  readonly compressed?: CompressedModel;
  readonly calibration?: Calibration;
  /** Against the float network on calibration images, before anything was removed. */
  readonly layerErrors?: readonly LayerError[];
  readonly warnings: readonly string[];
}

/** Calibration images that the float network is run on beside the integer one, to tell the noise. */
const comparedImages = 50;

/** @throws InputError, ModelError */
export function readModel(options: GenerateOptions, onStep: (step: GenerateStep) => void): ModelOfEngine {
  return isCompressedFile(options.model) ? readCompressed(options, onStep) : readFloat(options, onStep);
}

function readCompressed(options: GenerateOptions, onStep: (step: GenerateStep) => void): ModelOfEngine {
  checkNothingToQuantise(options);
  const compressed = readCompressedFile(options.model);
  const { network } = compressed;
  const { parameters, nonzero } = inspectionOf(compressed);
  onStep({
    step: 'read',
    model: basename(options.model),
    layers: network.layers.length,
    weights: parameters,
    kept: nonzero,
  });
  checkLayerNames(network, options.layers);
  return { network, compressed, warnings: [] };
}

/** Options that would change integers which the file fixes. */
function checkNothingToQuantise(options: GenerateOptions): void {
  const fixed = ['weightBits', 'activationBits', 'calibrate', 'preprocess'] as const;
  const own = Object.entries(options.layers ?? {}).find(
    ([, { weights, activations }]) => weights !== undefined || activations !== undefined,
  );
  const given = fixed.find((option) => options[option] !== undefined) ?? (own && `layers.${own[0]}`);
  if (given === undefined) return;
  const what = 'means nothing here: the compressed network has its integers already';
  throw new InputError('option', given, what, 'leave it out, or compress again with it');
}

function readFloat(options: GenerateOptions, onStep: (step: GenerateStep) => void): ModelOfEngine {
  const graph = readOnnxFile(options.model);
  checkTensors(graph, basename(options.model));
  const network = named(options.model, () => lowerGraph(graph));
  onStep({
    step: 'read',
    model: basename(options.model),
    layers: network.layers.length,
    weights: network.layers.reduce((sum, layer) => sum + ('weights' in layer ? layer.weights.length : 0), 0),
    operators: graph.nodes.length,
  });
  checkLayerNames(network, options.layers);
  const calibration =
    options.calibrate === undefined ? undefined : readCalibration(options.calibrate, network.inputShape);
  const { network: quantized, warnings } = quantise(network, options, calibration);
  const layerErrors = calibration && errorsOf(network, quantized, calibration);
  onStep({
    step: 'quantise',
    weightBits: distinct(quantized.layers.flatMap((layer) => ('weightBits' in layer ? [layer.weightBits] : []))),
    activationBits: distinct(quantized.layers.slice(0, -1).map(({ output }) => output.bits)),
    calibrationImages: calibration?.images.count ?? 0,
    ...(layerErrors && { signalToNoise: layerErrors.at(-1)!.signalToNoise }),
    warnings,
  });
  const compressed = options.keepZeros === true ? undefined : withoutZeros(quantized, onStep);
  return {
    network: compressed?.network ?? quantized,
    ...(compressed && { compressed }),
    ...(calibration && { calibration }),
    ...(layerErrors && { layerErrors }),
    warnings,
  };
}

/** Undefined where every row and column is needed. */
function withoutZeros(network: QuantizedNetwork, onStep: (step: GenerateStep) => void): CompressedModel | undefined {
  const compressed = removeUnusedPaths(network);
  const { parameters, layers } = inspectionOf(compressed);
  const filters = layers.reduce((sum, { rows, keptRows }) => sum + rows - keptRows, 0);
  const columns = layers.reduce((sum, layer) => sum + layer.columns - layer.keptColumns, 0);
  if (filters + columns === 0) return undefined;
  const kept = layers.reduce((sum, { keptRows, keptColumns }) => sum + keptRows * keptColumns, 0);
  onStep({ step: 'remove', weights: parameters, kept, filters, columns });
  return compressed;
}

/** Errors from deep inside a model do not know the file. */
function named<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    // A SupportError carries its table, which a copy would lose; its nodes say where.
    if (error instanceof ModelError && !(error instanceof SupportError)) throw error.at({ file: basename(file) });
    throw error;
  }
}

function checkLayerNames(network: Network | QuantizedNetwork, layers: GenerateOptions['layers'] = {}): void {
  const names = network.layers.map(({ name }) => name);
  const unknown = Object.keys(layers).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      'config',
      `layers.${unknown}`,
      'the model has no such layer',
      `its layers are ${names.join(', ')}`,
    );
  }
}

function quantise(network: Network, options: GenerateOptions, calibration: Calibration | undefined): QuantizeResult {
  const perLayer = Object.fromEntries(
    Object.entries(options.layers ?? {}).map(([name, { weights, activations }]) => [
      name,
      { ...(weights !== undefined && { weights }), ...(activations !== undefined && { activations }) },
    ]),
  );
  const changed = Object.entries(perLayer).filter(([, bits]) => Object.keys(bits).length > 0);
  return named(options.model, () =>
    quantizeNetwork(network, {
      weightBits: options.weightBits ?? 8,
      activationBits: options.activationBits ?? 8,
      ...(changed.length > 0 && { perLayer: Object.fromEntries(changed) }),
      ...(calibration && { calibration: calibration.images.pixels }),
      preprocess: options.preprocess ?? unitPreprocess,
    }),
  );
}

function errorsOf(network: Network, quantized: QuantizedNetwork, { images }: Calibration): LayerError[] {
  return compareLayers(network, quantized, spread(images, comparedImages).pixels);
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
