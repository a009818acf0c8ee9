/** What must hold of a quantised network before a single sum of it means anything. */
import { ModelError } from '../model-error.js';
import type { MapShape } from '../network.js';
import type {
  QuantizedConvolution,
  QuantizedFullyConnected,
  QuantizedLayer,
  QuantizedNetwork,
  Requantization,
} from '../quantized.js';
import { accumulatorRange, formatRange, signedBits } from './accumulator.js';

/** Requantisation is exact in doubles up to this width: 2^31 · 2^21 < 2^53. */
export const maximumMultiplierBits = 21;

export const mapSize = (shape: MapShape): number => shape[0] * shape[1] * shape[2];

/** @throws ModelError at the first layer that contradicts itself or its neighbour. */
export function checkQuantizedNetwork(network: QuantizedNetwork): void {
  let previous: { shape: MapShape; bits: number; signed: boolean } = {
    shape: network.input.shape,
    ...network.input.format,
  };
  if (network.layers.length === 0) {
    throw new ModelError(`the network '${network.name}' has no layers`, {}, 'give it at least one');
  }
  for (const layer of network.layers) {
    if (layer.inputShape.join() !== previous.shape.join()) {
      fail(layer, `reads a map of ${layer.inputShape.join(' × ')}, but gets ${previous.shape.join(' × ')}`);
    }
    if (layer.input.bits !== previous.bits || layer.input.signed !== previous.signed) {
      fail(layer, `reads ${formatName(layer.input)} integers, but gets ${formatName(previous)} ones`);
    }
    checkQuantizedLayer(layer);
    previous = { shape: layer.outputShape, ...layer.output };
  }
}

/** The part of `checkQuantizedNetwork` that looks at one layer alone. */
export function checkQuantizedLayer(layer: QuantizedLayer): void {
  if (layer.kind === 'maximumPool') {
    if (layer.input.bits !== layer.output.bits || layer.input.signed !== layer.output.signed) {
      fail(layer, 'a maximum pool cannot change the format of its integers');
    }
    return;
  }
  if (layer.kind === 'averagePool') {
    const taps = layer.kernel[0] * layer.kernel[1];
    const { low, high } = formatRange(layer.input);
    checkAccumulator(layer, signedBits({ low: low * taps, high: high * taps }), 32);
    checkRequantization(layer, layer.requantization, 1);
    return;
  }
  const filters = layer.outputShape[0];
  if (layer.kind === 'convolution' && (layer.inputShape[0] % layer.groups !== 0 || filters % layer.groups !== 0)) {
    fail(layer, `${layer.groups} groups divide ${layer.inputShape[0]} channels and ${filters} filters with a rest`);
  }
  const columns =
    layer.kind === 'convolution'
      ? (layer.inputShape[0] / layer.groups) * layer.kernel[0] * layer.kernel[1]
      : mapSize(layer.inputShape);
  if (layer.taps) checkTaps(layer, layer.taps, columns);
  const fanIn = layer.taps?.length ?? columns;
  if (layer.weights.length !== filters * fanIn || layer.bias.length !== filters) {
    fail(
      layer,
      `has ${layer.weights.length} weights and ${layer.bias.length} biases, its shapes ask for ${filters * fanIn} and ${filters}`,
    );
  }
  const limit = 2 ** (layer.weightBits - 1);
  const allowed = (weight: number): boolean =>
    layer.weightBits === 1 ? Math.abs(weight) === 1 : weight >= -limit && weight < limit;
  const stray = layer.weights.find((weight) => !allowed(weight));
  if (stray !== undefined) fail(layer, `the weight ${stray} is not an integer of ${layer.weightBits} bits`);
  const needed = signedBits(accumulatorRange(layer.weights, layer.bias, layer.input));
  checkAccumulator(layer, needed, Math.min(32, layer.accumulatorBits));
  if (layer.requantization) checkRequantization(layer, layer.requantization, filters);
}

function checkTaps(layer: QuantizedConvolution | QuantizedFullyConnected, taps: Int32Array, columns: number): void {
  if (layer.kind === 'convolution' && layer.groups !== 1) {
    fail(layer, `lists its taps, but has ${layer.groups} groups; only a layer with one group may`);
  }
  if (taps.length === 0) fail(layer, 'has an empty list of taps; at least one column of the weights stays');
  taps.forEach((tap, index) => {
    if (tap < 0 || tap >= columns) {
      fail(layer, `tap ${tap} at place ${index} is no column of the weights, which are 0 … ${columns - 1}`);
    }
    const before = taps[index - 1] ?? -1;
    if (tap <= before) fail(layer, `tap ${tap} at place ${index} follows tap ${before}; taps ascend`);
  });
}

function checkAccumulator(layer: QuantizedLayer, needed: number, available: number): void {
  if (needed > available) {
    fail(layer, `sums need accumulators of ${needed} bits, but there are ${available}`);
  }
}

function checkRequantization(layer: QuantizedLayer, requantization: Requantization, filters: number): void {
  const { multiplier, multiplierBits, shift, low, high } = requantization;
  if (multiplier.length !== filters) fail(layer, `has ${multiplier.length} multipliers for ${filters} filters`);
  if (multiplierBits < 1 || multiplierBits > maximumMultiplierBits) {
    fail(layer, `multipliers have ${multiplierBits} bits, allowed are 1 … ${maximumMultiplierBits}`);
  }
  const stray = multiplier.find((value) => value < 1 || value >= 2 ** multiplierBits);
  if (stray !== undefined) fail(layer, `the multiplier ${stray} is not in 1 … ${2 ** multiplierBits - 1}`);
  if (shift < 0 || shift > 31) fail(layer, `the shift is ${shift}, allowed are 0 … 31`);
  const range = formatRange(layer.output);
  if (low < range.low || high > range.high || low > high) {
    fail(layer, `outputs ${low} … ${high} are no range of ${formatName(layer.output)} integers`);
  }
}

function formatName(format: { bits: number; signed: boolean }): string {
  return `${format.signed ? 'signed' : 'unsigned'} ${format.bits}-bit`;
}

function fail(layer: QuantizedLayer, what: string): never {
  throw new ModelError(what, { node: layer.name }, 'quantise the network again, or correct this layer');
}
