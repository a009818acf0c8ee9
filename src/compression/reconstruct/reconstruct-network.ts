/** Compression after training: no labels and no gradients, only images, layer after layer. */
import type { Layer, Network } from '../../network/network.js';
import { calibrationMaps } from '../../network/quantize/calibration.js';
import { clampInPlace, clampOf, mapSize, runFloatLayer } from '../../network/quantize/float-layer.js';
import { collectStatistics } from '../../network/quantize/layer-statistics.js';
import { inputEncoding } from '../../network/quantize/quantize-network.js';
import { mostTaps, type WeightedLayer } from '../../network/quantize/weighted-layer.js';
import type { PruningDescription, ProjectionDescription } from '../projections/description.js';
import { projectToLevels } from '../projections/levels.js';
import { matrixOf, type Projection } from '../projections/matrix.js';
import { levelsOf, projectionOf } from '../projections/projection-of.js';
import { fitLevels } from './fit-levels.js';
import { layerObjective } from './layer-objective.js';
import { checkReconstruction, type ReconstructOptions } from './options.js';
import { pruneLayer } from './prune-layer.js';

export interface ReconstructedLayer {
  readonly name: string;
  readonly weights: number;
  /** Weights that are not zero. */
  readonly kept: number;
  /** Σ (y − ŷ)² / Σ (y − mean y)² of the outputs before the clamp, over the calibration images; 0 is perfect. */
  readonly error: number;
}

export interface ReconstructResult {
  /** The same layers, with zeros where weights were pruned. */
  readonly network: Network;
  /** One for each layer with weights, in the order of the network. */
  readonly layers: readonly ReconstructedLayer[];
  /** Scales of the layers whose weights are on levels now, as quantisation takes them. */
  readonly weightScales: Readonly<Record<string, Float32Array>>;
  /** What the user should know, a line each. */
  readonly warnings: readonly string[];
}

const defaultRidge = 0.1;

/**
 * Gives the named layers weights that meet their constraints and reproduce the outputs of the dense layers. Biases of all
 * layers are corrected, so that the mean of every filter is that of the dense network; a filter without weights gets bias 0
 * (not in the last layer), so that its output is 0 and it can be removed.
 *
 * @param onProgress after each layer with weights
 * @throws ModelError, ProjectionError for options that cannot be met; nothing is changed
 */
export function reconstructNetwork(
  network: Network,
  options: ReconstructOptions,
  onProgress?: (layer: ReconstructedLayer) => void,
): ReconstructResult {
  checkReconstruction(network, options);
  const warnings: string[] = [];
  const reports: ReconstructedLayer[] = [];
  const weightScales: Record<string, Float32Array> = {};
  const { float, count } = calibrationMaps(options.calibration, inputEncoding(network, options));
  let dense = float;
  let compressed = float;
  const last = network.layers.findLast((layer) => 'weights' in layer);
  const layers = network.layers.map((layer): Layer => {
    const targets = runFloatLayer(layer, dense, count);
    let result = layer;
    if ('weights' in layer) {
      const inputs = options.inputs === 'dense' ? dense : compressed;
      const fitted = compressLayer(layer, options, inputs, targets, count, warnings);
      if (fitted.scales !== undefined) weightScales[layer.name] = fitted.scales;
      result = { ...layer, weights: fitted.weights, bias: layer.bias.slice() };
    }
    const outputs = runFloatLayer(result, compressed, count);
    if (result !== layer && 'weights' in result) {
      correctBias(result, outputs, targets, count, layer !== last);
      const kept = result.weights.reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0);
      const error = relativeError(outputs, targets, result.bias.length, count);
      const report = { name: layer.name, weights: result.weights.length, kept, error };
      reports.push(report);
      onProgress?.(report);
    }
    dense = targets;
    compressed = outputs;
    clampInPlace(dense, clampOf(layer));
    clampInPlace(compressed, clampOf(layer));
    return result;
  });
  return { network: { ...network, layers }, layers: reports, weightScales, warnings };
}

interface CompressedWeights {
  readonly weights: Float32Array;
  readonly scales?: Float32Array;
}

function compressLayer(
  layer: WeightedLayer,
  options: ReconstructOptions,
  inputs: Float32Array,
  targets: Float32Array,
  count: number,
  warnings: string[],
): CompressedWeights {
  const description = options.layers[layer.name];
  if (description === undefined) return { weights: layer.weights };
  const matrix = matrixOf(layer.weights, layer.bias.length);
  const prune = pruningOf(description);
  const levels = levelsOf(description);
  if (matrix.columns > mostTaps) {
    warnings.push(
      `'${layer.name}' has ${matrix.columns} inputs a filter, more than ${mostTaps}: its weights are projected, not reconstructed`,
    );
    const pruned = prune?.(matrix) ?? matrix;
    if (levels === undefined) return { weights: pruned.values };
    const { matrix: levelled, scales } = projectToLevels(pruned, levels);
    return { weights: levelled.values, scales };
  }
  const statistics = collectStatistics(layer, inputs, count, targets, 0);
  const objective = layerObjective(statistics, layer.weights, options.ridge ?? defaultRidge);
  const weights = prune === undefined ? layer.weights : pruneLayer(objective, matrix, prune);
  return levels === undefined ? { weights } : fitLevels(objective, weights, levels);
}

/** The projection without the levels at its end; undefined where there is nothing else. */
function pruningOf(description: ProjectionDescription): Projection | undefined {
  if (description.kind !== 'sequence') return description.kind === 'levels' ? undefined : projectionOf(description);
  const steps = description.steps.filter((step): step is PruningDescription => step.kind !== 'levels');
  return steps.length > 0 ? projectionOf({ kind: 'sequence', steps }) : undefined;
}

/** Moves each filter's mean output to that of the dense layer, in `layer.bias` and in `outputs`. */
function correctBias(
  layer: WeightedLayer,
  outputs: Float32Array,
  targets: Float32Array,
  count: number,
  removable: boolean,
): void {
  const filters = layer.bias.length;
  const taps = layer.weights.length / filters;
  const places = mapSize(layer.outputShape) / filters;
  for (let filter = 0; filter < filters; filter++) {
    let difference = 0;
    forEachOutput(filter, filters, places, count, (index) => {
      difference += targets[index]! - outputs[index]!;
    });
    const removed = layer.weights.subarray(filter * taps, (filter + 1) * taps).every((weight) => weight === 0);
    const shift = removed && removable ? -layer.bias[filter]! : difference / (count * places);
    layer.bias[filter]! += shift;
    forEachOutput(filter, filters, places, count, (index) => {
      outputs[index]! += shift;
    });
  }
}

function relativeError(outputs: Float32Array, targets: Float32Array, filters: number, count: number): number {
  const places = targets.length / filters / count;
  let noise = 0;
  let signal = 0;
  for (let filter = 0; filter < filters; filter++) {
    let sum = 0;
    let squares = 0;
    forEachOutput(filter, filters, places, count, (index) => {
      sum += targets[index]!;
      squares += targets[index]! ** 2;
      noise += (targets[index]! - outputs[index]!) ** 2;
    });
    signal += squares - (sum * sum) / (count * places);
  }
  return noise === 0 ? 0 : noise / signal;
}

/** The indices of one filter's outputs in `count` maps. */
function forEachOutput(
  filter: number,
  filters: number,
  places: number,
  count: number,
  visit: (index: number) => void,
): void {
  for (let image = 0; image < count; image++) {
    const first = (image * filters + filter) * places;
    for (let index = first; index < first + places; index++) visit(index);
  }
}
