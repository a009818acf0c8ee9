/** The statistics of one layer's windows over calibration images. */
import { channelTaps, padMap, windowAddresses } from '../integer/window.js';
import type { ConvolutionLayer, FullyConnectedLayer } from '../network.js';
import { mapSize } from './float-layer.js';
import { type LayerStatistics, StatisticsCollector } from './statistics.js';

/** Windows of calibration images that a layer's statistics are made of. */
const mostRows = 24_000;

/**
 * Statistics of each group, over at most 24,000 windows, taken evenly from all images and at even places in them.
 *
 * @param maps `count` input maps
 * @param targets `count` output maps before the clamp
 * @param padding what the padding of a convolution holds
 */
export function collectStatistics(
  layer: ConvolutionLayer | FullyConnectedLayer,
  maps: Int32Array | Float32Array,
  count: number,
  targets: Float32Array,
  padding: number,
): LayerStatistics[] {
  const inputSize = mapSize(layer.inputShape);
  const outputSize = mapSize(layer.outputShape);
  if (layer.kind === 'fullyConnected') {
    const collector = new StatisticsCollector(inputSize, outputSize);
    for (let image = 0; image < count; image++) {
      collector.add(maps, image * inputSize, targets, image * outputSize, 1);
    }
    return [collector.statistics()];
  }
  const addresses = windowAddresses(layer);
  const { corners, paddedHeight, paddedWidth } = addresses;
  const channels = layer.inputShape[0] / layer.groups;
  const filters = layer.outputShape[0] / layer.groups;
  const offsets = channelTaps(addresses, channels);
  const collectors = Array.from({ length: layer.groups }, () => new StatisticsCollector(offsets.length, filters));
  const array = maps instanceof Int32Array ? Int32Array : Float32Array;
  const padded = new array(layer.inputShape[0] * paddedHeight * paddedWidth).fill(padding);
  const patch = new array(offsets.length);
  const positions = corners.length;
  const perImage = Math.min(positions, Math.ceil(mostRows / count));
  for (let image = 0; image < count; image++) {
    padMap(maps, image * inputSize, layer.inputShape, layer.padding, padded);
    for (let taken = 0; taken < perImage; taken++) {
      // Steps of the golden ratio, from another start in each image, cover all places evenly.
      const place = (0.6180339887498949 * image + (taken + 0.5) / perImage) % 1;
      const position = Math.floor(place * positions);
      collectors.forEach((collector, group) => {
        const corner = group * channels * paddedHeight * paddedWidth + corners[position]!;
        for (let tap = 0; tap < patch.length; tap++) patch[tap] = padded[corner + offsets[tap]!]!;
        collector.add(patch, 0, targets, image * outputSize + group * filters * positions + position, positions);
      });
    }
  }
  return collectors.map((collector) => collector.statistics());
}
