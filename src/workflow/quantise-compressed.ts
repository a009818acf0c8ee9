import type { LabelledImages } from './data-folder.js';
import { spread } from '../build/calibration.js';
import { type CompressedModel, removeUnusedPaths } from '../network/compressed/index.js';
import type { ImageSet } from '../network/images/index.js';
import { runQuantizedBatch } from '../network/integer/index.js';
import type { Network } from '../network/network.js';
import { type Preprocess, quantizeNetwork } from '../network/quantize/index.js';

export interface QuantiseCompressedOptions {
  readonly weightBits: number;
  readonly activationBits: number;
  readonly preprocess: Preprocess;
  readonly calibration: ImageSet;
  /** Scales of layers whose weights are on levels already, one or one a filter. */
  readonly weightScales?: Readonly<Record<string, Float32Array>>;
  /** Exceptions to `weightBits`, by layer. */
  readonly layerWeightBits?: Readonly<Record<string, number>>;
  readonly provenance: Readonly<Record<string, unknown>>;
}

export const calibrationImages = 1024;

/** A pruned network of real numbers as integers, without all that pruning left unused. Zeros stay zeros. */
export function quantiseCompressed(
  network: Network,
  {
    weightBits,
    activationBits,
    preprocess,
    calibration,
    weightScales,
    layerWeightBits,
    provenance,
  }: QuantiseCompressedOptions,
): { model: CompressedModel; warnings: readonly string[] } {
  const { network: quantized, warnings } = quantizeNetwork(network, {
    weightBits,
    activationBits,
    preprocess,
    calibration: spread(calibration, calibrationImages).pixels,
    keepZeros: true,
    ...(weightScales && { weightScales }),
    ...(layerWeightBits && {
      perLayer: Object.fromEntries(Object.entries(layerWeightBits).map(([name, weights]) => [name, { weights }])),
    }),
  });
  return { model: removeUnusedPaths(quantized, { provenance }), warnings };
}

/** The part of the images that the golden model of the engine puts into their class, 0 … 1. */
export function integerAccuracy({ network }: CompressedModel, { images, labels }: LabelledImages): number {
  const { labels: found } = runQuantizedBatch(network, images.pixels);
  return found.reduce((sum, label, index) => sum + (label === labels.classes[index] ? 1 : 0), 0) / images.count;
}
