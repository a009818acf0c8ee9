/** A quantised network by its definition: one loop a sum, arbitrary-precision integers, no shared code. */
import type { QuantizedLayer, QuantizedNetwork, Requantization } from '../../../src/network/quantized.js';

export function referenceLayers(network: QuantizedNetwork, integers: readonly bigint[]): bigint[][] {
  const outputs: bigint[][] = [];
  let input = [...integers];
  for (const layer of network.layers) {
    input = referenceLayer(layer, input);
    outputs.push(input);
  }
  return outputs;
}

export function referenceLayer(layer: QuantizedLayer, input: readonly bigint[]): bigint[] {
  const [channels, height, width] = layer.inputShape;
  const [outputChannels, outputHeight, outputWidth] = layer.outputShape;
  const at = (channel: number, row: number, column: number): bigint | undefined =>
    row < 0 || column < 0 || row >= height || column >= width
      ? undefined
      : input[(channel * height + row) * width + column];
  const output: bigint[] = [];
  for (let filter = 0; filter < outputChannels; filter++) {
    for (let row = 0; row < outputHeight; row++) {
      for (let column = 0; column < outputWidth; column++) output.push(outputAt(filter, row, column));
    }
  }
  return output;

  function outputAt(filter: number, row: number, column: number): bigint {
    if (layer.kind === 'fullyConnected') {
      let sum = BigInt(layer.bias[filter]!);
      input.forEach((value, index) => {
        sum += weightAt(layer, filter, index, input.length) * value;
      });
      return requantized(sum, layer.requantization, filter);
    }
    const top = row * layer.stride[0] - layer.padding[0];
    const left = column * layer.stride[1] - layer.padding[1];
    const [kernelHeight, kernelWidth] = layer.kernel;
    if (layer.kind === 'convolution') {
      const group = Math.floor(filter / (outputChannels / layer.groups));
      const groupChannels = channels / layer.groups;
      let sum = BigInt(layer.bias[filter]!);
      for (let channel = 0; channel < groupChannels; channel++) {
        for (let y = 0; y < kernelHeight; y++) {
          for (let x = 0; x < kernelWidth; x++) {
            const value = at(
              group * groupChannels + channel,
              top + y * layer.dilation[0],
              left + x * layer.dilation[1],
            );
            const column = (channel * kernelHeight + y) * kernelWidth + x;
            const weight = weightAt(layer, filter, column, groupChannels * kernelHeight * kernelWidth);
            sum += weight * (value ?? BigInt(layer.paddingValue));
          }
        }
      }
      return requantized(sum, layer.requantization, filter);
    }
    const window: (bigint | undefined)[] = [];
    for (let y = 0; y < kernelHeight; y++) {
      for (let x = 0; x < kernelWidth; x++) window.push(at(filter, top + y, left + x));
    }
    if (layer.kind === 'averagePool') {
      const sum = window.reduce<bigint>((total, value) => total + (value ?? BigInt(layer.paddingValue)), 0n);
      return requantized(sum, layer.requantization, 0);
    }
    return window
      .filter((value) => value !== undefined)
      .reduce((largest, value) => (value > largest ? value : largest));
  }
}

/** The weight of a column; 0 where the column is none of the layer's taps. */
function weightAt(
  { weights, taps }: Extract<QuantizedLayer, { weights: Int8Array }>,
  filter: number,
  column: number,
  columns: number,
): bigint {
  if (taps === undefined) return BigInt(weights[filter * columns + column]!);
  const place = taps.indexOf(column);
  return place < 0 ? 0n : BigInt(weights[filter * taps.length + place]!);
}

function requantized(sum: bigint, requantization: Requantization | undefined, filter: number): bigint {
  if (requantization === undefined) return sum;
  const { multiplier, shift, zeroPoint, low, high } = requantization;
  const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
  // An arithmetic shift of a bigint is floor division by the power of two.
  const value = BigInt(zeroPoint) + ((sum * BigInt(multiplier[filter]!) + half) >> BigInt(shift));
  return value < BigInt(low) ? BigInt(low) : value > BigInt(high) ? BigInt(high) : value;
}
