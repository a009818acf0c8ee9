import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { Attribute, Graph, GraphNode, Tensor, ValueInfo } from '../graph.js';
import { ModelError, type ModelLocation } from '../model-error.js';
import { floatTensor, tensorOf } from '../tensor.js';
import { attributeFromProto } from './attributes.js';
import { checkGraph } from './check-graph.js';
import { type GraphProto, type ModelProto, ModelProtoSchema, type NodeProto, type ValueInfoProto } from './onnx_pb.js';
import {
  checkedShape,
  dataTypeName,
  tensorFromProto,
  type TensorReading,
  tensorTypeOfCode,
  type WeightSupplier,
} from './tensor-proto.js';
import { sortTopologically } from './topological-sort.js';

export interface ReadOnnxOptions {
  /** How messages call the file. */
  readonly file?: string;
  /** The folder that external data is read from. Without it a model with external data is an error. */
  readonly folder?: string;
  /** Called for float weights that the file shapes but does not hold (a topology). Without it they are an error. */
  readonly supplyWeights?: WeightSupplier;
}

/** Versions of the standard operator set that can be read. Before 7 the interpreter knows only operators that have not changed since. */
export const OPSET_RANGE = { first: 1, last: 22 } as const;

/**
 * Reads a model and its external data from disk.
 *
 * @throws ModelError when the file cannot be opened or is not a model that can be used
 */
export function readOnnxFile(path: string, options: Pick<ReadOnnxOptions, 'supplyWeights'> = {}): Graph {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ModelError(`the file cannot be read (${code})`, { file: path }, 'give the path of an ONNX model');
  }
  return readOnnx(bytes, { ...options, file: basename(path), folder: dirname(path) });
}

/**
 * Reads a model: weights of every numeric type, `Constant` nodes folded into them, nodes in topological order.
 *
 * @throws ModelError in one line for anything that is not a whole, consistent model
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): Graph {
  const where: ModelLocation = options.file === undefined ? {} : { file: options.file };
  try {
    return graphFromModel(parse(bytes, where), {
      where: {},
      ...(options.folder === undefined ? {} : { folder: options.folder }),
      ...(options.supplyWeights === undefined ? {} : { supplyWeights: options.supplyWeights }),
    });
  } catch (error) {
    throw error instanceof ModelError ? error.at(where) : error;
  }
}

function parse(bytes: Uint8Array, where: ModelLocation): ModelProto {
  if (bytes.length === 0) throw new ModelError('the file is empty', where, 'give an ONNX model');
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch {
    // Whatever the decoder stumbles on, the reason is the same, and its own words speak of wire types.
    throw new ModelError('this is not an ONNX model, or it is cut off or damaged', where, 'export or copy it again');
  }
  if (model.graph === undefined) {
    throw new ModelError('the file holds no graph, so it is not an ONNX model', where, 'give an ONNX model');
  }
  return model;
}

function graphFromModel(model: ModelProto, reading: TensorReading): Graph {
  const opset = standardOpset(model);
  const proto = model.graph!;
  if (proto.sparseInitializer.length > 0) {
    throw new ModelError('the file has sparse initializers', {}, 'export the weights as dense tensors');
  }
  const initializers = new Map<string, Tensor>();
  for (const initializer of proto.initializer) {
    if (initializers.has(initializer.name)) throw duplicate('initializer', initializer.name);
    initializers.set(initializer.name, tensorFromProto(initializer, reading));
  }
  const nodes = readNodes(proto, reading, initializers);
  const graph: Graph = {
    name: proto.name,
    opset,
    nodes: sortTopologically(nodes),
    initializers,
    // Before format version 4 every initializer was listed as an input too.
    inputs: proto.input.filter(({ name }) => !initializers.has(name)).map((info) => readValueInfo(info, 'input')),
    outputs: proto.output.map((info) => readValueInfo(info, 'output')),
  };
  checkGraph(graph);
  return graph;
}

function standardOpset(model: ModelProto): number {
  const versions = model.opsetImport
    .filter(({ domain }) => standardDomain(domain) === '')
    .map(({ version }) => version);
  if (versions.length === 0) {
    throw new ModelError('no version of the standard operator set is given', {}, 'give a whole ONNX model');
  }
  const opset = Number(versions.reduce((a, b) => (a > b ? a : b)));
  if (opset < OPSET_RANGE.first || opset > OPSET_RANGE.last) {
    throw new ModelError(
      `the model uses operator set ${opset}`,
      {},
      `export it with operator set ${OPSET_RANGE.first} to ${OPSET_RANGE.last}, best 17`,
    );
  }
  return opset;
}

function standardDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function readNodes(proto: GraphProto, reading: TensorReading, initializers: Map<string, Tensor>): GraphNode[] {
  const nodes: GraphNode[] = [];
  const used = new Set<string>();
  for (const [index, nodeProto] of proto.node.entries()) {
    const node = readNode(nodeProto, uniqueName(nodeProto, index, used), reading);
    const constant = constantValue(node);
    if (constant === undefined) {
      nodes.push(node);
      continue;
    }
    const name = node.outputs[0]!;
    if (initializers.has(name)) throw duplicate('tensor', name);
    initializers.set(name, constant);
  }
  return nodes;
}

function readNode(proto: NodeProto, name: string, reading: TensorReading): GraphNode {
  if (proto.opType === '') throw new ModelError('a node has no operator', { node: name }, 'the file may be damaged');
  const attributes = new Map<string, Attribute>();
  for (const attribute of proto.attribute) {
    attributes.set(attribute.name, attributeFromProto(attribute, { ...reading, where: { node: name } }));
  }
  return {
    name,
    operator: proto.opType,
    domain: standardDomain(proto.domain),
    inputs: [...proto.input],
    outputs: [...proto.output],
    attributes,
  };
}

/** Names of nodes are for people; files repeat or omit them, and the graph promises that they are unique. */
function uniqueName(proto: NodeProto, index: number, used: Set<string>): string {
  const base = proto.name === '' ? `${proto.opType}_${index}` : proto.name;
  let name = base;
  for (let suffix = 2; used.has(name); suffix++) name = `${base}_${suffix}`;
  used.add(name);
  return name;
}

function constantValue(node: GraphNode): Tensor | undefined {
  if (node.operator !== 'Constant' || node.domain !== '' || node.outputs.length !== 1) return undefined;
  for (const [key, attribute] of node.attributes) {
    if (key === 'value' && attribute.kind === 'tensor') return attribute.value;
    if (key === 'value_float' && attribute.kind === 'float') return floatTensor([], Float32Array.of(attribute.value));
    if (key === 'value_int' && attribute.kind === 'int') return tensorOf('int64', [], [attribute.value]);
    if (key === 'value_floats' && attribute.kind === 'floats') {
      return floatTensor([attribute.value.length], Float32Array.from(attribute.value));
    }
    if (key === 'value_ints' && attribute.kind === 'ints') {
      return tensorOf('int64', [attribute.value.length], attribute.value);
    }
  }
  throw new ModelError('the constant has no numeric value', { node: node.name }, 'the file may be damaged');
}

function readValueInfo(proto: ValueInfoProto, role: 'input' | 'output'): ValueInfo {
  const where = { tensor: proto.name };
  const tensor = proto.type?.value.case === 'tensorType' ? proto.type.value.value : undefined;
  if (tensor === undefined) throw new ModelError(`the ${role} is not a tensor`, where, 'export a model of tensors');
  const type = tensorTypeOfCode(tensor.elemType);
  if (type === undefined) {
    const name = dataTypeName(tensor.elemType);
    throw new ModelError(`the ${role} has elements of type ${name}`, where, 'export the model in float32');
  }
  if (tensor.shape === undefined) {
    if (role === 'output') return { name: proto.name, type, shape: [], shapeUnknown: true };
    throw new ModelError('the input has no shape', where, 'export the model with the shape of its inputs');
  }
  const fixed: bigint[] = [];
  const shape = tensor.shape.dim.map(({ value }, index) => {
    if (value.case !== 'dimValue') return value.case === 'dimParam' && value.value !== '' ? value.value : `d${index}`;
    fixed.push(value.value);
    return Number(value.value);
  });
  checkedShape(fixed, where);
  return { name: proto.name, type, shape };
}

function duplicate(what: string, name: string): ModelError {
  return new ModelError(
    `two ${what}s have this name`,
    { tensor: name },
    'names must be unique; export the model again',
  );
}
