import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { afterAll, describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Graph } from '../../../src/network/graph.js';
import { ModelError } from '../../../src/network/model-error.js';
import {
  type GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from '../../../src/network/onnx/onnx_pb.js';
import { readOnnx, readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { tensorFromProto } from '../../../src/network/onnx/tensor-proto.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';
import { floatTensor } from '../../../src/network/tensor.js';
import { GraphBuilder, randomNumbers } from '../../support/graphs.js';

const folder = mkdtempSync(join(tmpdir(), 'read-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function smallGraph(): Graph {
  const random = randomNumbers(3);
  const b = new GraphBuilder(['batch', 1, 4, 4]);
  b.then('Conv', [b.weights('w', [2, 1, 3, 3], random)], { pads: [1, 1, 1, 1] }).then('Relu');
  b.then('Reshape', [b.ints('shape', [0, -1])]).then('Gemm', [b.weights('m', [32, 3], random)], {
    alpha: { float: 2 },
  });
  return b.build();
}

type ModelInit = MessageInitShape<typeof GraphProtoSchema>;
const vector = (name: string, ...sizes: number[]) => ({
  name,
  type: {
    value: {
      case: 'tensorType' as const,
      value: {
        elemType: 1,
        shape: { dim: sizes.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } })) },
      },
    },
  },
});

/** A model file of one Relu, with parts of the graph replaced. */
function modelBytes(graph: ModelInit, opset = 17n): Uint8Array {
  const whole = {
    node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
    input: [vector('x', 2)],
    output: [vector('y', 2)],
  };
  const model = create(ModelProtoSchema, {
    opsetImport: [{ version: opset }],
    graph: { ...whole, ...graph } as ModelInit,
  });
  return toBinary(ModelProtoSchema, model);
}

const floats = (name: string, dims: bigint[], floatData: number[]) => ({ name, dims, dataType: Type.FLOAT, floatData });

describe('reading', () => {
  test('gives back what was written', () => {
    const graph = smallGraph();
    const back = readOnnx(writeOnnx(graph));
    expect(back).toEqual(graph);
    expect(writeOnnx(back)).toEqual(writeOnnx(graph));
  });

  test('copies weights out of the file, whatever their alignment', () => {
    const bytes = writeOnnx(smallGraph());
    for (let shift = 0; shift < 4; shift++) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
      shifted.set(bytes);
      const graph = readOnnx(Buffer.from(shifted.buffer, shift));
      shifted.fill(0xff);
      expect(graph.initializers).toEqual(smallGraph().initializers);
    }
  });

  test('sorts nodes, folds constants and drops weights from the inputs', () => {
    const graph = readOnnx(
      modelBytes({
        node: [
          { opType: 'Add', input: ['r', 'c'], output: ['y'] },
          { opType: 'Relu', input: ['s'], output: ['r'] },
          { opType: 'Mul', input: ['x', 'w'], output: ['s'] },
          { opType: 'Constant', output: ['c'], attribute: [{ name: 'value', t: floats('', [], [2]) }] },
        ],
        initializer: [floats('w', [2n], [3, -1])],
        input: [vector('x', 2), vector('w', 2)],
      }),
    );
    expect(graph.nodes.map(({ name }) => name)).toEqual(['Mul_2', 'Relu_1', 'Add_0']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    const y = runGraph(graph, new Map([['x', floatTensor([2], Float32Array.of(1, 1))]])).get('y')!;
    expect([...y.data]).toEqual([5, 2]);
  });

  test('makes repeated node names unique', () => {
    const node = (input: string, output: string) => ({ name: 'a', opType: 'Relu', input: [input], output: [output] });
    const graph = readOnnx(modelBytes({ node: [node('x', 'z'), node('z', 'y')] }));
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'a_2']);
  });

  test.each<[Type, Partial<Record<'int32Data', number[]> & Record<'rawData', Uint8Array>>, string, number[]]>([
    [Type.FLOAT16, { int32Data: [0x3c00, 0xc000, 0x0001] }, 'float32', [1, -2, 2 ** -24]],
    [Type.FLOAT16, { rawData: Uint8Array.of(0x00, 0x7c, 0xff, 0x7b, 0x00, 0x80) }, 'float32', [Infinity, 65504, -0]],
    [Type.BFLOAT16, { rawData: Uint8Array.of(0x80, 0x3f, 0x00, 0xc0, 0x49, 0x40) }, 'float32', [1, -2, 3.140625]],
    [Type.INT4, { rawData: Uint8Array.of(0x8f, 0x07) }, 'int8', [-1, -8, 7]],
    [Type.UINT4, { int32Data: [0x8f, 0x07] }, 'uint8', [15, 8, 7]],
    [Type.INT8, { int32Data: [-128, 0, 127] }, 'int8', [-128, 0, 127]],
    [Type.BOOL, { rawData: Uint8Array.of(1, 0, 1) }, 'bool', [1, 0, 1]],
  ])('reads elements of type %s', (dataType, data, type, values) => {
    const tensor = tensorFromProto(create(TensorProtoSchema, { dims: [3n], dataType, ...data }), { where: {} });
    expect(tensor.type).toBe(type);
    expect([...tensor.data].map(Number)).toEqual(values);
  });
});

describe('external data', () => {
  const model = (location: string, entries: Record<string, string> = {}): string => {
    const initializer = {
      name: 'w',
      dims: [2n],
      dataType: Type.FLOAT,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries({ location, ...entries }).map(([key, value]) => ({ key, value })),
    };
    const path = join(folder, 'model.onnx');
    writeFileSync(
      path,
      modelBytes({ node: [{ opType: 'Mul', input: ['x', 'w'], output: ['y'] }], initializer: [initializer] }),
    );
    return path;
  };

  test('is read from beside the model', () => {
    writeFileSync(join(folder, 'weights.bin'), Buffer.from(Float32Array.of(0, 5, 6).buffer));
    const graph = readOnnxFile(model('weights.bin', { offset: '4', length: '8' }));
    expect([...graph.initializers.get('w')!.data]).toEqual([5, 6]);
  });

  test('is refused when missing, outside, or too short', () => {
    writeFileSync(join(folder, 'short.bin'), 'abc');
    symlinkSync('/etc/hostname', join(folder, 'link.bin'));
    expect(() => readOnnxFile(model('none.bin'))).toThrow(/'w'.*missing/);
    expect(() => readOnnxFile(model('/etc/hostname'))).toThrow(/missing/);
    expect(() => readOnnxFile(model('../../etc/hostname'))).toThrow(/missing|outside/);
    expect(() => readOnnxFile(model('link.bin'))).toThrow(/missing|outside/);
    expect(() => readOnnxFile(model('short.bin'))).toThrow(/3 bytes/);
    expect(() => readOnnxFile(model('short.bin', { offset: '-1' }))).toThrow(/offset '-1'/);
  });
});

describe('bad files', () => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(), /empty/],
    ['text', text('hello, this is no model at all\n'.repeat(20)), /not an ONNX model/],
    ['ELF', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0), /not an ONNX model/],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /not an ONNX model/],
    ['cut off', writeOnnx(smallGraph()).subarray(0, 200), /cut off/],
    ['operator set 30', modelBytes({}, 30n), /operator set 30.*export it with/],
    ['a circle', modelBytes({ node: [relu('b', 'a'), relu('a', 'b'), relu('b', 'y')] }), /circle: .*→/],
    ['a node that feeds itself', modelBytes({ node: [relu('y', 'y')] }), /circle/],
    ['two makers of a tensor', modelBytes({ node: [relu('x', 'y'), relu('x', 'y')] }), /two tensors.*unique/],
    ['a missing input', modelBytes({ node: [relu('q', 'y')] }), /'q': .*nothing makes/],
    ['a missing output', modelBytes({ output: [vector('q', 1)] }), /'q': nothing makes/],
    ['no outputs', modelBytes({ output: [] }), /no outputs/],
    ['two equal outputs', modelBytes({ output: [vector('y', 2), vector('y', 2)] }), /two tensors/],
    ['too little data', modelBytes({ initializer: [floats('w', [3n], [1])] }), /'w': 1 elements .*\[3\] needs 3/],
    ['no weights', modelBytes({ initializer: [floats('w', [3n], [])] }), /holds no weights/],
    ['a negative dimension', modelBytes({ initializer: [floats('w', [-3n], [1])] }), /dimension is -3/],
    ['huge dimensions', modelBytes({ initializer: [floats('w', [2n ** 40n, 2n ** 40n], [])] }), /too large/],
    ['strings', modelBytes({ initializer: [{ name: 'w', dims: [1n], dataType: Type.STRING }] }), /type STRING/],
    [
      'two equal weights',
      modelBytes({ initializer: [floats('w', [], [1]), floats('w', [], [1])] }),
      /two initializers/,
    ],
    ['two equal inputs', modelBytes({ input: [vector('x', 2), vector('x', 2)] }), /two tensors/],
    ['no operator', modelBytes({ node: [{ input: ['x'], output: ['y'] }] }), /no operator/],
  ])('%s', (_, bytes, message) => {
    let error: unknown;
    try {
      readOnnx(bytes, { file: 'bad.onnx' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ModelError);
    const line = (error as ModelError).message;
    expect(line).toMatch(message);
    expect(line).toMatch(/^bad\.onnx.*: .*; /);
    expect(line).not.toContain('\n');
  });

  test('weights of size zero, NaN and infinity are read as they are', () => {
    const graph = readOnnx(
      modelBytes({ initializer: [floats('e', [0n, 3n], []), floats('n', [2n], [NaN, -Infinity])] }),
    );
    expect(graph.initializers.get('e')!.shape).toEqual([0, 3]);
    expect([...graph.initializers.get('n')!.data]).toEqual([NaN, -Infinity]);
  });

  test('a file that cannot be opened', () => {
    expect(() => readOnnxFile(join(folder, 'nowhere.onnx'))).toThrow(
      /nowhere\.onnx: the file cannot be read \(ENOENT\)/,
    );
  });
});

describe('damaged files', () => {
  const bytes = writeOnnx(smallGraph());
  const outcome = (damaged: Uint8Array): 'graph' | 'error' => {
    let graph: Graph;
    try {
      graph = readOnnx(damaged);
    } catch (error) {
      if (error instanceof ModelError) return 'error';
      throw error;
    }
    try {
      const feed = floatTensor([1, 1, 4, 4], new Float32Array(16));
      runGraph(graph, new Map([['image', feed]]));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
    }
    return 'graph';
  };

  test('every prefix gives a graph or a ModelError', () => {
    for (let length = 0; length < bytes.length; length++) outcome(bytes.subarray(0, length));
    expect(outcome(bytes)).toBe('graph');
    expect(outcome(bytes.subarray(0, bytes.length - 1))).toBe('error');
  });

  test('random changes give a graph or a ModelError', () => {
    const random = randomNumbers(11);
    const pick = (below: number): number => Math.floor(((random() + 1) / 2) * below);
    const rounds = Number(process.env['SOTTO_FUZZ_ROUNDS'] ?? 4000);
    let graphs = 0;
    for (let round = 0; round < rounds; round++) {
      const damaged = Uint8Array.from(bytes);
      for (let change = pick(4); change >= 0; change--) damaged[pick(damaged.length)] = pick(256);
      if (outcome(damaged) === 'graph') graphs++;
    }
    // Most of the bytes are weights, so some damage must pass, and some must not.
    expect(graphs).toBeGreaterThan(rounds / 20);
    expect(graphs).toBeLessThan(rounds);
  });

  test('random bytes are never a model', () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 500; round++) {
      const noise = Uint8Array.from({ length: round }, () => Math.floor((random() + 1) * 128));
      expect(() => readOnnx(noise)).toThrow(ModelError);
    }
  });

  test('the decoder still understands what the writer makes', () => {
    expect(fromBinary(ModelProtoSchema, bytes).producerName).toBe('sotto');
  });
});

function relu(input: string, output: string) {
  return { opType: 'Relu', input: [input], output: [output] };
}
