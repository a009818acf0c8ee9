import { basename } from 'node:path';
import { placeNetwork } from '../layout/place.js';
import { bankCycles, subarrayCount } from '../layout/plan.js';
import {
  checkSupport,
  inspectGraph,
  lowerGraph,
  type GraphInspection,
  type SupportProblem,
} from '../network/lower/index.js';
import { ModelError } from '../network/model-error.js';
import type { Graph } from '../network/graph.js';
import type { MapShape } from '../network/network.js';
import { readOnnxFile } from '../network/onnx/read-onnx.js';
import { quantizeNetwork } from '../network/quantize/index.js';
import { checkTensors } from './check-tensors.js';
import { rawPreprocess } from './preprocess.js';

/** A layer as `generate` would build it when told nothing. */
export interface InspectedLayer {
  readonly name: string;
  readonly kind: 'convolution' | 'fullyConnected' | 'maximumPool' | 'averagePool';
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
  readonly weights: number;
  readonly subarrays: number;
  /** Cycles of an image in which its subarrays sense. */
  readonly sensingCycles: number;
}

export interface InspectResult {
  readonly model: string;
  readonly graph: GraphInspection;
  /** The file holds shapes only; the numbers of its weights are made up here. */
  readonly weightsMissing: boolean;
  readonly supported: boolean;
  readonly problems: readonly SupportProblem[];
  /** Of subarrays of 512 × 256 cells with 8-bit weights and activations; absent where the model is not supported. */
  readonly engine?: { readonly layers: readonly InspectedLayer[]; readonly subarrays: number };
}

/**
 * What a model consists of, what of it is not supported, and what would be generated.
 *
 * @throws ModelError for a file that is no model
 */
export function inspect(model: string): InspectResult {
  let weightsMissing = false;
  const graph = readOnnxFile(model, {
    supplyWeights: (_, shape) => {
      weightsMissing = true;
      const size = shape.reduce((product, length) => product * length, 1);
      return Float32Array.from({ length: size }, (_value, index) => ((index % 17) - 8) / 64);
    },
  });
  checkTensors(graph, basename(model));
  const problems = checkSupport(graph);
  const result = { model: basename(model), graph: inspectGraph(graph), weightsMissing, problems };
  if (problems.length > 0) return { ...result, supported: false };
  return { ...result, supported: true, engine: defaultEngine(graph, basename(model)) };
}

function defaultEngine(graph: Graph, file: string): NonNullable<InspectResult['engine']> {
  const network = lowerGraph(graph);
  try {
    const size = network.inputShape.reduce((product, length) => product * length, 1);
    // Sizes and cycles do not depend on what the images show.
    const calibration = Uint8Array.from({ length: size }, (_, index) => (index * 37) % 256);
    const options = {
      weightBits: 8,
      activationBits: 8,
      calibration,
      preprocess: rawPreprocess,
      method: 'nearest',
    } as const;
    const plan = placeNetwork(quantizeNetwork(network, options).network, {
      geometry: { rows: 512, columns: 256, readCycles: 1, writeCycles: 1 },
    });
    const layers = plan.layers.map((entry): InspectedLayer => {
      const { name, kind, inputShape, outputShape } = entry.layer;
      const common = { name, kind, inputShape, outputShape };
      if (entry.kind === 'pool') return { ...common, weights: 0, subarrays: 0, sensingCycles: 0 };
      return {
        ...common,
        weights: entry.layer.weights.length,
        subarrays: subarrayCount(entry.bank),
        sensingCycles: bankCycles(entry.bank, outputShape[1] * outputShape[2]),
      };
    });
    return { layers, subarrays: layers.reduce((sum, { subarrays }) => sum + subarrays, 0) };
  } catch (error) {
    throw error instanceof ModelError ? error.at({ file }) : error;
  }
}
