import { type CompressedModel, readCompressedFile } from '../network/compressed/index.js';
import { isWeighted } from '../network/compressed/weight-matrix.js';
import { countNonzero } from './count-weights.js';

/** A weight matrix of a compressed network: rows are filters, columns the inputs of a window. */
export interface CompressedLayerInspection {
  readonly name: string;
  /** Of the network before compression. */
  readonly rows: number;
  readonly columns: number;
  /** How many of them are left. */
  readonly keptRows: number;
  readonly keptColumns: number;
  /** Weights that are not zero. */
  readonly nonzero: number;
  readonly weightBits: number;
  /** Of the integers that the layer reads. */
  readonly activationBits: number;
}

export interface CompressedInspection {
  /** Weights before compression: rows times columns of every layer. */
  readonly parameters: number;
  readonly nonzero: number;
  /** parameters / nonzero. */
  readonly pruningRatio: number;
  readonly layers: readonly CompressedLayerInspection[];
}

/** What is left of a network in a compressed file. @throws ModelError for any other file */
export function inspectCompressed(path: string): CompressedInspection {
  return inspectionOf(readCompressedFile(path));
}

export function inspectionOf({ network, layers: described }: CompressedModel): CompressedInspection {
  const layers = network.layers.filter(isWeighted).map((layer, index): CompressedLayerInspection => {
    const { name, rows, columns, keptRows, keptColumns } = described[index]!;
    return {
      name,
      rows,
      columns,
      keptRows: keptRows.length,
      keptColumns: keptColumns.length,
      nonzero: countNonzero(layer.weights),
      weightBits: layer.weightBits,
      activationBits: layer.input.bits,
    };
  });
  const parameters = layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const nonzero = layers.reduce((sum, layer) => sum + layer.nonzero, 0);
  // A network whose weights are all zero is left with one weight a layer.
  return { parameters, nonzero, pruningRatio: parameters / Math.max(1, nonzero), layers };
}
