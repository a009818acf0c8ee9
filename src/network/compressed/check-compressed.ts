/** What must hold of a compressed network: that it is one, and that it can be put back to its size before. */
import { checkQuantizedNetwork } from '../integer/check-quantized.js';
import { windowOutputLength } from '../integer/window.js';
import { ModelError } from '../model-error.js';
import type { MapShape } from '../network.js';
import type { QuantizedLayer } from '../quantized.js';
import type { CompressedLayer, CompressedModel } from './compressed-model.js';
import { keptTaps } from './kept-taps.js';
import { allOf } from './shrink-network.js';
import { cellsOf, isWeighted, type WeightedLayer } from './weight-matrix.js';

const hint = 'compress the network again';

/** Elements of a map or a matrix at most, so that sizes in a damaged file cannot fill the memory. */
const mostElements = 2 ** 31 - 1;

/** @throws ModelError that names the layer or the tensor (`<layer>.rows`) */
export function checkCompressedModel({ network, layers: described }: CompressedModel): void {
  const weighted = network.layers.filter(isWeighted);
  const names = (layers: readonly { readonly name: string }[]) => layers.map(({ name }) => `'${name}'`).join(', ');
  if (names(weighted) !== names(described)) {
    throw new ModelError(`describes layers ${names(described)}, but the network has ${names(weighted)}`, {}, hint);
  }
  if (!(network.input.meaning.scale > 0)) {
    throw new ModelError(`the scale of the image is ${network.input.meaning.scale}, not above 0`, {}, hint);
  }
  network.layers.forEach((layer, index) => {
    if (network.layers.findIndex(({ name }) => name === layer.name) < index)
      fail(layer, 'has the name of another layer');
    checkShapes(layer);
  });
  checkQuantizedNetwork(network);
  let channels = imageChannels(network.input.shape);
  let channelsBefore = channels.length;
  weighted.forEach((layer, index) => {
    const before = described[index]!;
    checkLayer(layer, before, channels, channelsBefore);
    channels = before.keptRows;
    channelsBefore = before.rows;
  });
}

/** Channels of the image, none of which is ever removed. @throws ModelError where there are more than any image has */
export function imageChannels([channels]: MapShape): Int32Array {
  if (channels <= 2 ** 20) return allOf(channels);
  throw new ModelError(`an image of ${channels} channels is too large`, {}, hint);
}

/** Pools and windows, which would otherwise be found wrong only when they run. */
function checkShapes(layer: QuantizedLayer): void {
  const { inputShape, outputShape, outputMeaning } = layer;
  if (!(outputMeaning.scale > 0)) fail(layer, `the scale of its output is ${outputMeaning.scale}, not above 0`);
  const large = [inputShape, outputShape].find((shape) => shape[0] * shape[1] * shape[2] > mostElements);
  if (large !== undefined) fail(layer, `a map of ${large.join(' × ')} is too large`);
  if (!isWeighted(layer) && inputShape[0] !== outputShape[0]) {
    fail(layer, `is a pool, but reads ${inputShape[0]} channels and gives ${outputShape[0]}`);
  }
  if (layer.kind === 'fullyConnected') {
    if (outputShape[1] * outputShape[2] !== 1) fail(layer, `gives a map of ${outputShape.join(' × ')}, not a vector`);
    return;
  }
  const { kernel, stride, padding } = layer;
  const dilation = layer.kind === 'convolution' ? layer.dilation : [1, 1];
  const [height, width] = [0, 1].map((axis) =>
    windowOutputLength(
      inputShape[axis + 1]!,
      padding[axis]!,
      padding[axis + 2]!,
      kernel[axis]!,
      stride[axis]!,
      dilation[axis]!,
    ),
  );
  if (height !== outputShape[1] || width !== outputShape[2]) {
    fail(
      layer,
      `its window gives ${height} × ${width} positions, its output has ${outputShape[1]} × ${outputShape[2]}`,
    );
  }
}

function checkLayer(layer: WeightedLayer, before: CompressedLayer, channels: Int32Array, channelsBefore: number): void {
  const { rows, columns, keptRows, keptColumns, weightScale } = before;
  const groups = layer.kind === 'convolution' ? layer.groups : 1;
  const cells = cellsOf(layer);
  if (rows * columns > mostElements) fail(layer, `a matrix of ${rows} × ${columns} weights is too large`);
  if (columns !== (channelsBefore / groups) * cells) {
    fail(layer, `had ${columns} columns, but ${channelsBefore} channels in ${groups} groups of ${cells} weights each`);
  }
  checkIndices(keptRows, rows, layer.bias.length, `${layer.name}.rows`);
  checkIndices(keptColumns, columns, layer.weights.length / layer.bias.length, `${layer.name}.columns`);
  if (groups > 1) {
    if (keptRows.length !== rows || keptColumns.length !== columns) fail(layer, 'has groups, but is not whole');
  } else if (String(keptTaps(layer.name, keptColumns, cells, channels)) !== String(layer.taps)) {
    fail(layer, 'its taps are other columns than those that are left');
  }
  if (weightScale.length !== keptRows.length) {
    tensorFail(`${layer.name}.scale`, `has ${weightScale.length} numbers for ${keptRows.length} filters`);
  }
  const stray = weightScale.find((scale) => !(scale > 0) || !Number.isFinite(scale));
  if (stray !== undefined) tensorFail(`${layer.name}.scale`, `holds ${stray}, scales are positive numbers`);
}

/** @throws ModelError unless there are `count` of them, ascending, below `size` */
export function checkIndices(indices: Int32Array, size: number, count: number, tensor: string): void {
  if (indices.length !== count) tensorFail(tensor, `has ${indices.length} indices, but ${count} are left`);
  indices.forEach((index, place) => {
    if (index < 0 || index >= size) tensorFail(tensor, `holds ${index}, indices are 0 … ${size - 1}`);
    if (place > 0 && index <= indices[place - 1]!) tensorFail(tensor, `${indices[place - 1]!} stands before ${index}`);
  });
}

function tensorFail(tensor: string, what: string): never {
  throw new ModelError(what, { tensor }, hint);
}

function fail(layer: QuantizedLayer, what: string): never {
  throw new ModelError(what, { node: layer.name }, hint);
}
