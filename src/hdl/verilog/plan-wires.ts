import type { ExpressionIr } from '../ir.js';
import { declaredName } from '../naming/declared-name.js';
import { snakeCase } from '../naming/snake-case.js';
import { isTrivial, operandsFirst, operandsOf } from './expression-graph.js';

/** Deeper or larger expressions are hard to read and are cut. */
const mostLevels = 12;
const mostLeaves = 24;

export interface WirePlan {
  readonly node: ExpressionIr;
  /** The name that the source gives the value; absent for a temporary. */
  readonly name?: string;
}

/** The expressions that get a wire: those with a name, those used more than once, and parts of what is too large. */
export function planWires(roots: readonly ExpressionIr[]): WirePlan[] {
  const order = operandsFirst(roots);
  const uses = new Map<ExpressionIr, number>();
  const use = (node: ExpressionIr) => uses.set(node, (uses.get(node) ?? 0) + 1);
  roots.forEach(use);
  for (const node of order) operandsOf(node).forEach(use);

  const plans: WirePlan[] = [];
  const sizes = new Map<ExpressionIr, { levels: number; leaves: number }>();
  for (const node of order) {
    const operands = operandsOf(node).map((operand) => sizes.get(operand)!);
    const levels = 1 + Math.max(0, ...operands.map((size) => size.levels));
    const leaves = Math.max(
      1,
      operands.reduce((sum, size) => sum + size.leaves, 0),
    );
    const name = isTrivial(node) ? undefined : snakeCase(declaredName(node.locator) ?? '');
    const isLarge = node.kind !== 'concat' && (levels > mostLevels || leaves > mostLeaves);
    const isShared = uses.get(node)! > 1 || isLarge;
    if (isTrivial(node) || (name === undefined && !isShared)) {
      sizes.set(node, { levels, leaves });
      continue;
    }
    plans.push(name === undefined ? { node } : { node, name });
    sizes.set(node, { levels: 1, leaves: 1 });
  }
  return plans;
}
