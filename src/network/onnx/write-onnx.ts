import { create, toBinary } from '@bufbuild/protobuf';
import type { Graph, ValueInfo } from '../graph.js';
import { attributeToProto } from './attributes.js';
import { ModelProtoSchema, type ValueInfoProto, ValueInfoProtoSchema } from './onnx_pb.js';
import { dataTypeCode, tensorToProto } from './tensor-proto.js';

/** Format version 8 (of 2021): every runtime of the last years reads it, and it holds operator sets 7 to 18. */
const FORMAT_VERSION = 8;
/** Format version 10 (of 2024), for later operator sets. */
const LATER_FORMAT_VERSION = 10;

/**
 * The bytes of a model file. The same graph gives the same bytes. Weights are stored inside, so the file must stay
 * under protobuf's 2 GB.
 *
 * @throws TypeError for a node with an attribute that could not be read (a subgraph)
 */
export function writeOnnx(graph: Graph): Uint8Array {
  const domains = [...new Set(graph.nodes.map(({ domain }) => domain))].filter((domain) => domain !== '').sort();
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(graph.opset > 18 ? LATER_FORMAT_VERSION : FORMAT_VERSION),
    producerName: 'sotto',
    opsetImport: [{ domain: '', version: BigInt(graph.opset) }, ...domains.map((domain) => ({ domain, version: 1n }))],
    graph: {
      name: graph.name === '' ? 'network' : graph.name,
      node: graph.nodes.map((node) => ({
        name: node.name,
        opType: node.operator,
        domain: node.domain,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: [...node.attributes].map(([name, attribute]) => attributeToProto(name, attribute)),
      })),
      initializer: [...graph.initializers].map(([name, tensor]) => tensorToProto(name, tensor)),
      input: graph.inputs.map(valueInfoToProto),
      output: graph.outputs.map(valueInfoToProto),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function valueInfoToProto(info: ValueInfo): ValueInfoProto {
  const dim = info.shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  const elemType = dataTypeCode(info.type);
  const value = info.shapeUnknown === true ? { elemType } : { elemType, shape: { dim } };
  return create(ValueInfoProtoSchema, { name: info.name, type: { value: { case: 'tensorType', value } } });
}
