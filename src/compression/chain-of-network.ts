import type { ConvolutionLayer, Layer, Network } from '../network/network.js';
import { type Chain, type Parameters, placeLayers, type TrainedLayer } from './training/chain.js';
import { TrainingError } from './training/training-error.js';

/** A network as the trainer takes it, with its weights. */
export interface TrainableNetwork {
  readonly chain: Chain;
  readonly parameters: Parameters;
}

/**
 * The chain of a network: convolutions of square kernels with stride 1 and equal padding, relu or nothing after them,
 * maximum pools whose windows lie side by side, fully connected layers.
 *
 * @throws TrainingError that names the first layer that is anything else
 */
export function chainOfNetwork(network: Network): TrainableNetwork {
  const parameters = new Map<string, Float32Array>();
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, index): TrainedLayer => {
    if ('weights' in layer) {
      parameters.set(`${layer.name}.weight`, layer.weights);
      parameters.set(`${layer.name}.bias`, layer.bias);
    }
    return trainedLayer(layer, index === last);
  });
  const chain = { name: network.name, inputShape: network.inputShape, layers };
  try {
    placeLayers(chain);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TrainingError(`network '${network.name}'`, error.message, 'train it elsewhere and import its zeros', {
      cause: error,
    });
  }
  return { chain, parameters };
}

function trainedLayer(layer: Layer, last: boolean): TrainedLayer {
  switch (layer.kind) {
    case 'convolution':
      return trainedConvolution(layer);
    case 'fullyConnected':
      return { kind: 'fullyConnected', name: layer.name, outputs: layer.bias.length, relu: hasRelu(layer, last) };
    case 'maximumPool': {
      const [size] = layer.kernel;
      const isTiling = layer.kernel[1] === size && layer.stride.every((stride) => stride === size);
      if (!isTiling || layer.padding.some((side) => side > 0)) {
        refuse(layer, `pools ${layer.kernel.join('×')} windows with stride ${layer.stride.join('×')} and padding`);
      }
      return { kind: 'maximumPool', name: layer.name, size };
    }
    default:
      return refuse(layer, 'is an average pool');
  }
}

function trainedConvolution(layer: ConvolutionLayer): TrainedLayer {
  const { kernel, stride, dilation, groups, padding } = layer;
  if (kernel[0] !== kernel[1]) refuse(layer, `has a kernel of ${kernel.join('×')}`);
  if (stride.some((step) => step !== 1)) refuse(layer, `has a stride of ${stride.join('×')}`);
  if (dilation.some((step) => step !== 1)) refuse(layer, `has a dilation of ${dilation.join('×')}`);
  if (groups !== 1) refuse(layer, `has ${groups} groups`);
  if (padding.some((side) => side !== padding[0])) refuse(layer, `has a padding of ${padding.join(', ')}`);
  return {
    kind: 'convolution',
    name: layer.name,
    filters: layer.bias.length,
    kernel: kernel[0],
    padding: padding[0],
    relu: hasRelu(layer, false),
  };
}

function hasRelu(layer: Layer & { clamp?: { low: number; high: number } }, last: boolean): boolean {
  const { clamp } = layer;
  if (clamp === undefined) return false;
  if (clamp.low === 0 && clamp.high === Infinity && !last) return true;
  return refuse(layer, `limits its output to ${clamp.low} … ${clamp.high}`);
}

function refuse(layer: Layer, what: string): never {
  throw new TrainingError(
    `layer '${layer.name}'`,
    `${what}, which training does not support`,
    'prune the network elsewhere and import its zeros, or use --method reconstruct',
  );
}
