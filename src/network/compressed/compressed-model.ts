/** A network after pruning and quantisation, with what it was before. */
import type { QuantizedNetwork } from '../quantized.js';

/** A weight matrix before and after: rows are filters, columns the inputs of a window (channel, row, column). */
export interface CompressedLayer {
  /** Name of the weighted layer in `CompressedModel.network`. */
  readonly name: string;
  /** Size of the matrix before compression. */
  readonly rows: number;
  readonly columns: number;
  /** Indices of the rows and columns that are left, ascending, as they were numbered before. */
  readonly keptRows: Int32Array;
  readonly keptColumns: Int32Array;
  /** Real weight = scale · integer, one a kept row. */
  readonly weightScale: Float32Array;
}

export interface CompressedModel {
  /** What the engine computes: filters, channels and columns that were removed are not there (see `taps`). */
  readonly network: QuantizedNetwork;
  /** One a weighted layer, in the order of `network.layers`. */
  readonly layers: readonly CompressedLayer[];
  /** How it was made: method, seed, options, accuracies; plain JSON values, for the reader. */
  readonly provenance: Readonly<Record<string, unknown>>;
}
