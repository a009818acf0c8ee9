/**
 * Networks whose file fixes the integers (QuantizeLinear and DequantizeLinear around every layer): the weights, biases
 * and scales are taken over as they stand, and only the arithmetic between layers is restated as multiplier and shift.
 *
 * With y = s_y (q_y − z_y), x = s_x (q_x − z_x), w = s_w (q_w − z_w):
 * q_y = z_y + round(s_x s_w / s_y · (Σ (q_w − z_w) q_x − z_x Σ (q_w − z_w) + bias / (s_x s_w))).
 */
import { accumulatorBits, formatRange } from '../integer/accumulator.js';
import { ModelError } from '../model-error.js';
import type { AffineQuantization, Layer, Network, PoolLayer } from '../network.js';
import type { InputEncoding, IntegerFormat, QuantizedLayer, RealMeaning } from '../quantized.js';
import type { ActivationRange } from './activation-range.js';
import { clampOf } from './float-layer.js';
import type { Preprocess } from './options.js';
import { quantizeAveragePool, quantizeMaximumPool } from './pool-layer.js';
import { chooseMultipliers } from './requantization.js';
import { inAccumulator, padsWith, type QuantizedWeighted, type WeightedLayer } from './weighted-layer.js';

/** Fine enough that each ratio of scales is met to better than 2^−15, unless filters of a layer differ much. */
export const fixedMultiplierBits = 16;

/**
 * Whether the file fixes the integers.
 *
 * @throws ModelError when it fixes some and leaves others open
 */
export function isFixed(network: Network): boolean {
  const weighted = network.layers.filter((layer) => 'weights' in layer);
  const fixed = weighted.filter((layer) => layer.weightQuantization !== undefined);
  if (fixed.length === 0 && network.inputQuantization === undefined) return false;
  const open = weighted.find((layer) => layer.weightQuantization === undefined);
  if (open) {
    throw new ModelError(
      'has weights without quantisation, other parts of the model have one',
      { node: open.name },
      'quantise the whole model, or remove all QuantizeLinear and DequantizeLinear nodes',
    );
  }
  if (network.inputQuantization === undefined) {
    throw new ModelError(
      `the input '${network.inputName}' is not quantised, the weights are`,
      {},
      'put QuantizeLinear and DequantizeLinear after the input',
    );
  }
  return true;
}

/** The engine's input integers are those of the file's first QuantizeLinear. */
export function fixedInput(network: Network, preprocess: Preprocess): InputEncoding {
  const { format, scale, zeroPoint } = perTensor(network.inputQuantization!, `input '${network.inputName}'`);
  return { shape: network.inputShape, format, meaning: { scale, zeroPoint }, preprocess };
}

export function fixedLayer(
  layer: Layer,
  input: IntegerFormat,
  meaning: RealMeaning,
  multiplierBits: number,
): QuantizedLayer {
  if (layer.kind === 'convolution' || layer.kind === 'fullyConnected') {
    return fixedWeighted(layer, input, meaning, multiplierBits);
  }
  const output = layer.outputQuantization && fixedRange(layer.outputQuantization, layer);
  return layer.kind === 'maximumPool'
    ? fixedMaximumPool(layer, input, meaning, output)
    : fixedAveragePool(layer, input, meaning, output, multiplierBits);
}

function fixedWeighted(
  layer: WeightedLayer,
  input: IntegerFormat,
  meaning: RealMeaning,
  multiplierBits: number,
): QuantizedWeighted {
  const { name, inputShape, outputShape } = layer;
  const filters = layer.bias.length;
  const taps = layer.weights.length / filters;
  const quantization = layer.weightQuantization!;
  const weightScale = (filter: number): number => quantization.scale[quantization.scale.length === 1 ? 0 : filter]!;
  const weights = new Int8Array(layer.weights.length);
  layer.weights.forEach((real, index) => {
    // The file's integer less its zero point: real weights were made as their product with the scale.
    const integer = Math.round(real / weightScale(Math.floor(index / taps)));
    if (integer < -128 || integer > 127) {
      throw new ModelError(
        `a weight less its zero point is ${integer}, more than 8 bits`,
        { node: name },
        'quantise weights to signed 8 bits with zero point 0',
      );
    }
    weights[index] = integer;
  });
  const scales = Float64Array.from({ length: filters }, (_, filter) => meaning.scale * weightScale(filter));
  const bias = Int32Array.from({ length: filters }, (_, filter) => {
    const sum = weights.subarray(filter * taps, (filter + 1) * taps).reduce((total, weight) => total + weight, 0);
    return inAccumulator(layer.bias[filter]! / scales[filter]! - meaning.zeroPoint * sum, filter, name);
  });
  const output = layer.outputQuantization && fixedRange(layer.outputQuantization, layer);
  if (output === undefined && scales.some((scale) => scale !== scales[0])) {
    throw new ModelError(
      'the output is not quantised, and its filters have different scales, so that their sums cannot be compared',
      { node: name },
      'put QuantizeLinear and DequantizeLinear after this layer, or give its weights one scale',
    );
  }
  const bits = accumulatorBits(weights, bias, input);
  const common = {
    name,
    inputShape,
    outputShape,
    input,
    weights,
    weightBits: Math.max(2, quantization.bits, widthOf(weights)),
    bias,
    accumulatorBits: bits,
    ...(output
      ? {
          output: output.format,
          outputMeaning: { scale: output.scale, zeroPoint: output.zeroPoint },
          requantization: {
            ...chooseMultipliers(
              scales.map((scale) => scale / output.scale),
              multiplierBits,
              name,
            ),
            multiplierBits,
            zeroPoint: output.zeroPoint,
            low: output.low,
            high: output.high,
          },
        }
      : { output: { bits, signed: true }, outputMeaning: { scale: scales[0]!, zeroPoint: 0 } }),
  };
  if (layer.kind === 'fullyConnected') return { ...common, kind: 'fullyConnected' };
  const { kernel, stride, dilation, padding, groups } = layer;
  const paddingValue = padsWith(meaning, input);
  return { ...common, kind: 'convolution', kernel, stride, dilation, padding, paddingValue, groups };
}

function fixedMaximumPool(
  layer: PoolLayer,
  input: IntegerFormat,
  meaning: RealMeaning,
  output: ActivationRange | undefined,
): QuantizedLayer {
  const same =
    output === undefined ||
    (output.scale === meaning.scale &&
      output.zeroPoint === meaning.zeroPoint &&
      output.format.bits === input.bits &&
      output.format.signed === input.signed);
  if (same) return quantizeMaximumPool(layer, input, meaning);
  throw new ModelError(
    `a maximum pool reads scale ${meaning.scale} and writes scale ${output.scale}`,
    { node: layer.name },
    'give its output the scale and zero point of its input',
  );
}

function fixedAveragePool(
  layer: PoolLayer,
  input: IntegerFormat,
  meaning: RealMeaning,
  output: ActivationRange | undefined,
  multiplierBits: number,
): QuantizedLayer {
  const { low, high } = formatRange(input);
  const range = output ?? { format: input, ...meaning, low, high };
  const pool = quantizeAveragePool(layer, input, meaning, range, multiplierBits);
  if (pool.outputMeaning.scale !== range.scale || pool.outputMeaning.zeroPoint !== range.zeroPoint) {
    throw new ModelError(
      'an average pool reads and writes different scales, and one has a zero point',
      { node: layer.name },
      'give its output the scale and zero point of its input',
    );
  }
  return pool;
}

function fixedRange(quantization: AffineQuantization, layer: Layer): ActivationRange {
  const { format, scale, zeroPoint } = perTensor(quantization, `the output of '${layer.name}'`);
  const { low, high } = formatRange(format);
  const clamp = clampOf(layer);
  const within = (real: number): number => Math.min(high, Math.max(low, Math.round(real / scale) + zeroPoint));
  return {
    format,
    scale,
    zeroPoint,
    low: clamp === undefined ? low : within(clamp.low),
    high: clamp === undefined ? high : within(clamp.high),
  };
}

/**
 * Signed integers with a zero point are stored plus half their range, as unsigned ones: the same numbers, but ReLU
 * outputs (zero point −128) get zero point 0, and images their bytes.
 */
function perTensor(
  quantization: AffineQuantization,
  what: string,
): { format: IntegerFormat; scale: number; zeroPoint: number } {
  const { bits, signed } = quantization;
  if (quantization.scale.length !== 1 || bits > 8) {
    throw new ModelError(
      `${what} has ${quantization.scale.length} scales and ${bits} bits`,
      {},
      'activations need one scale and at most 8 bits',
    );
  }
  const scale = quantization.scale[0]!;
  const zeroPoint = quantization.zeroPoint[0]!;
  return signed && zeroPoint !== 0
    ? { format: { bits, signed: false }, scale, zeroPoint: zeroPoint + 2 ** (bits - 1) }
    : { format: { bits, signed }, scale, zeroPoint };
}

function widthOf(weights: Int8Array): number {
  let bits = 1;
  while (weights.some((weight) => weight < -(2 ** (bits - 1)) || weight >= 2 ** (bits - 1))) bits++;
  return bits;
}
