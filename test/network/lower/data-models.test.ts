import { describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Graph } from '../../../src/network/graph.js';
import { checkSupport, lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import type { Network } from '../../../src/network/network.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { floatTensor, floatsOf } from '../../../src/network/tensor.js';
import { dataFolder } from '../../support/data.js';
import { mnistTestImages } from '../../support/mnist.js';

const models = `${dataFolder()}/models`;
const COUNT = 20;
const mnist = mnistTestImages(COUNT);

type Preprocess = (byte: number) => number;
const standardised: Preprocess = (byte) => (byte / 255 - 0.1307) / 0.3081;

const CHAINS: readonly [file: string, layers: number, preprocess: Preprocess, batch: number][] = [
  ['mnist-cnn/mnist-8.onnx', 5, (byte) => byte, 1],
  ['lenet5-ccoltong/lenet.onnx', 7, standardised, 10],
  ['lenet5-qdq/lenet5_int8_qdq.onnx', 7, standardised, 1],
  ['pruned-mlp/mnist_mlp512_pruned95.onnx', 3, (byte) => byte / 255, 1],
];

/** What the last layer gives in the graph: before the softmax, whose output loses what is compared here. */
function scoresName(graph: Graph): string {
  const last = graph.nodes.at(-1)!;
  return last.operator === 'Softmax' ? last.inputs[0]! : graph.outputs[0]!.name;
}

function expectEqualScores(graph: Graph, network: Network, pixels: Float32Array, batch: number): void {
  const input = graph.inputs[0]!;
  const shape = input.shape.map((size, d) => (d === 0 ? batch : Number(size)));
  const name = scoresName(graph);
  const size = pixels.length / COUNT;
  for (let start = 0; start < COUNT; start += batch) {
    const feed = floatTensor(shape, pixels.slice(start * size, (start + batch) * size));
    const scores = floatsOf(runGraph(graph, new Map([[input.name, feed]]), { outputs: [name] }).get(name)!);
    const each = scores.length / batch;
    for (let i = 0; i < batch; i++) {
      const expected = scores.subarray(i * each, (i + 1) * each);
      const actual = runNetwork(network, pixels.slice((start + i) * size, (start + i + 1) * size));
      expect(actual).toHaveLength(each);
      const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      for (let k = 0; k < each; k++) expect(Math.abs(actual[k]! - expected[k]!)).toBeLessThanOrEqual(1e-4 * largest);
    }
  }
}

describe('models of chains', () => {
  test.each(CHAINS)('%s lowers to %i layers that compute the same', (file, layers, preprocess, batch) => {
    const graph = readOnnxFile(`${models}/${file}`);
    expect(checkSupport(graph)).toEqual([]);
    const network = lowerGraph(graph);
    expect(network.layers).toHaveLength(layers);
    expectEqualScores(graph, network, Float32Array.from(mnist.pixels, preprocess), batch);
  });

  test('a softmax becomes the ending', () => {
    expect(lowerGraph(readOnnxFile(`${models}/lenet5-ccoltong/lenet.onnx`)).ending).toBe('softmax');
  });

  test('quantised weights are the integers of the file times their scale, exactly', () => {
    const graph = readOnnxFile(`${models}/lenet5-qdq/lenet5_int8_qdq.onnx`);
    const network = lowerGraph(graph);
    expect(network.inputQuantization).toMatchObject({ bits: 8 });
    let weighted = 0;
    for (const layer of network.layers) {
      expect(layer.outputQuantization).toBeDefined();
      if (!('weights' in layer)) continue;
      weighted++;
      const { scale, zeroPoint, bits } = layer.weightQuantization!;
      expect(bits).toBe(8);
      const inner = layer.weights.length / scale.length;
      for (const [i, weight] of layer.weights.entries()) {
        const filter = Math.floor(i / inner);
        const integer = Math.round(weight / scale[filter]!) + zeroPoint[filter]!;
        expect(Math.fround((integer - zeroPoint[filter]!) * scale[filter]!)).toBe(weight);
        expect(Math.abs(integer)).toBeLessThanOrEqual(128);
      }
    }
    expect(weighted).toBe(5);
  });

  test('a depthwise separable network of int8 lowers and computes the same', () => {
    const graph = readOnnxFile(`${models}/mlperf-tiny-ref/kws_dscnn_int8_qdq.onnx`);
    const network = lowerGraph(graph);
    const image = Float32Array.from({ length: 490 }, (_, i) => 40 * Math.sin(i * 0.37) + 10);
    const name = graph.nodes.find(({ operator }) => operator === 'Softmax')!.inputs[0]!;
    const feed = new Map([[graph.inputs[0]!.name, floatTensor([1, 1, 49, 10], image)]]);
    const expected = floatsOf(runGraph(graph, feed, { outputs: [name] }).get(name)!);
    const actual = runNetwork(network, image);
    for (let k = 0; k < expected.length; k++) expect(actual[k]).toBeCloseTo(expected[k]!, 4);
  });
});

describe('models that are no chain', () => {
  test.each([
    ['resnet20-cifar10/resnet20_bn.onnx', 'Add', /residual/],
    ['mlperf-tiny-ref/ic_resnet8_int8_qdq.onnx', 'Add', /residual/],
    ['qonnx-tfc/TFC_1W1A.onnx', 'BipolarQuant', /QONNX/],
    ['qonnx-tfc/TFC_1W2A.onnx', 'Quant', /QONNX/],
  ])('%s is refused for %s', (file, operator, reason) => {
    const graph = readOnnxFile(`${models}/${file}`);
    const problems = checkSupport(graph);
    expect(problems.some((problem) => problem.operator === operator && reason.test(problem.reason))).toBe(true);
    expect(() => lowerGraph(graph)).toThrow(/instead|chain|QDQ|shortcuts/);
  });

  test('all residual additions of a ResNet-20 are reported, each once', () => {
    const problems = checkSupport(readOnnxFile(`${models}/resnet20-cifar10/resnet20_folded.onnx`));
    expect(problems.filter(({ operator }) => operator === 'Add')).toHaveLength(9);
    expect(new Set(problems.map(({ node }) => node)).size).toBe(problems.length);
  });
});
