/**
 * The part of a graph that an engine runs: one chain of layers, batch 1, channels first (C, H, W), real numbers.
 * Batch normalisation is folded, biases are merged, reshapes are absorbed into the order of the weights.
 */

/** A feature map: channels, rows, columns. A vector of n is [n, 1, 1]. */
export type MapShape = readonly [channels: number, height: number, width: number];

/** top, left, bottom, right. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** Values below `low` become `low`, above `high` become `high`. ReLU is { low: 0, high: Infinity }. */
export interface Clamp {
  readonly low: number;
  readonly high: number;
}

/** Real value = scale · (integer − zeroPoint). One entry, or one for each output channel. */
export interface AffineQuantization {
  readonly scale: Float32Array;
  readonly zeroPoint: Int32Array;
  /** Width of the integers, and whether they are two's complement. */
  readonly bits: number;
  readonly signed: boolean;
}

interface LayerBase {
  /** Name of the node that the layer comes from; unique. */
  readonly name: string;
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
  /** Set when the model file fixes it (QDQ): how the layer's output is quantised. */
  readonly outputQuantization?: AffineQuantization;
}

export interface ConvolutionLayer extends LayerBase {
  readonly kind: 'convolution';
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly groups: number;
  /** [filters, channels / groups, kernel height, kernel width], row-major. */
  readonly weights: Float32Array;
  /** One a filter. */
  readonly bias: Float32Array;
  readonly clamp?: Clamp;
  readonly weightQuantization?: AffineQuantization;
}

export interface FullyConnectedLayer extends LayerBase {
  readonly kind: 'fullyConnected';
  /** [outputs, inputs], row-major; inputs in the order (channel, row, column) of `inputShape`. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly clamp?: Clamp;
  readonly weightQuantization?: AffineQuantization;
}

export interface PoolLayer extends LayerBase {
  /** Padding of a maximum never wins; padding of an average counts as zero where `countPadding`, else not at all. */
  readonly kind: 'maximumPool' | 'averagePool';
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly countPadding: boolean;
}

export type Layer = ConvolutionLayer | FullyConnectedLayer | PoolLayer;

export interface Network {
  readonly name: string;
  readonly inputName: string;
  readonly inputShape: MapShape;
  /** Set when the model file fixes it (QDQ). */
  readonly inputQuantization?: AffineQuantization;
  readonly layers: readonly Layer[];
  /**
   * What the graph does with the last layer's output: nothing, a softmax (it keeps the order, so the engine gives the
   * scores before it), or the index of the largest.
   */
  readonly ending: 'scores' | 'softmax' | 'argmax';
}
