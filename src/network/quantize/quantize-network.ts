/** From a network of real numbers to one of integers, after training. */
import { layerRunner } from '../integer/layer-runner.js';
import { checkQuantizedLayer } from '../integer/check-quantized.js';
import type { Layer, Network } from '../network.js';
import type { InputEncoding, QuantizedLayer, QuantizedNetwork, RealMeaning } from '../quantized.js';
import { type ActivationRange, chooseActivationRange } from './activation-range.js';
import { type CalibrationMaps, calibrationMaps, syntheticImages } from './calibration.js';
import { fixedInput, fixedLayer, fixedMultiplierBits, isFixed } from './fixed-quantization.js';
import { clampInPlace, clampOf, mapSize, runFloatLayer } from './float-layer.js';
import { checkOptions, layerBits, type QuantizeOptions } from './options.js';
import { quantizeAveragePool, quantizeMaximumPool } from './pool-layer.js';
import { mostTaps, quantizeWeighted } from './weighted-layer.js';

export interface QuantizeResult {
  readonly network: QuantizedNetwork;
  /** What the user should know, a line each. */
  readonly warnings: readonly string[];
}

const syntheticCount = 256;

/**
 * Quantises layer after layer; each one is fitted to the integers that it will really read.
 *
 * @throws ModelError for impossible options, calibration images of another shape, and layers that integers cannot do
 */
export function quantizeNetwork(network: Network, options: QuantizeOptions): QuantizeResult {
  checkOptions(network, options);
  if (isFixed(network)) return quantizeFixed(network, options);
  const warnings: string[] = [];
  const input = inputEncoding(network, options);
  if (options.calibration === undefined) {
    warnings.push(
      `no calibration images: ${syntheticCount} synthetic ones stand in, and accuracy suffers; give some hundred images of the training set`,
    );
  }
  const images = options.calibration ?? syntheticImages(network.inputShape, syntheticCount);
  let maps = calibrationMaps(images, input);
  let format = input.format;
  let meaning = input.meaning;
  const layers: QuantizedLayer[] = [];
  network.layers.forEach((layer, index) => {
    const outputs = runFloatLayer(layer, maps.float, maps.count);
    const quantized = quantizeLayer(network.layers, index, outputs, maps, format, meaning, options, warnings);
    checkQuantizedLayer(quantized);
    layers.push(quantized);
    format = quantized.output;
    meaning = quantized.outputMeaning;
    clampInPlace(outputs, clampOf(layer));
    maps = { count: maps.count, float: outputs, integer: runIntegerLayer(quantized, maps) };
  });
  const ending = network.ending === 'argmax' ? 'argmax' : 'scores';
  return { network: { name: network.name, input, layers, ending }, warnings };
}

function quantizeFixed(network: Network, options: QuantizeOptions): QuantizeResult {
  const input = fixedInput(network, options.preprocess);
  const multiplierBits = options.multiplierBits ?? fixedMultiplierBits;
  const layers: QuantizedLayer[] = [];
  for (const layer of network.layers) {
    const previous = layers.at(-1);
    const format = previous?.output ?? input.format;
    const quantized = fixedLayer(layer, format, previous?.outputMeaning ?? input.meaning, multiplierBits);
    checkQuantizedLayer(quantized);
    layers.push(quantized);
  }
  const ending = network.ending === 'argmax' ? 'argmax' : 'scores';
  const warnings =
    options.perLayer !== undefined || options.weightBits !== 8 || options.activationBits !== 8
      ? ['the model file fixes its integers: the widths that were asked for are not used']
      : [];
  return { network: { name: network.name, input, layers, ending }, warnings };
}

/** Stored bytes are the integers; fewer bits keep the top ones. */
export function inputEncoding(
  network: Network,
  options: Pick<QuantizeOptions, 'inputBits' | 'preprocess'>,
): InputEncoding {
  const bits = options.inputBits ?? 8;
  const step = 2 ** (8 - bits);
  const { divisor, mean, deviation } = options.preprocess;
  return {
    shape: network.inputShape,
    format: { bits, signed: false },
    meaning: { scale: step / divisor / deviation, zeroPoint: (mean * divisor) / step },
    preprocess: options.preprocess,
  };
}

function quantizeLayer(
  layers: readonly Layer[],
  index: number,
  outputs: Float32Array,
  maps: CalibrationMaps,
  input: InputEncoding['format'],
  meaning: RealMeaning,
  options: QuantizeOptions,
  warnings: string[],
): QuantizedLayer {
  const layer = layers[index]!;
  const bits = layerBits(options, layer.name);
  const multiplierBits = options.multiplierBits ?? 12;
  if (layer.kind !== 'convolution' && layer.kind !== 'fullyConnected') {
    if (layer.kind === 'maximumPool') return quantizeMaximumPool(layer, input, meaning);
    const range = outputRange(layers, index, outputs, maps.count, bits.activations);
    return quantizeAveragePool(layer, input, meaning, range, multiplierBits);
  }
  const sumsAreScores = index === layers.length - 1 && layer.clamp === undefined;
  const method = options.method ?? (bits.weights > mostReconstructedBits ? 'nearest' : 'reconstruction');
  const reconstruct = method === 'reconstruction';
  const weightScales = options.weightScales?.[layer.name];
  if (reconstruct && layer.weights.length / layer.bias.length > mostTaps) {
    warnings.push(`'${layer.name}' has more than ${mostTaps} inputs a filter: its weights are rounded to nearest`);
  }
  return quantizeWeighted({
    layer,
    input,
    inputMeaning: meaning,
    weightBits: bits.weights,
    multiplierBits,
    ...(options.keepZeros === undefined ? {} : { keepZeros: options.keepZeros }),
    ...(weightScales === undefined ? {} : { weightScales }),
    ...(sumsAreScores ? {} : { output: outputRange(layers, index, outputs, maps.count, bits.activations) }),
    ...(reconstruct ? { reconstruct: { maps, targets: outputs } } : {}),
  });
}

/** Above this width rounding to nearest loses nothing that reconstruction would win back, and takes a fraction of the time. */
const mostReconstructedBits = 6;

/** Most values that a range is chosen by. */
const mostValues = 100_000;

/** The range of a layer's outputs as the next layer with arithmetic reads them: after maximum pools. */
function outputRange(
  layers: readonly Layer[],
  index: number,
  outputs: Float32Array,
  count: number,
  bits: number,
): ActivationRange {
  let values: Float32Array = outputs.slice();
  const clamp = clampOf(layers[index]!);
  clampInPlace(values, clamp);
  for (let next = index + 1; layers[next]?.kind === 'maximumPool'; next++) {
    values = runFloatLayer(layers[next]!, values, count);
  }
  const step = Math.ceil(values.length / mostValues);
  const sample = Float32Array.from({ length: Math.floor(values.length / step) }, (_, at) => values[at * step]!);
  return chooseActivationRange(sample, bits, clamp);
}

function runIntegerLayer(layer: QuantizedLayer, maps: CalibrationMaps): Int32Array {
  const run = layerRunner(layer);
  const inputSize = mapSize(layer.inputShape);
  const outputSize = mapSize(layer.outputShape);
  const outputs = new Int32Array(maps.count * outputSize);
  for (let image = 0; image < maps.count; image++) run(maps.integer, image * inputSize, outputs, image * outputSize);
  return outputs;
}
