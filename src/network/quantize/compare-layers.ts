import { QuantizedRunner } from '../integer/run-quantized.js';
import { ModelError } from '../model-error.js';
import type { Network } from '../network.js';
import type { QuantizedNetwork } from '../quantized.js';
import { realInput } from './calibration.js';
import { clampInPlace, clampOf, floatRunner, mapSize } from './float-layer.js';

/** How far a layer's integers, taken for what they stand for, are from the float network's values. */
export interface LayerError {
  readonly name: string;
  /** 10 · log10(Σ y² / Σ (y − ŷ)²) over all values and images; Infinity where they are equal. */
  readonly signalToNoise: number;
  /** Largest |y − ŷ|. */
  readonly maximumError: number;
  /** Σ y ŷ / (|y| |ŷ|); 1 where both are zero everywhere. */
  readonly cosine: number;
}

/**
 * Runs images (stored bytes, one after another) through both networks. Errors of a layer include those of the layers
 * before it.
 *
 * @param quantized made from `network`, layer for layer
 */
export function compareLayers(network: Network, quantized: QuantizedNetwork, images: Uint8Array): LayerError[] {
  const size = mapSize(network.inputShape);
  const count = images.length / size;
  if (!Number.isInteger(count) || count === 0 || network.layers.length !== quantized.layers.length) {
    throw new ModelError(
      `cannot compare ${network.layers.length} with ${quantized.layers.length} layers on ${images.length} bytes of images`,
      {},
      `give the network that was quantised, and whole images of ${network.inputShape.join(' × ')}`,
    );
  }
  const runner = new QuantizedRunner(quantized);
  const floatRunners = network.layers.map(floatRunner);
  const outputs = network.layers.map((layer) => new Float32Array(mapSize(layer.outputShape)));
  const sums = network.layers.map(() => ({ signal: 0, noise: 0, approximation: 0, product: 0, maximum: 0 }));
  for (let image = 0; image < count; image++) {
    const bytes = images.subarray(image * size, (image + 1) * size);
    const integers = runner.run(bytes, { layers: true }).layers!;
    let input = realInput(quantized.input, bytes);
    network.layers.forEach((layer, index) => {
      const output = outputs[index]!;
      floatRunners[index]!(input, 0, output, 0);
      clampInPlace(output, clampOf(layer));
      const { scale, zeroPoint } = quantized.layers[index]!.outputMeaning;
      const sum = sums[index]!;
      for (let at = 0; at < output.length; at++) {
        const value = output[at]!;
        const approximation = scale * (integers[index]![at]! - zeroPoint);
        sum.signal += value * value;
        sum.approximation += approximation * approximation;
        sum.product += value * approximation;
        sum.noise += (value - approximation) ** 2;
        sum.maximum = Math.max(sum.maximum, Math.abs(value - approximation));
      }
      input = output;
    });
  }
  return network.layers.map((layer, index) => {
    const { signal, noise, approximation, product, maximum } = sums[index]!;
    const norm = Math.sqrt(signal * approximation);
    return {
      name: layer.name,
      signalToNoise: noise === 0 ? Infinity : 10 * Math.log10(signal / noise),
      maximumError: maximum,
      cosine: norm > 0 ? product / norm : signal === approximation ? 1 : 0,
    };
  });
}
