import { readdirSync, readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { runGraph } from '../../../src/network/float/run-graph.js';
import type { Tensor } from '../../../src/network/graph.js';
import { TensorProtoSchema } from '../../../src/network/onnx/onnx_pb.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { tensorFromProto } from '../../../src/network/onnx/tensor-proto.js';
import { dataFolder } from '../../support/data.js';

const folder = `${dataFolder()}/onnx-node-tests`;

/** Node tests that the interpreter does not pass, with the reason. May only shrink. */
const UNSUPPORTED: Readonly<Record<string, string>> = {};

const names = readdirSync(folder).filter((name) => name.startsWith('test_'));

function readTensor(path: string): Tensor {
  return tensorFromProto(fromBinary(TensorProtoSchema, readFileSync(path)), { where: { file: path } });
}

/** As ONNX's own runner: relative 1e-3, absolute 1e-7; integers exact. */
function expectClose(actual: Tensor, expected: Tensor): void {
  expect(actual.type).toBe(expected.type);
  expect(actual.shape).toEqual(expected.shape);
  if (expected.type !== 'float32' && expected.type !== 'float64') {
    expect(actual.data).toEqual(expected.data);
    return;
  }
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [Number(actual.data[i]), expected.data[i]!];
    if (a !== e && !(Math.abs(a - e) <= 1e-7 + 1e-5 * Math.abs(e))) expect(a, `element ${i}`).toBe(e);
  }
}

describe("ONNX's node tests", () => {
  test('are all there', () => {
    expect(names).toHaveLength(236);
    expect(Object.keys(UNSUPPORTED)).toHaveLength(0);
  });

  test.each(names.filter((name) => !(name in UNSUPPORTED)))('%s', (name) => {
    const graph = readOnnxFile(`${folder}/${name}/model.onnx`);
    const data = `${folder}/${name}/test_data_set_0`;
    const feeds = new Map(graph.inputs.map((input, i) => [input.name, readTensor(`${data}/input_${i}.pb`)]));
    const results = runGraph(graph, feeds);
    for (const [i, output] of graph.outputs.entries()) {
      expectClose(results.get(output.name)!, readTensor(`${data}/output_${i}.pb`));
    }
  });
});
