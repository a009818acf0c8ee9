import type { VerilogBinaryOperator, VerilogExpression, VerilogUnaryOperator } from './ast.js';

/** Widest literal on one line; wider ones are put together. */
const literalBits = 256;

export function name(text: string): VerilogExpression {
  return { kind: 'name', name: text };
}
export function integer(value: number): VerilogExpression {
  return { kind: 'integer', value };
}
export function range(text: string, high: number, low: number): VerilogExpression {
  return { kind: 'range', name: text, high, low };
}
export function unary(operator: VerilogUnaryOperator, operand: VerilogExpression): VerilogExpression {
  return { kind: 'unary', operator, operand };
}
export function binary(
  operator: VerilogBinaryOperator,
  left: VerilogExpression,
  right: VerilogExpression,
): VerilogExpression {
  return { kind: 'binary', operator, left, right };
}
export function call(text: string, ...operands: VerilogExpression[]): VerilogExpression {
  return { kind: 'call', name: text, operands };
}
export function ternary(
  condition: VerilogExpression,
  whenTrue: VerilogExpression,
  whenFalse: VerilogExpression,
): VerilogExpression {
  return { kind: 'ternary', condition, whenTrue, whenFalse };
}
export function replicate(count: number, part: VerilogExpression): VerilogExpression {
  return count === 1 ? part : { kind: 'replicate', count, part };
}
/** Parts of parts are written flat. */
export function concat(parts: readonly VerilogExpression[]): VerilogExpression {
  const flat = parts.flatMap((part) => (part.kind === 'concat' ? part.parts : [part]));
  return flat.length === 1 && flat[0]!.kind !== 'number' ? flat[0]! : { kind: 'concat', parts: flat };
}

/** A sized literal; one that is too wide for a line becomes a concatenation, which is unsigned. */
export function number(width: number, value: bigint, signed = false): VerilogExpression {
  const allOnes = value === (1n << BigInt(width)) - 1n;
  if (width <= literalBits || (value < 65536n && !allOnes)) return { kind: 'number', width, value, signed };
  if (allOnes) return replicate(width, number(1, 1n));
  const parts: VerilogExpression[] = [];
  for (let low = 0; low < width; low += literalBits) {
    const bits = Math.min(literalBits, width - low);
    parts.unshift(number(bits, (value >> BigInt(low)) & ((1n << BigInt(bits)) - 1n)));
  }
  return { kind: 'concat', parts };
}
