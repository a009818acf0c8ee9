import fc from 'fast-check';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Graph, Tensor } from '../../../src/network/graph.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';
import { elementCount, floatsOf, floatTensor, tensorOf } from '../../../src/network/tensor.js';
import { dataFolder } from '../../support/data.js';
import { GraphBuilder, randomNumbers } from '../../support/graphs.js';
import { mnistTestImages } from '../../support/mnist.js';

const OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  // Intermediate tensors are only those of the graph while nothing is fused.
  graphOptimizationLevel: 'disabled',
};

const RANDOM_GRAPHS = Number(process.env['SOTTO_RANDOM_GRAPHS'] ?? 60);
const IMAGES = Number(process.env['SOTTO_IMAGES'] ?? 200);

/** The graph with all of its intermediate float tensors as outputs (integers show in the DequantizeLinear after them). */
function withAllOutputs(graph: Graph): Graph {
  const floating = graph.nodes.filter(({ operator }) => operator !== 'QuantizeLinear');
  const names = floating.flatMap(({ outputs }) => outputs);
  return { ...graph, outputs: names.map((name) => ({ name, type: 'float32', shape: [], shapeUnknown: true })) };
}

function expectClose(actual: Tensor, expected: RuntimeTensor, name: string): void {
  expect(actual.shape, name).toEqual([...expected.dims]);
  const values = actual.data;
  const wanted = expected.data as Float32Array;
  if (actual.type !== 'float32') {
    expect(values, name).toEqual(wanted);
    return;
  }
  const largest = wanted.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
  for (let i = 0; i < wanted.length; i++) {
    if (!(Math.abs(Number(values[i]) - wanted[i]!) <= 1e-5 * largest)) {
      expect(values[i], `${name}[${i}]`).toBe(wanted[i]);
    }
  }
}

async function compare(graph: Graph, feed: Tensor): Promise<void> {
  const whole = withAllOutputs(graph);
  const session = await InferenceSession.create(writeOnnx(whole), OPTIONS);
  const input = graph.inputs[0]!.name;
  const expected = await session.run({ [input]: new RuntimeTensor('float32', floatsOf(feed), feed.shape) });
  const actual = runGraph(whole, new Map([[input, feed]]));
  for (const { name } of whole.outputs) expectClose(actual.get(name)!, expected[name] as RuntimeTensor, name);
  await session.release();
}

describe('models, every intermediate tensor', () => {
  test.each([
    ['mnist-cnn/mnist-8.onnx', 255],
    ['lenet5-ccoltong/lenet.onnx', 1],
    ['pruned-mlp/mnist_mlp512_pruned95.onnx', 1],
    ['resnet20-cifar10/resnet20_bn.onnx', 1],
    ['resnet20-cifar10/resnet20_folded.onnx', 1],
    ['mlperf-tiny-ref/ic_resnet8_fp32.onnx', 255],
  ])('%s', async (file, range) => {
    const graph = readOnnxFile(`${dataFolder()}/models/${file}`);
    const shape = graph.inputs[0]!.shape.map((size) => (typeof size === 'number' ? size : 1));
    const random = randomNumbers(9);
    await compare(
      graph,
      floatTensor(
        shape,
        Float32Array.from({ length: elementCount(shape) }, () => range * random()),
      ),
    );
  });
});

describe('predictions on MNIST', () => {
  const { pixels, labels } = mnistTestImages(IMAGES);
  test.each<[string, number, (byte: number) => number]>([
    ['mnist-cnn/mnist-8.onnx', 1, (byte) => byte],
    ['lenet5-ccoltong/lenet.onnx', 10, (byte) => (byte / 255 - 0.1307) / 0.3081],
    ['lenet5-qdq/lenet5_int8_qdq.onnx', 1, (byte) => (byte / 255 - 0.1307) / 0.3081],
  ])('of %s are those of ONNX Runtime', async (file, batch, preprocess) => {
    const path = `${dataFolder()}/models/${file}`;
    const graph = readOnnxFile(path);
    const session = await InferenceSession.create(path, OPTIONS);
    const input = graph.inputs[0]!.name;
    const output = graph.outputs[0]!.name;
    let right = 0;
    for (let start = 0; start < IMAGES; start += batch) {
      const image = Float32Array.from(pixels.subarray(start * 784, (start + batch) * 784), preprocess);
      const shape = [batch, 1, 28, 28];
      const theirs = (await session.run({ [input]: new RuntimeTensor('float32', image, shape) }))[output]!.data;
      const ours = floatsOf(runGraph(graph, new Map([[input, floatTensor(shape, image)]])).get(output)!);
      for (let i = 0; i < batch; i++) {
        const prediction = largest(ours.subarray(i * 10, i * 10 + 10));
        expect(prediction).toBe(largest((theirs as Float32Array).subarray(i * 10, i * 10 + 10)));
        if (prediction === labels[start + i]) right++;
      }
    }
    expect(right / IMAGES).toBeGreaterThan(0.97);
    await session.release();
  });
});

function largest(scores: Float32Array): number {
  return scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
}

/** One operator more, chosen by `pick`, on a map of `channels` that stays of rank 4. Gives the channels after it. */
function extend(b: GraphBuilder, channels: number, pick: (below: number) => number, random: () => number): number {
  const name = (part: string): string => `${part}${b.nodes.length}`;
  const perChannel = (part: string): string => b.weights(name(part), [channels], random);
  const pads = (): number[] => [pick(2), pick(2), pick(2), pick(2)];
  switch (pick(14)) {
    case 0:
    case 1: {
      const groups = pick(2) === 0 ? 1 : channels;
      const filters = groups * (1 + pick(3));
      const kernel = [1 + pick(3), 1 + pick(3)];
      const weights = b.weights(name('w'), [filters, channels / groups, ...kernel], random);
      const automatic = pick(3);
      b.then('Conv', [weights, b.weights(name('b'), [filters], random)], {
        group: groups,
        strides: [1 + pick(2), 1 + pick(2)],
        dilations: automatic === 0 ? [1, 1] : [1 + pick(2), 1 + pick(2)],
        ...(automatic === 0 ? { auto_pad: pick(2) === 0 ? 'SAME_UPPER' : 'SAME_LOWER' } : { pads: [2, 2, 2, 2] }),
      });
      return filters;
    }
    case 2:
      b.then('MaxPool', [], { kernel_shape: [2, 2], strides: [1 + pick(2), 1], pads: pads(), ceil_mode: pick(2) });
      return channels;
    case 3:
      b.then('AveragePool', [], { kernel_shape: [2, 2], strides: [1, 1], pads: pads(), count_include_pad: pick(2) });
      return channels;
    case 4: {
      const variance = Float32Array.from({ length: channels }, () => 1.5 + random());
      b.then('BatchNormalization', [
        perChannel('g'),
        perChannel('s'),
        perChannel('m'),
        b.tensor(name('v'), floatTensor([channels], variance)),
      ]);
      return channels;
    }
    case 5: {
      const mode = ['constant', 'edge', 'reflect'][pick(3)]!;
      b.then('Pad', [b.ints(name('p'), [0, 0, 1, 1, 0, 0, pick(2), 1])], { mode });
      return channels;
    }
    case 6:
      b.then(['Add', 'Sub', 'Mul'][pick(3)]!, [b.weights(name('k'), [channels, 1, 1], random)]);
      return channels;
    case 7:
      b.then(['Relu', 'Sigmoid', 'Tanh', 'HardSwish', 'HardSigmoid', 'LeakyRelu', 'Elu'][pick(7)]!);
      return channels;
    case 8:
      b.then(
        'Clip',
        ['lo', 'hi'].map((bound, i) => b.tensor(name(bound), tensorOf('float32', [], [i - 0.5]))),
      );
      return channels;
    case 9:
      b.then('LRN', [], { size: 1 + 2 * pick(2) });
      return channels;
    case 10: {
      const before = b.current;
      b.then('Concat', [before], { axis: 1 });
      return 2 * channels;
    }
    case 11:
      b.then(pick(2) === 0 ? 'Softmax' : 'LogSoftmax', [], { axis: 1 + pick(3) });
      return channels;
    case 12: {
      const scale = b.tensor(name('qs'), tensorOf('float32', [], [2 ** -5]));
      const zero = b.tensor(name('qz'), tensorOf('int8', [], [pick(9) - 4]));
      const integers = `q${b.nodes.length}`;
      b.node('QuantizeLinear', [b.current, scale, zero], integers);
      b.current = integers;
      b.then('DequantizeLinear', [scale, zero]);
      return channels;
    }
    default:
      b.then('PRelu', [b.weights(name('a'), [channels, 1, 1], random)]);
      return channels;
  }
}

describe('random graphs', () => {
  test('compute what ONNX Runtime computes, in every tensor', async () => {
    const seeds = fc.integer({ min: 1, max: 2 ** 30 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 8 }), async (seed, length) => {
        const random = randomNumbers(seed);
        const pick = (below: number): number => Math.floor(((random() + 1) / 2) * below);
        const shape = [1 + pick(2), 1 + pick(3), 6 + pick(6), 6 + pick(6)];
        const b = new GraphBuilder(shape);
        let channels = shape[1]!;
        for (let i = 0; i < length; i++) channels = extend(b, channels, pick, random);
        b.then('GlobalAveragePool')
          .then('Flatten')
          .then('Gemm', [b.weights('gemm', [3, channels], random)], { transB: 1 });
        const graph = b.build();
        const image = Float32Array.from({ length: elementCount(shape) }, random);
        await compare(graph, floatTensor(shape, image));
      }),
      { numRuns: RANDOM_GRAPHS, seed: 20 },
    );
  });
});
