import { describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Graph } from '../../../src/network/graph.js';
import { checkSupport, formatSupportTable, lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import { ModelError } from '../../../src/network/model-error.js';
import type { Network } from '../../../src/network/network.js';
import { readOnnx } from '../../../src/network/onnx/read-onnx.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';
import { floatsOf, floatTensor, tensorOf } from '../../../src/network/tensor.js';
import { GraphBuilder, randomNumbers } from '../../support/graphs.js';

const random = randomNumbers(7);

function batchNormalization(b: GraphBuilder, name: string, channels: number): GraphBuilder {
  const parameters = ['gamma', 'beta', 'mean'].map((part) => b.weights(`${name}_${part}`, [channels], random));
  const variance = Float32Array.from({ length: channels }, () => 1 + 0.5 * random());
  return b.then('BatchNormalization', [...parameters, b.tensor(`${name}_variance`, floatTensor([channels], variance))]);
}

/** Lowers the graph, written and read back, and compares it with the graph on random images. */
function expectSame(built: Graph, order?: (image: Float32Array) => Float32Array): Network {
  const graph = readOnnx(writeOnnx(built));
  const network = lowerGraph(graph);
  const shape = graph.inputs[0]!.shape.map((size) => (typeof size === 'number' ? size : 1));
  for (let round = 0; round < 3; round++) {
    const image = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random());
    const name = graph.outputs[0]!.name;
    const expected = floatsOf(runGraph(graph, new Map([['image', floatTensor(shape, image)]])).get(name)!);
    const actual = runNetwork(network, order?.(image) ?? image);
    expect(actual).toHaveLength(expected.length);
    const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largest).toBeGreaterThan(0);
    for (let i = 0; i < actual.length; i++) {
      expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(1e-4 * largest);
    }
  }
  return network;
}

const kinds = (network: Network): string => network.layers.map(({ kind }) => kind).join(' ');

describe('lowering', () => {
  test('folds batch normalisation and clips, depthwise and pointwise, down to a global average', () => {
    const b = new GraphBuilder(['N', 3, 17, 15]);
    b.then('Conv', [b.weights('w0', [8, 3, 3, 3], random)], { strides: [2, 2], pads: [1, 1, 1, 1] });
    batchNormalization(b, 'bn0', 8).then('Relu');
    b.then('Conv', [b.weights('w1', [8, 1, 3, 3], random)], { group: 8, pads: [1, 1, 1, 1] });
    b.tensor('six', tensorOf('float32', [], [6]));
    b.tensor('zero', tensorOf('float32', [], [0]));
    batchNormalization(b, 'bn1', 8).then('Clip', ['zero', 'six']);
    b.then('Conv', [b.weights('w2', [12, 8, 1, 1], random)]);
    batchNormalization(b, 'bn2', 12).then('Relu').then('GlobalAveragePool').then('Flatten');
    b.then('Gemm', [b.weights('w3', [5, 12], random), b.weights('c3', [5], random)], { transB: 1 }).then('Identity');
    const network = expectSame(b.build());
    expect(kinds(network)).toBe('convolution convolution convolution averagePool fullyConnected');
    expect(network.layers[1]).toMatchObject({ clamp: { low: 0, high: 6 }, groups: 8 });
  });

  test('merges arithmetic before and after, also what stands before the first layer', () => {
    const b = new GraphBuilder([1, 2, 6, 6]);
    b.then('Sub', [b.weights('mean', [2, 1, 1], random)]).then('Div', [b.tensor('d', tensorOf('float32', [], [0.3]))]);
    b.then('Conv', [b.weights('w0', [4, 2, 3, 3], random)]);
    b.then('Add', [b.weights('bias', [4, 1, 1], random)]).then('Mul', [b.weights('scale', [1, 4, 1, 1], random)]);
    b.then('Relu').then('Mul', [b.weights('later', [4, 1, 1], random)]);
    b.then('AveragePool', [], { kernel_shape: [2, 2], strides: [2, 2] }).then('Reshape', [b.ints('shape', [0, -1])]);
    b.then('Add', [b.weights('each', [16], random)]).then('MatMul', [b.weights('w1', [16, 3], random)]);
    b.node('Sub', [b.weights('from', [3], random), b.current], 'scores');
    expect(kinds(expectSame(b.build(['scores'])))).toBe('convolution averagePool fullyConnected');
  });

  test('takes the order of transposes and reshapes into the weights', () => {
    const b = new GraphBuilder([1, 5, 4, 3]);
    // Channels last at the input and before the flattening, as converters from TensorFlow write it.
    b.then('Transpose', [], { perm: [0, 3, 1, 2] }).then('Conv', [b.weights('w0', [4, 3, 2, 2], random)]);
    b.then('Transpose', [], { perm: [0, 2, 3, 1] }).then('Reshape', [b.ints('shape', [1, 48])]);
    b.then('Gemm', [b.weights('w1', [48, 6], random)], { alpha: { float: 0.5 } });
    const channelsFirst = (image: Float32Array): Float32Array =>
      image.map((_, i) => image[(i % 20) * 3 + Math.floor(i / 20)]!);
    const network = expectSame(b.build(), channelsFirst);
    expect(network.inputShape).toEqual([3, 5, 4]);
  });

  test('moves a Relu through maximum pools and takes a Pad of zeros', () => {
    const b = new GraphBuilder([1, 1, 9, 9]);
    b.then('Pad', [b.ints('pads', [0, 0, 1, 2, 0, 0, 2, 1])]);
    b.then('Conv', [b.weights('w0', [3, 1, 3, 3], random), b.weights('b0', [3], random)]);
    b.then('MaxPool', [], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, pads: [1, 1, 1, 1] }).then('Relu');
    b.then('Dropout')
      .then('Flatten')
      .then('Gemm', [b.weights('w1', [108, 4], random)])
      .then('Softmax');
    const graph = b.build([b.nodes.at(-2)!.outputs[0]!]);
    const network = expectSame(graph);
    expect(network.layers[0]).toMatchObject({ padding: [1, 2, 2, 1], clamp: { low: 0, high: Infinity } });
  });

  test('lowers one dimension as a single row', () => {
    const b = new GraphBuilder([1, 2, 20]);
    b.then('Conv', [b.weights('w0', [4, 2, 5], random)], { strides: [2], dilations: [2], pads: [3, 1] }).then('Relu');
    b.then('MaxPool', [], { kernel_shape: [2], strides: [2] }).then('Flatten');
    const elements = 4 * 4;
    b.then('Gemm', [b.weights('w1', [elements, 3], random)]);
    expect(expectSame(b.build()).inputShape).toEqual([2, 1, 20]);
  });

  test('counts padding of an average as the graph does', () => {
    for (const count of [0, 1]) {
      const b = new GraphBuilder([1, 2, 7, 7]);
      b.then('Conv', [b.weights('w0', [3, 2, 1, 1], random)]);
      b.then('AveragePool', [], {
        kernel_shape: [3, 3],
        pads: [1, 1, 1, 1],
        strides: [2, 2],
        count_include_pad: count,
      });
      expectSame(b.build());
    }
  });

  test('ends with argmax or softmax', () => {
    const end = (operator: string, attributes = {}): string => {
      const b = new GraphBuilder([1, 8]);
      b.then('Gemm', [b.weights('w', [8, 4], random)]).then(operator, [], attributes);
      return lowerGraph(b.build()).ending;
    };
    expect(end('ArgMax', { axis: 1 })).toBe('argmax');
    expect(end('Softmax')).toBe('softmax');
    expect(end('LogSoftmax')).toBe('softmax');
  });
});

describe('refusals', () => {
  test('report every unsupported operator at once, in a table', () => {
    const b = new GraphBuilder([1, 1, 8, 8]);
    b.then('Conv', [b.weights('w0', [4, 1, 3, 3], random)], { pads: [1, 1, 1, 1] });
    const before = b.current;
    b.then('Sigmoid')
      .then('Conv', [b.weights('w1', [4, 4, 1, 1], random)])
      .then('Add', [before]);
    b.then('HardSwish').then('GlobalAveragePool');
    const problems = checkSupport(b.build());
    expect(problems.map(({ operator }) => operator)).toEqual(['Sigmoid', 'Add', 'HardSwish']);
    const table = formatSupportTable(problems).split('\n');
    expect(table).toHaveLength(4);
    expect(table[0]).toMatch(/^node +operator +why not +instead$/);
    expect(table[2]).toMatch(/residual.*one chain/);
    expect(() => lowerGraph(b.build())).toThrow(ModelError);
  });

  test.each<[string, (b: GraphBuilder) => GraphBuilder, RegExp]>([
    [
      'an average before a Relu',
      (b) =>
        conv(b)
          .then('AveragePool', [], { kernel_shape: [2, 2] })
          .then('Relu'),
      /average/,
    ],
    [
      'a scaling after a Relu at the end',
      (b) =>
        conv(b)
          .then('Relu')
          .then('Mul', [two(b)]),
      /scaling at its end/,
    ],
    ['a Softmax over channels of a map', (b) => conv(b).then('Softmax', [], { axis: 1 }), /all scores/],
    [
      'a transpose between convolutions',
      (b) => conv(conv(b).then('Transpose', [], { perm: [0, 1, 3, 2] }), 4),
      /reshape or transpose/,
    ],
    [
      'a product of the last dimension only',
      (b) => conv(b).then('MatMul', [b.weights('m', [6, 2], random)]),
      /last dimension/,
    ],
    [
      'a Pad of ones',
      (b) => conv(b.then('Pad', [b.ints('p', [0, 0, 1, 1, 0, 0, 1, 1]), two(b)])),
      /other values than zero/,
    ],
    ['no layer', (b) => b.then('Identity'), /no layer/],
    ['weights of NaN', (b) => b.then('Conv', [nan(b)]), /NaN/],
    ['a dilated pool', (b) => conv(b).then('MaxPool', [], { kernel_shape: [2, 2], dilations: [2, 2] }), /dilated/],
    ['a shift before a padded convolution', (b) => conv(b.then('Add', [two(b)]), 1, 1), /padding is not shifted/],
  ])('of %s', (_, build, reason) => {
    const problems = checkSupport(build(new GraphBuilder([1, 1, 8, 8])).build());
    expect(problems).toHaveLength(1);
    expect(problems[0]!.reason).toMatch(reason);
    expect(problems[0]!.rewrite).not.toBe('');
  });
});

function conv(b: GraphBuilder, channels = 1, padding = 0): GraphBuilder {
  const name = `w${b.nodes.length}`;
  return b.then('Conv', [b.weights(name, [4, channels, 3, 3], random)], { pads: [padding, padding, padding, padding] });
}

function two(b: GraphBuilder): string {
  return b.tensor('two', tensorOf('float32', [], [2]));
}

function nan(b: GraphBuilder): string {
  return b.tensor('nan', floatTensor([1, 1, 1, 1], Float32Array.of(NaN)));
}
