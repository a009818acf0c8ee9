import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { qdqGraph, readCompressedFile } from '../network/compressed/index.js';
import { writeOnnx } from '../network/onnx/write-onnx.js';
import { writeAtomically } from '../network/safetensors/index.js';
import { countWeights, type WeightCounts } from './count-weights.js';
import { InputError, withPlace } from './input-error.js';

export interface ExportOptions {
  /** Path of a compressed network. */
  readonly model: string;
  /** Path of the ONNX model. */
  readonly out: string;
  /** Replace a file that is there. */
  readonly force?: boolean;
}

/** Weights are those of the model that is written, zeros among them. */
export interface ExportResult extends WeightCounts {
  readonly model: string;
  readonly out: string;
  readonly layers: number;
  readonly nodes: number;
  readonly bytes: number;
}

/**
 * A compressed network as an ONNX model with QuantizeLinear and DequantizeLinear, for runtimes of others: see
 * `qdqGraph`.
 *
 * @throws ModelError for a file that is no compressed network, InputError where `out` cannot be written
 */
export function exportOnnx({ model, out, force = false }: ExportOptions): ExportResult {
  const { network } = readCompressedFile(model);
  if (!force && existsSync(out)) {
    throw new InputError('file', out, 'something of this name is there already', 'choose another, or add --force');
  }
  const graph = qdqGraph(network);
  const bytes = writeOnnx(graph);
  withPlace(out, () => writeAtomically(out, bytes));
  return {
    model: basename(model),
    out,
    layers: network.layers.length,
    nodes: graph.nodes.length,
    ...countWeights(network),
    bytes: bytes.length,
  };
}
