/**
 * A network of integers: what an engine computes, to the bit. The golden model runs it, the layout places it.
 *
 * A layer's sum is exact: acc[f] = bias[f] + Σ weight[f, …] · input[…], with every integer as stored (zero points are
 * already folded into the bias). The layer's output is `requantize(acc)`, or acc itself where there is no requantization.
 */
import type { MapShape, Padding } from './network.js';

/** Width and sign of the integers on a connection between layers. */
export interface IntegerFormat {
  /** 1 … 8 between layers; up to 32 for the scores of the last layer. */
  readonly bits: number;
  readonly signed: boolean;
}

/** Real value ≈ scale · (integer − zeroPoint); zeroPoint may be a fraction, because it is folded into biases. */
export interface RealMeaning {
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * out = clamp(zeroPoint + floor((acc · multiplier[f] + 2^(shift−1)) / 2^shift), low, high), in exact integers:
 * rounding is to nearest, halves toward +∞. With shift = 0 nothing is added.
 */
export interface Requantization {
  /** One a filter, 1 ≤ multiplier < 2^multiplierBits. */
  readonly multiplier: Int32Array;
  readonly multiplierBits: number;
  /** 0 … 31, one for the layer. */
  readonly shift: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

interface QuantizedLayerBase {
  readonly name: string;
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
  readonly input: IntegerFormat;
  readonly output: IntegerFormat;
  /** What the output integers stand for: for reports and for the comparison with the float network. */
  readonly outputMeaning: RealMeaning;
}

interface WeightedLayerBase extends QuantizedLayerBase {
  /**
   * Columns of the weight matrix that are there, ascending, at least one: a column is an input of the layer's window,
   * numbered (channel, kernel row, kernel column), or (channel, row, column) of `inputShape`. Every other column is
   * zero in all filters and takes neither cells nor cycles. Absent: all are there. Only with one group.
   */
  readonly taps?: Int32Array;
  /** Two's complement of `weightBits` bits (2 … 8); with weightBits = 1 every weight is −1 or +1. */
  readonly weights: Int8Array;
  readonly weightBits: number;
  readonly bias: Int32Array;
  /** Smallest width of two's complement that holds every partial sum, whatever the input. */
  readonly accumulatorBits: number;
  /**
   * Absent in the last layer, whose output is the accumulator, unless the model clamps or itself quantises its scores.
   */
  readonly requantization?: Requantization;
}

export interface QuantizedConvolution extends WeightedLayerBase {
  readonly kind: 'convolution';
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  /** The integer that stands for zero in the input, taken by padding. */
  readonly paddingValue: number;
  readonly groups: number;
  // `weights`: [filters, channels / groups, kernel height, kernel width] or, with `taps`, [filters, taps], row-major.
}

export interface QuantizedFullyConnected extends WeightedLayerBase {
  readonly kind: 'fullyConnected';
  // `weights`: [outputs, inputs], row-major; inputs in the order (channel, row, column) of `inputShape`; or [outputs, taps].
}

/** Same format and meaning at input and output; padding never wins. */
export interface QuantizedMaximumPool extends QuantizedLayerBase {
  readonly kind: 'maximumPool';
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
}

/** acc = Σ of the window (padding adds `paddingValue`); out = requantize(acc), one multiplier for all channels. */
export interface QuantizedAveragePool extends QuantizedLayerBase {
  readonly kind: 'averagePool';
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly paddingValue: number;
  readonly requantization: Requantization;
}

export type QuantizedLayer =
  | QuantizedConvolution
  | QuantizedFullyConnected
  | QuantizedMaximumPool
  | QuantizedAveragePool;

/** How a stored image (bytes 0 … 255) becomes the engine's input integers. */
export interface InputEncoding {
  readonly shape: MapShape;
  readonly format: IntegerFormat;
  readonly meaning: RealMeaning;
  /** Preprocessing that the float network expects: real = (byte / divisor − mean) / deviation. */
  readonly preprocess: { readonly divisor: number; readonly mean: number; readonly deviation: number };
}

export interface QuantizedNetwork {
  readonly name: string;
  readonly input: InputEncoding;
  readonly layers: readonly QuantizedLayer[];
  /** `argmax`: the engine gives the index of the largest score (the first of equals). */
  readonly ending: 'scores' | 'argmax';
}
