import type { BinaryIr, ExpressionIr, UnaryIr } from '../ir.js';
import { operandsFirst } from './expression-graph.js';

export function maskOf(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Bits that count up to `count` values need: ⌈log2(count)⌉, at least 1. */
export function indexWidth(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}

const known = new WeakMap<ExpressionIr, bigint | 'variable'>();

/** The bit pattern of an expression that has the same value whatever the signals are, as far as that is plain. */
export function constantValue(node: ExpressionIr): bigint | undefined {
  if (!known.has(node)) {
    for (const inner of operandsFirst([node], (operand) => known.has(operand))) {
      const value = fold(inner);
      known.set(inner, value === undefined ? 'variable' : value & maskOf(inner.width));
    }
  }
  const value = known.get(node);
  return typeof value === 'bigint' ? value : undefined;
}

function knownValue(node: ExpressionIr): bigint | undefined {
  const value = known.get(node);
  return typeof value === 'bigint' ? value : undefined;
}

/** The number that the pattern of a node stands for. */
function asNumber(node: ExpressionIr, pattern: bigint): bigint {
  return node.signed ? BigInt.asIntN(node.width, pattern) : pattern;
}

function fold(node: ExpressionIr): bigint | undefined {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'reference':
      return undefined;
    case 'unary': {
      const operand = knownValue(node.operand);
      return operand === undefined ? undefined : foldUnary(node, operand);
    }
    case 'binary': {
      const left = knownValue(node.left);
      const right = knownValue(node.right);
      return left === undefined || right === undefined ? foldHalf(node, left, right) : foldBinary(node, left, right);
    }
    case 'mux': {
      const condition = knownValue(node.condition);
      if (condition === undefined) return isSame(node.whenTrue, node.whenFalse) ? knownValue(node.whenTrue) : undefined;
      return knownValue(condition === 1n ? node.whenTrue : node.whenFalse);
    }
    case 'concat':
      return node.parts.reduce<bigint | undefined>((bits, part) => {
        const value = knownValue(part);
        return bits === undefined || value === undefined ? undefined : (bits << BigInt(part.width)) | value;
      }, 0n);
    case 'repeat': {
      const operand = knownValue(node.operand);
      return operand === undefined ? undefined : operand * (maskOf(node.width) / maskOf(node.operand.width));
    }
    case 'slice': {
      const operand = knownValue(node.operand);
      return operand === undefined ? undefined : operand >> BigInt(node.low);
    }
    case 'select': {
      const index = knownValue(node.index);
      if (index === undefined) return undefined;
      const low = index * BigInt(node.stride);
      if (low + BigInt(node.width) > BigInt(node.operand.width)) return 0n;
      const operand = knownValue(node.operand);
      return operand === undefined ? undefined : operand >> low;
    }
    case 'resize': {
      const operand = knownValue(node.operand);
      return operand === undefined ? undefined : asNumber(node.operand, operand);
    }
    case 'reinterpret':
      return knownValue(node.operand);
  }
}

function foldUnary(node: UnaryIr, operand: bigint): bigint {
  switch (node.operator) {
    case 'not':
      return ~operand;
    case 'negate':
      return -operand;
    case 'reduceAnd':
      return operand === maskOf(node.operand.width) ? 1n : 0n;
    case 'reduceOr':
      return operand === 0n ? 0n : 1n;
    case 'reduceXor':
      return BigInt(operand.toString(2).replaceAll('0', '').length & 1);
  }
}

function foldBinary(node: BinaryIr, left: bigint, right: bigint): bigint {
  const a = asNumber(node.left, left);
  const b = asNumber(node.right, right);
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
      return a === b ? 1n : 0n;
    case 'notEqual':
      return a === b ? 0n : 1n;
    case 'less':
      return a < b ? 1n : 0n;
    case 'lessEqual':
      return a <= b ? 1n : 0n;
    case 'greater':
      return a > b ? 1n : 0n;
    case 'greaterEqual':
      return a >= b ? 1n : 0n;
    case 'shiftLeft':
      return right < BigInt(node.width) ? a << right : 0n;
    case 'shiftRight':
      return a >> (right < BigInt(node.width) ? right : BigInt(node.width));
  }
}

/** Whether two expressions are one value; only what is plain is seen. */
function isSame(a: ExpressionIr, b: ExpressionIr): boolean {
  if (a === b) return true;
  if (a.kind === 'reference' && b.kind === 'reference') return a.signal === b.signal;
  const value = knownValue(a);
  return value !== undefined && value === knownValue(b) && a.width === b.width;
}

/** What one operand decides alone, and what two equal operands do. */
function foldHalf(node: BinaryIr, left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  const all = maskOf(node.left.width);
  switch (node.operator) {
    case 'and':
    case 'multiply':
      return left === 0n || right === 0n ? 0n : undefined;
    case 'or':
      return left === all || right === all ? all : undefined;
    case 'subtract':
    case 'xor':
      return isSame(node.left, node.right) ? 0n : undefined;
    case 'shiftLeft':
    case 'shiftRight': {
      const isArithmetic = node.operator === 'shiftRight' && node.signed;
      const isAllOut = !isArithmetic && right !== undefined && right >= BigInt(node.width);
      return left === 0n || isAllOut ? 0n : undefined;
    }
    case 'add':
      return undefined;
    default: {
      const settled = settledComparison(node, left, right);
      return settled === undefined ? undefined : settled ? 1n : 0n;
    }
  }
}

/** The answer of a comparison of a value with itself, or of an ordering against the end of the type. */
function settledComparison(node: BinaryIr, left: bigint | undefined, right: bigint | undefined): boolean | undefined {
  if (isSame(node.left, node.right)) return ['equal', 'lessEqual', 'greaterEqual'].includes(node.operator);
  const { width, signed } = node.left;
  const lowest = signed ? 1n << BigInt(width - 1) : 0n;
  const highest = signed ? lowest - 1n : maskOf(width);
  if (node.operator === 'less' && (right === lowest || left === highest)) return false;
  if (node.operator === 'greater' && (right === highest || left === lowest)) return false;
  if (node.operator === 'lessEqual' && (right === highest || left === lowest)) return true;
  if (node.operator === 'greaterEqual' && (right === lowest || left === highest)) return true;
  return undefined;
}
