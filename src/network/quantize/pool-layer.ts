import { ModelError } from '../model-error.js';
import type { PoolLayer } from '../network.js';
import type { IntegerFormat, QuantizedAveragePool, QuantizedMaximumPool, RealMeaning } from '../quantized.js';
import type { ActivationRange } from './activation-range.js';
import { chooseMultipliers } from './requantization.js';
import { padsWith } from './weighted-layer.js';

export function quantizeMaximumPool(
  layer: PoolLayer,
  input: IntegerFormat,
  meaning: RealMeaning,
): QuantizedMaximumPool {
  const { name, inputShape, outputShape, kernel, stride, padding } = layer;
  const format = { input, output: input, outputMeaning: meaning };
  return { kind: 'maximumPool', name, inputShape, outputShape, kernel, stride, padding, ...format };
}

/**
 * An average is the sum, scaled: out = acc · (input scale / taps / output scale). A zero point of the input other than 0
 * stays in the output at the input's scale, where it needs no arithmetic.
 *
 * @param output the range of the averages; not used where the input has a zero point
 */
export function quantizeAveragePool(
  layer: PoolLayer,
  input: IntegerFormat,
  meaning: RealMeaning,
  output: ActivationRange,
  multiplierBits: number,
): QuantizedAveragePool {
  const { name, inputShape, outputShape, kernel, stride, padding } = layer;
  if (!layer.countPadding && padding.some((side) => side > 0)) {
    throw new ModelError(
      'the average leaves padding out, so that windows at the border have other divisors',
      { node: name },
      'use count_include_pad = 1, or no padding',
    );
  }
  const taps = kernel[0] * kernel[1];
  const keeps = meaning.zeroPoint !== 0 || output.zeroPoint !== 0 || output.format.signed !== input.signed;
  const range = keeps ? undefined : output;
  const outputMeaning = range ? { scale: range.scale, zeroPoint: 0 } : meaning;
  const format = range?.format ?? input;
  const ratio = meaning.scale / taps / outputMeaning.scale;
  const least = format.signed ? -(2 ** (format.bits - 1)) : 0;
  const most = format.signed ? 2 ** (format.bits - 1) - 1 : 2 ** format.bits - 1;
  return {
    kind: 'averagePool',
    name,
    inputShape,
    outputShape,
    kernel,
    stride,
    padding,
    paddingValue: padsWith(meaning, input),
    input,
    output: format,
    outputMeaning,
    requantization: {
      ...chooseMultipliers(Float64Array.of(ratio), multiplierBits, name),
      multiplierBits,
      zeroPoint: 0,
      low: range?.low ?? least,
      high: range?.high ?? most,
    },
  };
}
