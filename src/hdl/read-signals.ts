import type { ExpressionIr, MemoryIr, SignalIr, StatementIr } from './ir.js';
import { operandsOf } from './operands.js';

/** Every signal that an expression, a condition or a memory port reads. Shared expressions are visited once. */
export function readSignals(
  statements: readonly StatementIr[],
  memories: readonly MemoryIr[],
  expressions: readonly ExpressionIr[],
): Set<SignalIr> {
  const read = new Set<SignalIr>();
  const visited = new Set<ExpressionIr>();
  const visit = (expression: ExpressionIr): void => {
    if (visited.has(expression)) return;
    visited.add(expression);
    if (expression.kind === 'reference') read.add(expression.signal);
    for (const operand of operandsOf(expression)) visit(operand);
  };
  const visitStatements = (block: readonly StatementIr[]): void => {
    for (const statement of block) {
      switch (statement.kind) {
        case 'assign':
          visit(statement.value);
          break;
        case 'if':
          visit(statement.condition);
          visitStatements(statement.then);
          visitStatements(statement.otherwise);
          break;
        case 'switch':
          visit(statement.subject);
          for (const { body } of statement.cases) visitStatements(body);
          visitStatements(statement.otherwise ?? []);
          break;
        case 'assert':
          visit(statement.condition);
          break;
        case 'comment':
          break;
      }
    }
  };
  visitStatements(statements);
  for (const { reads, writes } of memories) {
    for (const { address, enable } of reads) {
      visit(address);
      if (enable !== undefined) visit(enable);
    }
    for (const { address, data, enable, mask } of writes) {
      for (const expression of [address, data, enable, ...(mask === undefined ? [] : [mask])]) visit(expression);
    }
  }
  for (const expression of expressions) visit(expression);
  return read;
}
