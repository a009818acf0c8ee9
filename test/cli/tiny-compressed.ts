import { join } from 'node:path';
import { type CompressedModel, removeUnusedPaths, writeCompressedFile } from '../../src/network/compressed/index.js';
import { lowerGraph } from '../../src/network/lower/index.js';
import { quantizeNetwork } from '../../src/network/quantize/index.js';
import { tinyGraph } from './command-line.js';

/** `tinyGraph` with zeros: one kernel lacks its right column, and the scores read one cell less. */
export const prunedGraph = () =>
  tinyGraph((name, data) =>
    data.map((weight, index) => ((name === 'w0' && index % 3 === 2) || (name === 'w1' && index < 3) ? 0 : weight)),
  );

/** A compressed network of 42 weights, 33 of which are left, in a file of `folder`. */
export function tinyCompressed(folder: string): { readonly path: string; readonly model: CompressedModel } {
  const options = { weightBits: 4, activationBits: 6, preprocess: { divisor: 255, mean: 0, deviation: 1 } };
  const { network } = quantizeNetwork(lowerGraph(prunedGraph()), options);
  const model = removeUnusedPaths(network, { provenance: { method: 'by hand' } });
  const path = join(folder, 'tiny.safetensors');
  writeCompressedFile(path, model);
  return { path, model };
}
