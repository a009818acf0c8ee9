import { createHash } from 'node:crypto';
import type { ExpressionIr, SignalIr } from '../ir.js';
import { operandsOf } from '../operands.js';
import { operandsFirst } from './expression-graph.js';

/** Eight hexadecimal digits of the SHA-256 of a text. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

const known = new WeakMap<ExpressionIr, string>();

function ownContent(node: ExpressionIr, signalName: (signal: SignalIr) => string): string {
  const type = `${node.kind} ${node.width} ${node.signed}`;
  switch (node.kind) {
    case 'constant':
      return `${type} ${node.value.toString(16)}`;
    case 'reference':
      return `${type} ${signalName(node.signal)}`;
    case 'unary':
    case 'binary':
      return `${type} ${node.operator}`;
    case 'slice':
      return `${type} ${node.high} ${node.low}`;
    case 'select':
      return `${type} ${node.stride}`;
    case 'repeat':
      return `${type} ${node.count}`;
    default:
      return type;
  }
}

/** A digest of what an expression computes, from the names that it reads: equal content, equal digest. */
export function contentDigest(node: ExpressionIr, signalName: (signal: SignalIr) => string): string {
  for (const inner of operandsFirst([node], (operand) => known.has(operand))) {
    const operands = operandsOf(inner).map((operand) => known.get(operand)!);
    const text = [ownContent(inner, signalName), ...operands].join('\n');
    known.set(inner, createHash('sha256').update(text).digest('hex'));
  }
  return known.get(node)!;
}

export function shortHash(node: ExpressionIr, signalName: (signal: SignalIr) => string): string {
  return contentDigest(node, signalName).slice(0, 6);
}
