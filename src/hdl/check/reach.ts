import type { ExpressionIr } from '../ir.js';

/** Deeper expressions are not looked into: bounds come from the last few operators, and the walk stays cheap. */
const deepest = 8;

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** An upper bound of the expression's bit pattern read as unsigned, as far as its structure shows one. */
export function largestValue(expression: ExpressionIr, depth = 0): bigint {
  const limit = ones(expression.width);
  if (depth === deepest) return limit;
  const bound = largestOf(expression, (operand) => largestValue(operand, depth + 1));
  return bound === undefined || bound > limit ? limit : bound;
}

function largestOf(expression: ExpressionIr, largest: (operand: ExpressionIr) => bigint): bigint | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'reference': {
      const { enumeration } = expression.signal;
      return enumeration === undefined
        ? undefined
        : [...enumeration.members.values()].reduce((a, b) => (a > b ? a : b), 0n);
    }
    case 'mux': {
      const [a, b] = [largest(expression.whenTrue), largest(expression.whenFalse)];
      return a > b ? a : b;
    }
    case 'concat':
      return expression.parts.reduce((high, part) => (high << BigInt(part.width)) + largest(part), 0n);
    case 'slice':
      return largest(expression.operand) >> BigInt(expression.low);
    case 'resize': {
      const extendsSign = expression.operand.signed && expression.width > expression.operand.width;
      return extendsSign ? undefined : largest(expression.operand);
    }
    case 'reinterpret':
      return largest(expression.operand);
    case 'binary': {
      const { operator, left, right, signed } = expression;
      if (operator === 'and') {
        const [a, b] = [largest(left), largest(right)];
        return a < b ? a : b;
      }
      // A bound above the width has wrapped, so the caller takes all ones instead.
      if (operator === 'add' && !signed) return largest(left) + largest(right);
      if (operator === 'multiply' && !signed) return largest(left) * largest(right);
      if (operator === 'shiftRight' && !signed && right.kind === 'constant') {
        return right.value < BigInt(expression.width) ? largest(left) >> right.value : 0n;
      }
      return undefined;
    }
    case 'unary':
    case 'repeat':
    case 'select':
      return undefined;
  }
}
