/** Small ONNX graphs of integers, run by ONNX Runtime: the judge that no one here wrote. */
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { Attribute, Graph, GraphNode, Tensor, TensorType } from '../../../src/network/graph.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';

export async function openSession(model: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  });
}

/** A graph of one node, with every tensor but the first as a constant. */
export function singleNode(
  operator: string,
  inputs: readonly Tensor[],
  output: { readonly type: TensorType; readonly shape: readonly number[] },
  attributes: Readonly<Record<string, Attribute>> = {},
): Graph {
  const names = inputs.map((_, index) => `input${index}`);
  const node: GraphNode = {
    name: 'only',
    operator,
    domain: '',
    inputs: names,
    outputs: ['output'],
    attributes: new Map(Object.entries(attributes)),
  };
  return {
    name: 'single',
    opset: 13,
    nodes: [node],
    initializers: new Map(inputs.map((tensor, index) => [names[index]!, tensor] as const).slice(1)),
    inputs: [{ name: names[0]!, type: inputs[0]!.type, shape: inputs[0]!.shape }],
    outputs: [{ name: 'output', ...output }],
  };
}

export const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });

/** Output of a `singleNode` graph. */
export async function runSingleNode(graph: Graph, input: Tensor): Promise<number[]> {
  if (input.type !== 'uint8' && input.type !== 'int8') throw new TypeError(`input of type ${input.type}`);
  const session = await openSession(writeOnnx(graph));
  const feed =
    input.type === 'uint8'
      ? new RuntimeTensor('uint8', input.data, input.shape)
      : new RuntimeTensor('int8', input.data, input.shape);
  const result = await session.run({ input0: feed });
  const values = Array.from(result['output']!.data as Iterable<number>);
  await session.release();
  return values;
}
