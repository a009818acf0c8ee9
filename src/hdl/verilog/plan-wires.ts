import type { ExpressionIr } from '../ir.js';
import { declaredName } from '../naming/declared-name.js';
import { snakeCase } from '../naming/snake-case.js';
import { constantValue } from './constant-value.js';
import { operandsOf } from '../operands.js';
import { isTrivial, operandsFirst } from './expression-graph.js';

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
  const order = operandsFirst(roots, (node) => constantValue(node) !== undefined);
  const names = new Map(order.map((node) => [node, wantedName(node)]));
  const uses = countUses(roots, order, names);

  const plans: WirePlan[] = [];
  const sizes = new Map<ExpressionIr, { levels: number; leaves: number }>();
  for (const node of order) {
    const operands = operandsOf(node).map((operand) => sizes.get(operand) ?? { levels: 1, leaves: 1 });
    const levels = 1 + Math.max(0, ...operands.map((size) => size.levels));
    const leaves = Math.max(
      1,
      operands.reduce((sum, size) => sum + size.leaves, 0),
    );
    const name = names.get(node);
    const isLarge = node.kind !== 'concat' && (levels > mostLevels || leaves > mostLeaves);
    const isShared = (uses.get(node)! > 1 && !isView(node)) || isLarge;
    if (name === undefined && (isTrivial(node) || !isShared)) {
      sizes.set(node, { levels, leaves });
      continue;
    }
    plans.push(name === undefined ? { node } : { node, name });
    sizes.set(node, { levels: 1, leaves: 1 });
  }
  return plans;
}

function wantedName(node: ExpressionIr): string | undefined {
  if (node.kind === 'reference' || node.kind === 'constant' || isReading(node)) return undefined;
  return snakeCase(declaredName(node.locator) ?? '');
}

/** All bits of a signal, whatever they are read as: a name for them would be a second name of the signal. */
function isReading(node: ExpressionIr): boolean {
  if (node.kind === 'reference') return true;
  const isWhole =
    node.kind === 'reinterpret' ||
    ((node.kind === 'slice' || node.kind === 'resize') && node.width === node.operand.width) ||
    (node.kind === 'repeat' && node.count === 1);
  return isWhole && isReading(node.operand);
}

/** Another reading of bits that exist already: if it is shared, the bits want the wire. */
function isView(node: ExpressionIr): boolean {
  return (
    node.kind === 'reinterpret' || node.kind === 'slice' || (node.kind === 'resize' && node.width <= node.operand.width)
  );
}

function countUses(
  roots: readonly ExpressionIr[],
  order: readonly ExpressionIr[],
  names: ReadonlyMap<ExpressionIr, string | undefined>,
): Map<ExpressionIr, number> {
  const uses = new Map<ExpressionIr, number>();
  const use = (node: ExpressionIr, times: number) => uses.set(node, (uses.get(node) ?? 0) + times);
  for (const root of roots) use(root, 1);
  for (const node of [...order].reverse()) {
    const times = isView(node) && names.get(node) === undefined ? uses.get(node)! : 1;
    for (const operand of operandsOf(node)) use(operand, times);
  }
  return uses;
}
