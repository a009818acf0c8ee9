/** What the rules of the IR say an expression is worth: bit patterns as bigints, nothing clever. */
import type { BinaryIr, ExpressionIr, SignalIr, UnaryIr } from '../../src/hdl/ir.js';

function mask(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
function numberOf(pattern: bigint, node: ExpressionIr): bigint {
  return node.signed ? BigInt.asIntN(node.width, pattern) : pattern;
}

function evaluateUnary(node: UnaryIr, operand: bigint): bigint {
  switch (node.operator) {
    case 'not':
      return ~operand;
    case 'negate':
      return -operand;
    case 'reduceAnd':
      return BigInt(operand === mask(node.operand.width));
    case 'reduceOr':
      return BigInt(operand !== 0n);
    case 'reduceXor':
      return BigInt(operand.toString(2).replaceAll('0', '').length % 2);
  }
}

function evaluateBinary(node: BinaryIr, left: bigint, right: bigint): bigint {
  const a = numberOf(left, node.left);
  const b = numberOf(right, node.right);
  switch (node.operator) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'multiply':
      return a * b;
    case 'equal':
      return BigInt(a === b);
    case 'notEqual':
      return BigInt(a !== b);
    case 'less':
      return BigInt(a < b);
    case 'lessEqual':
      return BigInt(a <= b);
    case 'greater':
      return BigInt(a > b);
    case 'greaterEqual':
      return BigInt(a >= b);
    case 'shiftLeft':
      return right >= BigInt(node.width) ? 0n : a << right;
    case 'shiftRight':
      return a >> (right > BigInt(node.width) ? BigInt(node.width) : right);
  }
}

/** The bit pattern of the node. A select beyond the last element gives zeros, as the Verilog promises. */
export function evaluate(node: ExpressionIr, valueOf: (signal: SignalIr) => bigint): bigint {
  return raw(node, valueOf) & mask(node.width);
}

function raw(node: ExpressionIr, valueOf: (signal: SignalIr) => bigint): bigint {
  const of = (operand: ExpressionIr) => evaluate(operand, valueOf);
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'reference':
      return valueOf(node.signal);
    case 'unary':
      return evaluateUnary(node, of(node.operand));
    case 'binary':
      return evaluateBinary(node, of(node.left), of(node.right));
    case 'mux':
      return of(node.condition) === 1n ? of(node.whenTrue) : of(node.whenFalse);
    case 'concat':
      return node.parts.reduce((bits, part) => (bits << BigInt(part.width)) | of(part), 0n);
    case 'repeat': {
      const operand = of(node.operand);
      let bits = 0n;
      for (let count = 0; count < node.count; count++) bits = (bits << BigInt(node.operand.width)) | operand;
      return bits;
    }
    case 'slice':
      return of(node.operand) >> BigInt(node.low);
    case 'select': {
      const low = of(node.index) * BigInt(node.stride);
      return low + BigInt(node.width) > BigInt(node.operand.width) ? 0n : of(node.operand) >> low;
    }
    case 'resize':
      return numberOf(of(node.operand), node.operand);
    case 'reinterpret':
      return of(node.operand);
  }
}
