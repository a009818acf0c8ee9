import type { VerilogItem, VerilogStatement } from './ast.js';
import { printFlat } from './print-expression.js';

type Always = VerilogItem & { kind: 'always' };
type If = VerilogStatement & { kind: 'if' };

/** Longer blocks are hard to read; a block that one author wrote so long stays whole. */
const mostAssignments = 40;

function countAssignments(statements: readonly VerilogStatement[]): number {
  return statements.reduce((sum, node) => {
    if (node.kind === 'assign') return sum + 1;
    if (node.kind === 'if') return sum + countAssignments(node.then) + countAssignments(node.otherwise);
    if (node.kind === 'case') {
      const items = node.items.reduce((total, item) => total + countAssignments(item.body), 0);
      return sum + items + countAssignments(node.otherwise ?? []);
    }
    return sum;
  }, 0);
}

/** The one `if` of a body, and the comments above it. */
function onlyIf(body: readonly VerilogStatement[]): { comments: readonly VerilogStatement[]; node: If } | undefined {
  const last = body.at(-1);
  const comments = body.slice(0, -1);
  if (last?.kind !== 'if' || comments.some(({ kind }) => kind !== 'comment')) return undefined;
  return { comments, node: last };
}

function isPlain(body: readonly VerilogStatement[]): boolean {
  return body.every(({ kind }) => kind === 'assign' || kind === 'comment');
}

/**
 * Two bodies of different registers as one, if both are plain assignments or both are decided by one condition.
 * Non-blocking assignments take effect together, so that their order in one block does not matter.
 */
function mergeBodies(
  first: readonly VerilogStatement[],
  second: readonly VerilogStatement[],
): readonly VerilogStatement[] | undefined {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  if (isPlain(first) && isPlain(second)) return [...first, ...second];
  const a = onlyIf(first);
  const b = onlyIf(second);
  if (a === undefined || b === undefined) return undefined;
  if (printFlat(a.node.condition) !== printFlat(b.node.condition)) return undefined;
  const otherwise = mergeBodies(a.node.otherwise, b.node.otherwise);
  if (otherwise === undefined) return undefined;
  const added = [...b.comments, ...b.node.then];
  const then = mergeBodies(a.node.then, added) ?? [...a.node.then, ...added];
  return [...a.comments, { kind: 'if', condition: a.node.condition, then, otherwise }];
}

/** What blocks must have in common to be one: the clock, the reset and the condition that decides first. */
function headOf(block: Always): string | undefined {
  const conditions: string[] = [];
  let body = block.body;
  for (;;) {
    if (isPlain(body)) break;
    const decision = onlyIf(body);
    if (decision === undefined) return undefined;
    conditions.push(printFlat(decision.node.condition));
    if (conditions.length === 2) break;
    body = decision.node.otherwise;
  }
  return [...block.events.map(({ edge, name }) => `${edge} ${name}`), ...conditions].join('\n');
}

/** Clocked blocks of different registers that one condition decides become one block, at the place of the first. */
export function mergeProcesses(blocks: readonly Always[]): Always[] {
  const merged: { block: Always; assignments: number }[] = [];
  const open = new Map<string, { block: Always; assignments: number }>();
  for (const block of blocks) {
    const assignments = countAssignments(block.body);
    const head = headOf(block);
    const entry = { block, assignments };
    const known = head === undefined ? undefined : open.get(head);
    if (known !== undefined && known.assignments + assignments <= mostAssignments) {
      const body = mergeBodies(known.block.body, block.body);
      if (body !== undefined) {
        known.block = { ...known.block, body };
        known.assignments += assignments;
        continue;
      }
    }
    merged.push(entry);
    if (head !== undefined) open.set(head, entry);
  }
  return merged.map(({ block }) => block);
}
