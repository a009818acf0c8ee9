import type { Graph, Tensor, ValueInfo } from '../graph.js';
import { ModelError } from '../model-error.js';
import { checkedShape } from '../onnx/tensor-proto.js';
import { elementCount, zeros } from '../tensor.js';
import { nodeError, type Operator, type OperatorContext, type TensorInfo } from './operator.js';
import { operatorOf } from './registry.js';

export interface RunOptions {
  /** Names of the tensors to return; the graph's outputs unless given. Any tensor of the graph may be asked for. */
  readonly outputs?: readonly string[];
}

/**
 * Runs a graph in plain float32 arithmetic (sums in double precision).
 *
 * @param feeds a tensor for each input of the graph; named dimensions must agree between inputs
 * @returns the asked tensors by name
 * @throws ModelError for a missing feed, a shape or type that the graph does not take, or an unknown operator
 */
export function runGraph(
  graph: Graph,
  feeds: ReadonlyMap<string, Tensor>,
  options: RunOptions = {},
): Map<string, Tensor> {
  const wanted = options.outputs ?? graph.outputs.map(({ name }) => name);
  const values = new Map<string, Tensor>(graph.initializers);
  checkFeeds(graph, feeds);
  for (const [name, tensor] of feeds) values.set(name, tensor);

  const needed = neededNodes(graph, wanted);
  const lastUse = new Map<string, number>();
  for (const [i, node] of graph.nodes.entries()) {
    if (needed.has(i)) for (const input of node.inputs) lastUse.set(input, i);
  }
  const kept = new Set(wanted);
  for (const [i, node] of graph.nodes.entries()) {
    if (!needed.has(i)) continue;
    const context: OperatorContext = { node, opset: graph.opset };
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
    const results = runNode(inputs, context);
    for (const [o, name] of node.outputs.entries()) {
      const result = results[o];
      if (name === '') continue;
      if (result === undefined) throw nodeError(context, `output ${o + 1} is not supported`, 'export without it');
      values.set(name, result);
    }
    // Feature maps are large: let go of what no later node reads.
    for (const name of node.inputs) {
      if (lastUse.get(name) === i && !kept.has(name)) values.delete(name);
    }
  }
  return new Map(
    wanted.map((name) => {
      const value = values.get(name);
      if (value === undefined)
        throw new ModelError('no such tensor', { tensor: name }, 'ask for a tensor of the graph');
      return [name, value];
    }),
  );
}

function runNode(inputs: readonly (Tensor | undefined)[], context: OperatorContext): Tensor[] {
  const operator = operatorOf(context.node, context.opset);
  const infos = inputs.map((input) => (input === undefined ? undefined : { ...input, constant: input }));
  const outputs = operator.infer(infos, context);
  for (const { shape } of outputs) expectBearable(shape, context);
  return runInMemory(operator, inputs, outputs, context);
}

/** A gigabyte of floats: larger feature maps come of damaged attributes. */
const MAXIMUM_COMPUTED_ELEMENTS = 2 ** 28;

function expectBearable(shape: readonly number[], context: OperatorContext): void {
  checkedShape(shape, { node: context.node.name });
  if (elementCount(shape) <= MAXIMUM_COMPUTED_ELEMENTS) return;
  throw nodeError(context, `an output of shape [${shape.join(', ')}] is too large`, 'use smaller inputs or attributes');
}

function runInMemory(
  operator: Operator,
  inputs: readonly (Tensor | undefined)[],
  outputs: readonly TensorInfo[],
  context: OperatorContext,
): Tensor[] {
  try {
    return operator.run(inputs, outputs, context);
  } catch (error) {
    // Allocating too large an array is the one RangeError that an operator can meet.
    if (error instanceof RangeError)
      throw nodeError(context, 'it needs too much memory', 'use smaller inputs or attributes');
    throw error;
  }
}

function neededNodes(graph: Graph, wanted: readonly string[]): Set<number> {
  const names = new Set(wanted);
  const needed = new Set<number>();
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((name) => names.has(name))) continue;
    needed.add(i);
    for (const input of node.inputs) names.add(input);
  }
  return needed;
}

function checkFeeds(graph: Graph, feeds: ReadonlyMap<string, Tensor>): void {
  const named = new Map<string, number>();
  for (const input of graph.inputs) {
    const feed = feeds.get(input.name);
    const where = { tensor: input.name };
    if (feed === undefined) throw new ModelError('no value for this input', where, 'feed every input of the graph');
    const matches =
      feed.shape.length === input.shape.length &&
      input.shape.every((size, d) => {
        const given = feed.shape[d]!;
        if (typeof size === 'number') return size === given;
        if (!named.has(size)) named.set(size, given);
        return named.get(size) === given;
      });
    if (matches && feed.type === input.type && feed.data.length === elementCount(feed.shape)) continue;
    throw new ModelError(
      `the input is ${input.type} [${input.shape.join(', ')}], the value ${feed.type} [${feed.shape.join(', ')}]`,
      where,
      'feed a tensor of the stated type and shape',
    );
  }
}

export interface InferOptions {
  /** Sizes of named dimensions; those not given are 1. */
  readonly dimensions?: ReadonlyMap<string, number>;
}

/**
 * Type and shape of every tensor, and the value of those that do not depend on the graph's inputs.
 *
 * @throws ModelError where an operator is unknown or does not take its inputs
 */
export function inferShapes(graph: Graph, options: InferOptions = {}): Map<string, TensorInfo> {
  const known = new Map<string, TensorInfo>();
  for (const [name, constant] of graph.initializers) {
    known.set(name, { type: constant.type, shape: constant.shape, constant });
  }
  for (const input of graph.inputs) known.set(input.name, inputInfo(input, options));
  for (const node of graph.nodes) {
    const context: OperatorContext = { node, opset: graph.opset };
    const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
    for (const [o, info] of inferNode(inputs, context).entries()) {
      const name = node.outputs[o];
      if (name !== undefined && name !== '') known.set(name, info);
    }
  }
  return known;
}

/** What one node makes of what is known of its inputs; its values too where all of those are known. */
export function inferNode(inputs: readonly (TensorInfo | undefined)[], context: OperatorContext): TensorInfo[] {
  const operator = operatorOf(context.node, context.opset);
  const outputs = operator.infer(inputs, context);
  for (const { shape } of outputs) expectBearable(shape, context);
  const constants = inputs.map((input) => input?.constant);
  if (inputs.some((input, i) => input !== undefined && constants[i] === undefined)) return outputs;
  return runInMemory(operator, constants, outputs, context).map((constant) => ({
    type: constant.type,
    shape: constant.shape,
    constant,
  }));
}

function inputInfo(input: ValueInfo, options: InferOptions): TensorInfo {
  const shape = input.shape.map((size) => (typeof size === 'number' ? size : (options.dimensions?.get(size) ?? 1)));
  return { type: input.type, shape };
}

/** A feed of zeros for each input, for shape checks and timing. */
export function zeroFeeds(graph: Graph, options: InferOptions = {}): Map<string, Tensor> {
  return new Map(graph.inputs.map((input) => [input.name, zeros(input.type, inputInfo(input, options).shape)]));
}
