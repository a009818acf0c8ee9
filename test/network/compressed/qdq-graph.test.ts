import { type InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { type CompressedModel, removeUnusedPaths } from '../../../src/network/compressed/index.js';
import { qdqGraph } from '../../../src/network/compressed/qdq-graph.js';
import { isWeighted } from '../../../src/network/compressed/weight-matrix.js';
import type { Graph } from '../../../src/network/graph.js';
import { takeImages } from '../../../src/network/images/image-set.js';
import { readImages } from '../../../src/network/images/read-images.js';
import { QuantizedRunner } from '../../../src/network/integer/run-quantized.js';
import { lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import { readOnnx, readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import type { Preprocess } from '../../../src/network/quantize/options.js';
import type { QuantizedNetwork } from '../../../src/network/quantized.js';
import { dataFolder } from '../../support/data.js';
import { randomNumbers } from '../../support/graphs.js';
import { openSession } from '../integer/onnx-runtime.js';
import { drawer, randomInput } from '../integer/random-network.js';
import { sparseNetwork } from './sparse-network.js';

const count = Number(process.env['SOTTO_QDQ_IMAGES'] ?? 300);

async function run(session: InferenceSession, network: QuantizedNetwork, real: Float32Array): Promise<number[]> {
  const image = new RuntimeTensor('float32', real, [1, ...network.input.shape]);
  const [output] = Object.values(await session.run({ image }));
  return Array.from(output!.data as Iterable<number | bigint>, Number);
}

describe('the graph as ONNX Runtime runs it', () => {
  test('gives the sums of one layer, and outputs one integer away at most, where rounding differs', async () => {
    const seen = { sums: 0, outputs: 0, equal: 0, values: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const draw = drawer(seed);
      const random = sparseNetwork(draw);
      const layer = random.layers[0]!;
      // ONNX forbids pools whose padding is as wide as the kernel.
      if (layer.kind === 'averagePool' && layer.padding.some((side, index) => side >= layer.kernel[index % 2]!))
        continue;
      const meaning = { scale: draw(1, 9) / 8, zeroPoint: draw(-16, 64) / 8 };
      const network: QuantizedNetwork = {
        ...random,
        input: { ...random.input, meaning },
        layers: [layer.kind === 'maximumPool' ? { ...layer, outputMeaning: meaning } : layer],
        ending: 'scores',
      };
      const { graph, integers } = watched(qdqGraph(network));
      const input = randomInput(draw, network);
      const expected = new QuantizedRunner(network).run(input).scores;
      const session = await openSession(writeOnnx(graph));
      const real = Float32Array.from(input, (value) => meaning.scale * (value - meaning.zeroPoint));
      const output = await run(session, network, real);
      await session.release();
      seen[integers ? 'outputs' : 'sums']++;
      expected.forEach((value, index) => {
        if (integers) {
          const difference = Math.abs(output[index]! - value);
          expect(difference, `seed ${seed}: ${layer.kind}`).toBeLessThan(2);
          seen.values++;
          seen.equal += difference === 0 ? 1 : 0;
          return;
        }
        // Real numbers of 32 bits hold sums to 24 bits.
        const zeroPoint = layer.kind === 'maximumPool' ? Math.round(meaning.zeroPoint) : 0;
        const scale = layer.kind === 'maximumPool' ? meaning.scale : layer.outputMeaning.scale;
        const difference = Math.abs(output[index]! / scale + zeroPoint - value);
        expect(difference / Math.max(1, Math.abs(value)), `seed ${seed}: ${layer.kind}`).toBeLessThan(1e-5);
      });
    }
    expect(seen.sums).toBeGreaterThan(20);
    expect(seen.outputs).toBeGreaterThan(20);
    expect(seen.equal / seen.values).toBeGreaterThan(0.9);
  });

  const unit = { divisor: 255, mean: 0, deviation: 1 };
  const normalised = { divisor: 255, mean: 0.1307, deviation: 0.3081 };
  test.each<[string, number, number, Preprocess]>([
    ['8 bits, normalised images', 8, 8, normalised],
    ['weights 4 bits, activations 4 bits', 4, 4, normalised],
    ['weights 3 bits, activations 6 bits', 3, 6, unit],
  ])(
    `a pruned LeNet-5 on ${count} images, %s: labels and scores`,
    async (_, weightBits, activationBits, preprocess) => {
      const { network } = prunedLenet(weightBits, activationBits, preprocess);
      const session = await openSession(writeOnnx(qdqGraph(network)));
      const { pixels } = takeImages(readImages(`${dataFolder()}/mnist/t10k-images-idx3-ubyte.gz`), 0, count);
      const runner = new QuantizedRunner(network);
      const { divisor, mean, deviation } = preprocess;
      const { scale } = network.layers.at(-1)!.outputMeaning;
      let same = 0;
      let signal = 0;
      let noise = 0;
      for (let image = 0; image < count; image++) {
        const bytes = pixels.subarray(image * 784, (image + 1) * 784);
        const { scores, label } = runner.run(bytes);
        const real = Float32Array.from(bytes, (byte) => (byte / divisor - mean) / deviation);
        const output = await run(session, network, real);
        if (output.indexOf(Math.max(...output)) === label) same++;
        scores.forEach((score, index) => {
          signal += (score * scale) ** 2;
          noise += (score * scale - output[index]!) ** 2;
        });
      }
      await session.release();
      expect(same / count).toBeGreaterThanOrEqual(0.993);
      expect(10 * Math.log10(signal / noise)).toBeGreaterThan(50);
    },
  );

  test('read again it is the network that it was made from', () => {
    const { network } = prunedLenet(8, 8, unit);
    const lowered = lowerGraph(readOnnx(writeOnnx(qdqGraph(network))));
    const again = quantizeNetwork(lowered, { weightBits: 8, activationBits: 8, preprocess: unit });
    expect(again.warnings).toEqual([]);
    const weights = ({ layers }: QuantizedNetwork) =>
      layers.filter(isWeighted).map(({ name, weights, bias, taps }) => ({ name, weights, bias, taps }));
    expect(weights(removeUnusedPaths(again.network).network)).toEqual(weights(network));
  });

  test('read as real numbers it keeps its labels: what is below 0 is cut off without a Relu', () => {
    const { network } = prunedLenet(8, 8, unit);
    const graph = qdqGraph(network);
    expect(graph.nodes.some(({ operator }) => operator === 'Relu')).toBe(false);
    const lowered = lowerGraph(readOnnx(writeOnnx(graph)));
    const images = 60;
    const { pixels } = takeImages(readImages(`${dataFolder()}/mnist/t10k-images-idx3-ubyte.gz`), 0, images);
    const runner = new QuantizedRunner(network);
    let same = 0;
    for (let image = 0; image < images; image++) {
      const bytes = pixels.subarray(image * 784, (image + 1) * 784);
      const scores = runNetwork(
        lowered,
        Float32Array.from(bytes, (byte) => byte / 255),
      );
      if (scores.indexOf(Math.max(...scores)) === runner.run(bytes).label) same++;
    }
    expect(same / images).toBeGreaterThanOrEqual(0.96);
  });

  test('an ArgMax gives the label', async () => {
    const random = sparseNetwork(drawer(4));
    const graph = qdqGraph({ ...random, ending: 'argmax' });
    expect(graph.outputs).toEqual([{ name: 'label', type: 'int64', shape: ['N'] }]);
    expect(graph.nodes.at(-1)).toMatchObject({ operator: 'ArgMax' });
    await (await openSession(writeOnnx(graph))).release();
  });
});

/** The graph with the integers of its last QuantizeLinear as output, if that is a layer's. */
function watched(graph: Graph): { readonly graph: Graph; readonly integers: boolean } {
  const node = graph.nodes.findLast(({ operator, name }) => operator === 'QuantizeLinear' && !name.startsWith('image'));
  if (node === undefined) return { graph, integers: false };
  const { type } = graph.initializers.get(node.inputs[2]!)!;
  return {
    graph: { ...graph, outputs: [{ name: node.outputs[0]!, type, shape: [], shapeUnknown: true }] },
    integers: true,
  };
}

/** LeNet-5 without its smaller weights and without some of its filters. */
function prunedLenet(weightBits: number, activationBits: number, preprocess: Preprocess): CompressedModel {
  const network = lowerGraph(readOnnxFile(`${dataFolder()}/models/lenet5-ccoltong/lenet.onnx`));
  const random = randomNumbers(5);
  const layers = network.layers.map((layer, index) => {
    if (!('weights' in layer)) return layer;
    const columns = layer.weights.length / layer.bias.length;
    const limit = Float32Array.from(layer.weights, Math.abs).sort()[Math.floor(layer.weights.length * 0.6)]!;
    const removed = Array.from(layer.bias, () => index < network.layers.length - 1 && random() > 0.7);
    const weights = layer.weights.map((weight, at) =>
      Math.abs(weight) < limit || removed[Math.floor(at / columns)] === true ? 0 : weight,
    );
    return { ...layer, weights };
  });
  const calibration = takeImages(readImages(`${dataFolder()}/mnist/train-images-idx3-ubyte.gz`), 0, 64).pixels;
  const options = { weightBits, activationBits, calibration, preprocess, method: 'nearest' } as const;
  const model = removeUnusedPaths(quantizeNetwork({ ...network, layers }, options).network);
  expect(model.layers.some(({ keptRows, rows }) => keptRows.length < rows)).toBe(true);
  expect(model.layers.some(({ keptColumns, columns }) => keptColumns.length < columns)).toBe(true);
  return model;
}
