import type { ExpressionIr } from '../ir.js';
import { operandsOf } from '../operands.js';

/**
 * Every expression below the roots once, operands before users. Needs no call stack, however deep the expression.
 *
 * @param skip Expressions to leave out with all that is only below them.
 */
export function operandsFirst(
  roots: Iterable<ExpressionIr>,
  skip: (node: ExpressionIr) => boolean = () => false,
): ExpressionIr[] {
  const order: ExpressionIr[] = [];
  const seen = new Set<ExpressionIr>();
  for (const root of roots) {
    if (seen.has(root) || skip(root)) continue;
    seen.add(root);
    const stack: { node: ExpressionIr; operands: readonly ExpressionIr[]; next: number }[] = [
      { node: root, operands: operandsOf(root), next: 0 },
    ];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const operand = top.operands[top.next++];
      if (operand === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(operand) && !skip(operand)) {
        seen.add(operand);
        stack.push({ node: operand, operands: operandsOf(operand), next: 0 });
      }
    }
  }
  return order;
}

/** Bits of a signal, of a slice of it or of a constant: never worth a wire of its own. */
export function isTrivial(node: ExpressionIr): boolean {
  switch (node.kind) {
    case 'constant':
    case 'reference':
      return true;
    case 'reinterpret':
    case 'slice':
      return isTrivial(node.operand);
    case 'resize':
      return isTrivial(node.operand) && node.width <= node.operand.width;
    case 'unary':
      return node.operator === 'not' && node.operand.kind === 'reference';
    default:
      return false;
  }
}
