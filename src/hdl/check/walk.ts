import type { ExpressionIr, ModuleIr, StatementIr } from '../ir.js';
import { operandsOf } from '../operands.js';

/**
 * Calls `visit` once for each expression not yet in `visited`, operands first. Expressions share parts, so a walk
 * without memory is exponential, and they can be thousands of operators deep, so a recursive one overflows the stack.
 */
export function visitExpressions(
  root: ExpressionIr,
  visited: Set<ExpressionIr>,
  visit: (expression: ExpressionIr) => void,
): void {
  const stack: { expression: ExpressionIr; operands: readonly ExpressionIr[]; next: number }[] = [];
  const enter = (expression: ExpressionIr): void => {
    if (visited.has(expression)) return;
    visited.add(expression);
    stack.push({ expression, operands: operandsOf(expression), next: 0 });
  };
  enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const operand = top.operands[top.next++];
    if (operand !== undefined) {
      enter(operand);
    } else {
      stack.pop();
      visit(top.expression);
    }
  }
}

/** The blocks nested directly in a statement. */
export function blocksOf(statement: StatementIr): readonly (readonly StatementIr[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.otherwise];
    case 'switch':
      return [...statement.cases.map((branch) => branch.body), statement.otherwise ?? []];
    default:
      return [];
  }
}

/** Every statement, outer before inner, in source order. */
export function* allStatements(statements: readonly StatementIr[]): Generator<StatementIr, void, undefined> {
  const stack: { block: readonly StatementIr[]; next: number }[] = [{ block: statements, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const statement = top.block[top.next++];
    if (statement === undefined) {
      stack.pop();
      continue;
    }
    yield statement;
    const blocks = blocksOf(statement);
    for (let i = blocks.length - 1; i >= 0; i--) stack.push({ block: blocks[i]!, next: 0 });
  }
}

/** The expressions that a statement itself reads; those of nested statements are not among them. */
export function expressionsOf(statement: StatementIr): readonly ExpressionIr[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'if':
    case 'assert':
      return [statement.condition];
    case 'switch':
      return [statement.subject];
    case 'comment':
      return [];
  }
}

/** Every expression of the module that is not part of another one. */
export function* rootExpressions(module: ModuleIr): Generator<ExpressionIr, void, undefined> {
  for (const statement of allStatements(module.statements)) yield* expressionsOf(statement);
  for (const instance of module.instances) yield* instance.inputs.values();
  for (const memory of module.memories) {
    for (const { address, enable } of memory.reads) {
      yield address;
      if (enable !== undefined) yield enable;
    }
    for (const { address, data, enable, mask } of memory.writes) {
      yield address;
      yield data;
      yield enable;
      if (mask !== undefined) yield mask;
    }
  }
}

/** Every distinct module under `top`, instances before those who instantiate them. */
export function modulesOf(top: ModuleIr): ModuleIr[] {
  const result: ModuleIr[] = [];
  const open = new Set<ModuleIr>();
  const done = new Set<ModuleIr>();
  const visit = (module: ModuleIr): void => {
    if (done.has(module)) return;
    if (open.has(module)) throw new Error(`internal: module \`${module.name}\` instantiates itself`);
    open.add(module);
    for (const instance of module.instances) visit(instance.module);
    open.delete(module);
    done.add(module);
    result.push(module);
  };
  visit(top);
  return result;
}
