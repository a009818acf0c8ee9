import type { ExpressionIr } from '../ir.js';

export function maskOf(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** The bits of the pattern of `width` bits, extended by its sign if it has one, or truncated, to `target` bits. */
export function resizePattern(value: bigint, width: number, signed: boolean, target: number): bigint {
  const negative = signed && value >> BigInt(width - 1) === 1n;
  return (negative ? value - (1n << BigInt(width)) : value) & maskOf(target);
}

/** The bit pattern of a constant behind slices, resizes and reinterpretations; undefined for anything else. */
export function constantValue(node: ExpressionIr): bigint | undefined {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'reinterpret':
      return constantValue(node.operand);
    case 'slice': {
      const value = constantValue(node.operand);
      return value === undefined ? undefined : (value >> BigInt(node.low)) & maskOf(node.high - node.low + 1);
    }
    case 'resize': {
      const value = constantValue(node.operand);
      return value === undefined
        ? undefined
        : resizePattern(value, node.operand.width, node.operand.signed, node.width);
    }
    default:
      return undefined;
  }
}

/** Bits that count up to `count` values need: ⌈log2(count)⌉, at least 1. */
export function indexWidth(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}
