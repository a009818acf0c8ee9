/** One layer, made ready to run on many maps: addresses and buffers are computed once. */
import type {
  QuantizedAveragePool,
  QuantizedConvolution,
  QuantizedFullyConnected,
  QuantizedLayer,
  QuantizedMaximumPool,
} from '../quantized.js';
import { mapSize } from './check-quantized.js';
import { dotProducts } from './dot-products.js';
import { requantizeInPlace } from './requantize.js';
import { channelTaps, padMap, windowAddresses } from './window.js';

/** Computes one output map (C, H, W order) from the input map that starts at `offset`. */
export type LayerRunner = (input: Int32Array, offset: number, output: Int32Array, outputOffset: number) => void;

/** @param layer has passed `checkQuantizedLayer` */
export function layerRunner(layer: QuantizedLayer): LayerRunner {
  switch (layer.kind) {
    case 'convolution':
      return convolutionRunner(layer);
    case 'fullyConnected':
      return fullyConnectedRunner(layer);
    case 'maximumPool':
      return maximumPoolRunner(layer);
    case 'averagePool':
      return averagePoolRunner(layer);
  }
}

function convolutionRunner(layer: QuantizedConvolution): LayerRunner {
  const addresses = windowAddresses(layer);
  const { corners, paddedHeight, paddedWidth } = addresses;
  const channels = layer.inputShape[0] / layer.groups;
  const filters = layer.outputShape[0] / layer.groups;
  const columns = channelTaps(addresses, channels);
  const taps = layer.taps?.map((column) => columns[column]!) ?? columns;
  const padded = new Int32Array(layer.inputShape[0] * paddedHeight * paddedWidth).fill(layer.paddingValue);
  const patch = new Int32Array(taps.length);
  const { weights, bias, requantization } = layer;
  const positions = corners.length;
  return (input, offset, output, outputOffset) => {
    padMap(input, offset, layer.inputShape, layer.padding, padded);
    for (let group = 0; group < layer.groups; group++) {
      const groupOffset = group * channels * paddedHeight * paddedWidth;
      const target = outputOffset + group * filters * positions;
      for (let position = 0; position < positions; position++) {
        const corner = groupOffset + corners[position]!;
        for (let tap = 0; tap < patch.length; tap++) patch[tap] = padded[corner + taps[tap]!]!;
        dotProducts(
          weights,
          bias,
          group * filters,
          filters,
          patch,
          0,
          patch.length,
          output,
          target + position,
          positions,
        );
      }
    }
    if (requantization === undefined) return;
    for (let filter = 0; filter < bias.length; filter++) {
      requantizeInPlace(output, outputOffset + filter * positions, positions, requantization, filter);
    }
  };
}

function fullyConnectedRunner(layer: QuantizedFullyConnected): LayerRunner {
  const { weights, bias, requantization, taps } = layer;
  const inputs = taps?.length ?? mapSize(layer.inputShape);
  const gathered = new Int32Array(inputs);
  return (input, offset, output, outputOffset) => {
    taps?.forEach((tap, index) => {
      gathered[index] = input[offset + tap]!;
    });
    const [patch, patchOffset] = taps ? [gathered, 0] : [input, offset];
    dotProducts(weights, bias, 0, bias.length, patch, patchOffset, inputs, output, outputOffset, 1);
    if (requantization === undefined) return;
    for (let filter = 0; filter < bias.length; filter++) {
      requantizeInPlace(output, outputOffset + filter, 1, requantization, filter);
    }
  };
}

function maximumPoolRunner(layer: QuantizedMaximumPool): LayerRunner {
  const { corners, taps, paddedHeight, paddedWidth } = windowAddresses({ ...layer, dilation: [1, 1] });
  const neverWins = -(2 ** 31);
  const padded = new Int32Array(layer.inputShape[0] * paddedHeight * paddedWidth).fill(neverWins);
  return (input, offset, output, outputOffset) => {
    padMap(input, offset, layer.inputShape, layer.padding, padded);
    let target = outputOffset;
    for (let channel = 0; channel < layer.inputShape[0]; channel++) {
      for (let position = 0; position < corners.length; position++) {
        const corner = channel * paddedHeight * paddedWidth + corners[position]!;
        let largest = neverWins;
        for (let tap = 0; tap < taps.length; tap++) {
          const value = padded[corner + taps[tap]!]!;
          if (value > largest) largest = value;
        }
        output[target++] = largest;
      }
    }
  };
}

function averagePoolRunner(layer: QuantizedAveragePool): LayerRunner {
  const { corners, taps, paddedHeight, paddedWidth } = windowAddresses({ ...layer, dilation: [1, 1] });
  const padded = new Int32Array(layer.inputShape[0] * paddedHeight * paddedWidth).fill(layer.paddingValue);
  return (input, offset, output, outputOffset) => {
    padMap(input, offset, layer.inputShape, layer.padding, padded);
    let target = outputOffset;
    for (let channel = 0; channel < layer.inputShape[0]; channel++) {
      for (let position = 0; position < corners.length; position++) {
        const corner = channel * paddedHeight * paddedWidth + corners[position]!;
        let sum = 0;
        for (let tap = 0; tap < taps.length; tap++) sum += padded[corner + taps[tap]!]!;
        output[target++] = sum;
      }
    }
    requantizeInPlace(output, outputOffset, target - outputOffset, layer.requantization, 0);
  };
}
