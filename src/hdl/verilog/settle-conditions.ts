import type { StatementIr } from '../ir.js';
import { constantValue } from './constant-value.js';

/**
 * The statements without conditions that are constants: what always happens stands free, what never happens is left
 * out. A simulator would not run a block at all that waits for a change of a constant.
 */
export function settleConditions(statements: readonly StatementIr[]): readonly StatementIr[] {
  return statements.flatMap(settled);
}

function settled(statement: StatementIr): readonly StatementIr[] {
  switch (statement.kind) {
    case 'assign':
    case 'assert':
    case 'comment':
      return [statement];
    case 'if': {
      const condition = constantValue(statement.condition);
      if (condition !== undefined) return settleConditions(condition === 1n ? statement.then : statement.otherwise);
      const then = settleConditions(statement.then);
      const otherwise = settleConditions(statement.otherwise);
      return [{ ...statement, then, otherwise }];
    }
    case 'switch': {
      const subject = constantValue(statement.subject);
      if (subject !== undefined) {
        const taken = statement.cases.find(({ labels }) => labels.includes(subject));
        return settleConditions(taken?.body ?? statement.otherwise ?? []);
      }
      const cases = statement.cases.map((item) => ({ ...item, body: settleConditions(item.body) }));
      return [
        { ...statement, cases, ...(statement.otherwise && { otherwise: settleConditions(statement.otherwise) }) },
      ];
    }
  }
}
