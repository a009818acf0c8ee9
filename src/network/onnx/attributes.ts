import { create } from '@bufbuild/protobuf';
import type { Attribute } from '../graph.js';
import { type AttributeProto, AttributeProto_AttributeType as Kind, AttributeProtoSchema } from './onnx_pb.js';
import { tensorFromProto, type TensorReading, tensorToProto } from './tensor-proto.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The value of a node's attribute. Subgraphs and other things that no supported operator takes are kept by name. */
export function attributeFromProto(proto: AttributeProto, reading: TensorReading): Attribute {
  switch (kindOf(proto)) {
    case Kind.FLOAT:
      return { kind: 'float', value: proto.f };
    case Kind.INT:
      return { kind: 'int', value: Number(proto.i) };
    case Kind.STRING:
      return { kind: 'string', value: decoder.decode(proto.s) };
    case Kind.FLOATS:
      return { kind: 'floats', value: [...proto.floats] };
    case Kind.INTS:
      return { kind: 'ints', value: proto.ints.map(Number) };
    case Kind.STRINGS:
      return { kind: 'strings', value: proto.strings.map((bytes) => decoder.decode(bytes)) };
    case Kind.TENSOR:
      if (proto.t !== undefined) return { kind: 'tensor', value: tensorFromProto(proto.t, reading) };
      return { kind: 'unsupported', value: 'tensor without a value' };
    default:
      return { kind: 'unsupported', value: Kind[proto.type].toLowerCase() };
  }
}

/** Files of the first format version do not say the kind; the field that is filled tells it. */
function kindOf(proto: AttributeProto): Kind {
  if (proto.type !== Kind.UNDEFINED) return proto.type;
  if (proto.t !== undefined) return Kind.TENSOR;
  if (proto.g !== undefined) return Kind.GRAPH;
  if (proto.floats.length > 0) return Kind.FLOATS;
  if (proto.ints.length > 0) return Kind.INTS;
  if (proto.strings.length > 0) return Kind.STRINGS;
  if (proto.s.length > 0) return Kind.STRING;
  return proto.f !== 0 ? Kind.FLOAT : Kind.INT;
}

export function attributeToProto(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.kind) {
    case 'float':
      return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: attribute.value });
    case 'int':
      return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(attribute.value) });
    case 'string':
      return create(AttributeProtoSchema, { name, type: Kind.STRING, s: encoder.encode(attribute.value) });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: Kind.FLOATS, floats: [...attribute.value] });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: attribute.value.map(BigInt) });
    case 'strings':
      return create(AttributeProtoSchema, {
        name,
        type: Kind.STRINGS,
        strings: attribute.value.map((text) => encoder.encode(text)),
      });
    case 'tensor':
      return create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: tensorToProto('', attribute.value) });
    case 'unsupported':
      throw new TypeError(`attribute '${name}' (${attribute.value}) was not read and cannot be written`);
  }
}
