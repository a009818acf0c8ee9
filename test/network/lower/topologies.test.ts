import { describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Graph } from '../../../src/network/graph.js';
import { checkSupport, inspectGraph, lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { elementCount, floatsOf, floatTensor } from '../../../src/network/tensor.js';
import { dataFolder } from '../../support/data.js';
import { randomNumbers } from '../../support/graphs.js';

const folder = `${dataFolder()}/models/topology-only-zigzag`;

function weighted(name: string): Graph {
  const random = randomNumbers(13);
  return readOnnxFile(`${folder}/${name}`, {
    // Shrunk by the size, so that the scores stay small through the layers.
    supplyWeights: (_, shape) => {
      const scale = 2 / Math.sqrt(elementCount(shape.slice(1)));
      return Float32Array.from({ length: elementCount(shape) }, () => scale * random());
    },
  });
}

/** The graph without the nodes of an operator: their consumers read what they read. */
function without(graph: Graph, operator: string): Graph {
  const instead = new Map(graph.nodes.filter((n) => n.operator === operator).map((n) => [n.outputs[0]!, n.inputs[0]!]));
  const nodes = graph.nodes
    .filter((node) => node.operator !== operator)
    .map((node) => ({ ...node, inputs: node.inputs.map((name) => instead.get(name) ?? name) }));
  return { ...graph, nodes };
}

describe('topologies with weights of our own', () => {
  test('a file without weights says so', () => {
    expect(() => readOnnxFile(`${folder}/alexnet.onnx`)).toThrow(
      /alexnet\.onnx, tensor 'conv1_b_0': external data file .* is missing/,
    );
  });

  test('AlexNet is a chain but for its local response normalisation', () => {
    const graph = weighted('alexnet.onnx');
    expect(inspectGraph(graph).parameters).toBeCloseTo(61e6, -5.5);
    expect(checkSupport(graph).map(({ operator }) => operator)).toEqual(['LRN', 'LRN']);

    const chain = without(graph, 'LRN');
    const network = lowerGraph(chain);
    expect(network.layers.map(({ kind }) => kind.slice(0, 4)).join(' ')).toBe(
      'conv maxi conv maxi conv conv conv maxi full full full',
    );
    const image = Float32Array.from({ length: 3 * 224 * 224 }, randomNumbers(2));
    const scores = chain.nodes.at(-1)!.inputs[0]!;
    const feed = new Map([[chain.inputs[0]!.name, floatTensor([1, 3, 224, 224], image)]]);
    const expected = floatsOf(runGraph(chain, feed, { outputs: [scores] }).get(scores)!);
    const actual = runNetwork(network, image);
    const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largest).toBeGreaterThan(1e-3);
    const worst = actual.reduce((a, value, i) => Math.max(a, Math.abs(value - expected[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1e-4 * largest);
  });

  test('ResNet-18 is not', () => {
    const problems = checkSupport(weighted('resnet18.onnx'));
    expect(problems.map(({ operator }) => operator)).toEqual(new Array<string>(8).fill('Add'));
  });
});

describe('inspection', () => {
  test('counts operators and parameters and shows shapes', () => {
    const inspection = inspectGraph(readOnnxFile(`${dataFolder()}/models/mnist-cnn/mnist-8.onnx`));
    expect(inspection.parameters).toBe(5994);
    expect(inspection.operators[0]).toEqual({ operator: 'Add', count: 3 });
    expect(inspection.nodes.find(({ operator }) => operator === 'Conv')).toMatchObject({
      outputShape: [1, 8, 28, 28],
      parameters: 200,
    });
  });

  test('shows what it cannot infer too', () => {
    const inspection = inspectGraph(readOnnxFile(`${dataFolder()}/models/qonnx-tfc/TFC_1W1A.onnx`));
    expect(inspection.operators.some(({ operator }) => operator.endsWith('.BipolarQuant'))).toBe(true);
    expect(inspection.nodes.at(-1)!.outputShape).toBeUndefined();
  });
});
