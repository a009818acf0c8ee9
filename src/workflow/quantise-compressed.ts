import { spread } from '../build/calibration.js';
import { unitPreprocess } from '../build/preprocess.js';
import { type CompressedModel, removeUnusedPaths } from '../network/compressed/index.js';
import { runQuantizedBatch } from '../network/integer/index.js';
import { quantizeNetwork } from '../network/quantize/index.js';
import type { PrunedNetwork } from './compress-context.js';
import type { CompressOptions } from './compress-options.js';
import type { DataFolder, LabelledImages } from './data-folder.js';
import { provenanceOf } from './provenance.js';

/** Images that scales are chosen by, evenly taken from the training set. */
const calibrationImages = 1024;

/**
 * A pruned network of real numbers as integers, without all that pruning left unused. Zeros stay zeros.
 *
 * @param more goes into the file's provenance
 */
export function quantisePruned(
  { network, weightScales, weightBits: layerBits }: Pick<PrunedNetwork, 'network' | 'weightScales' | 'weightBits'>,
  options: CompressOptions,
  { train }: DataFolder,
  more: Readonly<Record<string, unknown>> = {},
): { model: CompressedModel; warnings: readonly string[]; calibrationImages: number } {
  const { weightBits = 8, activationBits = 8, preprocess = unitPreprocess } = options;
  const calibration = spread(train.images, calibrationImages);
  const { network: quantized, warnings } = quantizeNetwork(network, {
    weightBits,
    activationBits,
    preprocess,
    calibration: calibration.pixels,
    keepZeros: true,
    ...(weightScales && { weightScales }),
    ...(layerBits && {
      perLayer: Object.fromEntries(Object.entries(layerBits).map(([name, weights]) => [name, { weights }])),
    }),
  });
  const provenance = { ...provenanceOf(options), ...more };
  return { model: removeUnusedPaths(quantized, { provenance }), warnings, calibrationImages: calibration.count };
}

/** The part of the images that the golden model of the engine puts into their class, 0 … 1. */
export function integerAccuracy({ network }: CompressedModel, { images, labels }: LabelledImages): number {
  const { labels: found } = runQuantizedBatch(network, images.pixels);
  return found.reduce((sum, label, index) => sum + (label === labels.classes[index] ? 1 : 0), 0) / images.count;
}
