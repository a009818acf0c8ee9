import { ModelError } from '../model-error.js';
import type { Layer, Network } from '../network.js';

/** What the float network expects of a stored byte: real = (byte / divisor − mean) / deviation. */
export interface Preprocess {
  readonly divisor: number;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * - `nearest`: weights are scaled by each filter's largest one and rounded; activations still need calibration images.
 * - `reconstruction`: scales, roundings and biases of each layer are chosen to reproduce the float layer's output on the
 *   calibration images, layer after layer.
 */
export type QuantizeMethod = 'nearest' | 'reconstruction';

export interface QuantizeOptions {
  /** 1 … 8; 1 gives weights of −1 and +1. */
  readonly weightBits: number;
  /** 1 … 8. */
  readonly activationBits: number;
  /** 1 … 8, default 8: fewer keep the top bits of a stored byte, rounded. */
  readonly inputBits?: number;
  /** Exceptions by layer name; `activations` is the layer's output. */
  readonly perLayer?: Readonly<Record<string, { readonly weights?: number; readonly activations?: number }>>;
  /** Stored images, one after another, (channel, row, column) order. At most 2,048 are used, evenly taken. */
  readonly calibration?: Uint8Array;
  readonly preprocess: Preprocess;
  /** 1 … 16, default 12 (16 where the model file fixes the integers). */
  readonly multiplierBits?: number;
  /** Default: `reconstruction` for weights of 6 bits or fewer, `nearest` above. */
  readonly method?: QuantizeMethod;
  /** Weights of 0 stay 0, as pruning needs it; default: reconstruction may move errors of others onto them. */
  readonly keepZeros?: boolean;
  /**
   * By layer name, for weights that are integers times a scale already: one scale, or one a filter. Their integers are not
   * changed; `method` then decides about the bias only.
   */
  readonly weightScales?: Readonly<Record<string, Float32Array>>;
}

export interface LayerBits {
  readonly weights: number;
  readonly activations: number;
}

/** @throws ModelError for widths out of range and names that are no layer's */
export function checkOptions(network: Network, options: QuantizeOptions): void {
  checkBits('weightBits', options.weightBits, 8);
  checkBits('activationBits', options.activationBits, 8);
  if (options.inputBits !== undefined) checkBits('inputBits', options.inputBits, 8);
  if (options.multiplierBits !== undefined) checkBits('multiplierBits', options.multiplierBits, 16);
  const { divisor, mean, deviation } = options.preprocess;
  if (!(divisor > 0) || !(deviation > 0) || !Number.isFinite(divisor * deviation) || !Number.isFinite(mean)) {
    throw new ModelError(
      `preprocessing (byte / ${divisor} − ${mean}) / ${deviation} is not a scale`,
      {},
      'divisor and deviation are positive numbers, as in (byte / 255 − 0.1307) / 0.3081',
    );
  }
  for (const [name, bits] of Object.entries(options.perLayer ?? {})) {
    const layer = layerNamed(network, name);
    if (bits.weights !== undefined) checkBits(`weights of '${name}'`, bits.weights, 8);
    if (bits.activations !== undefined) checkBits(`activations of '${name}'`, bits.activations, 8);
    if (layer.kind === 'maximumPool' || (layer.kind === 'averagePool' && bits.weights !== undefined)) {
      throw new ModelError(
        layer.kind === 'maximumPool' ? 'a maximum pool has the width of its input' : 'an average pool has no weights',
        { node: name },
        'set the width of the layer before it',
      );
    }
  }
  checkWeights(network, options);
}

/** @throws ModelError that lists the layers when none has the name */
export function layerNamed(network: Network, name: string): Layer {
  const layer = network.layers.find((candidate) => candidate.name === name);
  if (layer !== undefined) return layer;
  throw new ModelError(
    `there is no layer '${name}'`,
    {},
    `layers of '${network.name}' are ${network.layers.map((candidate) => `'${candidate.name}'`).join(', ')}`,
  );
}

function checkWeights(network: Network, options: QuantizeOptions): void {
  for (const [name, scales] of Object.entries(options.weightScales ?? {})) {
    const layer = layerNamed(network, name);
    const filters = 'bias' in layer ? layer.bias.length : 0;
    if (filters > 0 && (scales.length === 1 || scales.length === filters) && scales.every(isScale)) continue;
    throw new ModelError(
      `weightScales has ${scales.length} numbers (${scales.slice(0, 3).join(', ')}${scales.length > 3 ? ', …' : ''}) for ${filters} filters`,
      { node: name },
      'give one positive number, or one a filter, for layers with weights',
    );
  }
  if (options.keepZeros !== true) return;
  for (const layer of network.layers) {
    if (!('weights' in layer) || layerBits(options, layer.name).weights > 1 || !layer.weights.includes(0)) continue;
    throw new ModelError(
      'weights of 1 bit are −1 or +1, but some are 0 and keepZeros is set',
      { node: layer.name },
      'give the layer 2 bits',
    );
  }
}

const isScale = (scale: number): boolean => scale > 0 && Number.isFinite(scale);

export function layerBits(options: QuantizeOptions, name: string): LayerBits {
  const own = options.perLayer?.[name];
  return {
    weights: own?.weights ?? options.weightBits,
    activations: own?.activations ?? options.activationBits,
  };
}

function checkBits(what: string, bits: number, most: number): void {
  if (!Number.isInteger(bits) || bits < 1 || bits > most) {
    throw new ModelError(`${what} is ${bits}`, {}, `allowed are whole numbers 1 … ${most}`);
  }
}
