import type { EnumerationIr, ExpressionIr, StatementIr, SwitchIr, TargetIr } from '../ir.js';
import type { VerilogExpression, VerilogStatement } from './ast.js';
import { name, number, range, unary } from './build-expression.js';

export interface StatementScope {
  value(node: ExpressionIr): VerilogExpression;
  targetName(target: TargetIr): string;
  member(enumeration: EnumerationIr, value: bigint): VerilogExpression | undefined;
  place(node: { readonly locator: StatementPlace }): { readonly place?: string };
}
type StatementPlace = ExpressionIr['locator'];

export function lowerTarget(scope: Pick<StatementScope, 'targetName'>, target: TargetIr): VerilogExpression {
  const text = scope.targetName(target);
  const whole = target.low === 0 && target.high === target.signal.width - 1;
  return whole ? name(text) : range(text, target.high, target.low);
}

/** The enumeration that names the values of an expression. */
export function enumerationOf(node: ExpressionIr): EnumerationIr | undefined {
  if (node.kind === 'reference') return node.signal.enumeration;
  if (node.kind === 'constant') return node.enumeration;
  if (node.kind === 'mux') return enumerationOf(node.whenTrue) ?? enumerationOf(node.whenFalse);
  return undefined;
}

/** Whether the labels leave out a value of the subject. */
export function isIncomplete(node: SwitchIr): boolean {
  const labels = node.cases.reduce((sum, item) => sum + item.labels.length, 0);
  return BigInt(labels) < 1n << BigInt(node.subject.width);
}

function lowerSwitch(node: SwitchIr, scope: StatementScope, blocking: boolean): VerilogStatement {
  const enumeration = enumerationOf(node.subject);
  const label = (value: bigint) =>
    (enumeration && scope.member(enumeration, value)) ?? number(node.subject.width, value, node.subject.signed);
  const needsDefault = isIncomplete(node);
  const otherwise = node.otherwise ?? [];
  return {
    kind: 'case',
    subject: scope.value(node.subject),
    items: node.cases.map((item) => ({
      labels: item.labels.map(label),
      body: lowerStatements(item.body, scope, blocking),
    })),
    ...(needsDefault && { otherwise: lowerStatements(otherwise, scope, blocking) }),
  };
}

export function lowerStatements(
  statements: readonly StatementIr[],
  scope: StatementScope,
  blocking: boolean,
): VerilogStatement[] {
  return statements.map((node): VerilogStatement => {
    switch (node.kind) {
      case 'assign':
        return {
          kind: 'assign',
          target: lowerTarget(scope, node.target),
          value: scope.value(node.value),
          blocking,
          ...scope.place(node),
        };
      case 'if': {
        const condition = scope.value(node.condition);
        const then = lowerStatements(node.then, scope, blocking);
        const otherwise = lowerStatements(node.otherwise, scope, blocking);
        return then.length === 0
          ? { kind: 'if', condition: unary('!', condition), then: otherwise, otherwise: [] }
          : { kind: 'if', condition, then, otherwise };
      }
      case 'switch':
        return lowerSwitch(node, scope, blocking);
      case 'assert':
        return { kind: 'assertion', condition: scope.value(node.condition), message: node.message };
      case 'comment':
        return { kind: 'comment', text: node.text };
    }
  });
}
