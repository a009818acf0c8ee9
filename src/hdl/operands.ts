import type { ExpressionIr } from './ir.js';

/** The direct operands of an expression. */
export function operandsOf(expression: ExpressionIr): readonly ExpressionIr[] {
  switch (expression.kind) {
    case 'constant':
    case 'reference':
      return [];
    case 'unary':
    case 'repeat':
    case 'slice':
    case 'resize':
    case 'reinterpret':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'mux':
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'concat':
      return expression.parts;
    case 'select':
      return [expression.operand, expression.index];
  }
}
