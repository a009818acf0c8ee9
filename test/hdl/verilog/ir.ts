/** Builds IR by hand, for tests of what reads IR. Widths follow the rules of the IR. */
import type {
  AssignIr,
  BinaryOperator,
  ClockDomainIr,
  ConstantIr,
  ExpressionIr,
  IfIr,
  InstanceIr,
  MemoryIr,
  ModuleIr,
  SignalIr,
  SignalKind,
  StatementIr,
  SwitchIr,
} from '../../../src/hdl/ir.js';
import type { Locator } from '../../../src/hdl/locator.js';

export const here: Locator = { file: 'design.ts', absoluteFile: '/nowhere/design.ts', line: 1, column: 1 };

export function signal(kind: SignalKind, name: string, width = 1, more: Partial<SignalIr> = {}): SignalIr {
  return { kind, name, width, signed: false, tags: [], locator: here, ...more };
}
export function ref(target: SignalIr): ExpressionIr {
  return { kind: 'reference', signal: target, width: target.width, signed: target.signed, locator: here };
}
/** `value` may be negative for a signed constant. */
export function constant(width: number, value: bigint | number, signed = false): ConstantIr {
  return { kind: 'constant', value: BigInt.asUintN(width, BigInt(value)), width, signed, locator: here };
}
const comparisons = new Set<BinaryOperator>(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual']);

export function binary(operator: BinaryOperator, left: ExpressionIr, right: ExpressionIr): ExpressionIr {
  const isComparison = comparisons.has(operator);
  const width = isComparison ? 1 : operator === 'multiply' ? left.width + right.width : left.width;
  return { kind: 'binary', operator, left, right, width, signed: !isComparison && left.signed, locator: here };
}
export function unary(
  operator: 'not' | 'negate' | 'reduceAnd' | 'reduceOr' | 'reduceXor',
  operand: ExpressionIr,
): ExpressionIr {
  const reduces = operator.startsWith('reduce');
  const width = reduces ? 1 : operand.width;
  return { kind: 'unary', operator, operand, width, signed: !reduces && operand.signed, locator: here };
}
export function mux(condition: ExpressionIr, whenTrue: ExpressionIr, whenFalse: ExpressionIr): ExpressionIr {
  const { width, signed } = whenTrue;
  return { kind: 'mux', condition, whenTrue, whenFalse, width, signed, locator: here };
}
export function concat(...parts: ExpressionIr[]): ExpressionIr {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return { kind: 'concat', parts, width, signed: false, locator: here };
}
export function repeat(count: number, operand: ExpressionIr): ExpressionIr {
  return { kind: 'repeat', count, operand, width: count * operand.width, signed: false, locator: here };
}
export function slice(operand: ExpressionIr, high: number, low: number): ExpressionIr {
  return { kind: 'slice', operand, high, low, width: high - low + 1, signed: false, locator: here };
}
export function select(operand: ExpressionIr, index: ExpressionIr, stride: number, width = stride): ExpressionIr {
  return { kind: 'select', operand, index, stride, width, signed: false, locator: here };
}
export function resize(operand: ExpressionIr, width: number): ExpressionIr {
  return { kind: 'resize', operand, width, signed: operand.signed, locator: here };
}
export function reinterpret(operand: ExpressionIr): ExpressionIr {
  return { kind: 'reinterpret', operand, width: operand.width, signed: !operand.signed, locator: here };
}

export function assign(target: SignalIr, value: ExpressionIr, high = target.width - 1, low = 0): AssignIr {
  return { kind: 'assign', target: { signal: target, high, low }, value, locator: here };
}
export function when(condition: ExpressionIr, then: StatementIr[], otherwise: StatementIr[] = []): IfIr {
  return { kind: 'if', condition, then, otherwise, locator: here };
}
export function choose(
  subject: ExpressionIr,
  cases: readonly (readonly [labels: readonly bigint[], body: StatementIr[]])[],
  otherwise?: StatementIr[],
): SwitchIr {
  return {
    kind: 'switch',
    subject,
    cases: cases.map(([labels, body]) => ({ labels, body, locator: here })),
    ...(otherwise && { otherwise }),
    locator: here,
  };
}

export function module(name: string, parts: Partial<ModuleIr>): ModuleIr {
  return {
    name,
    documentation: [`${name}: made by a test`],
    kind: 'module',
    ports: [],
    parameters: [],
    signals: [],
    memories: [],
    instances: [],
    statements: [],
    locator: here,
    ...parts,
  };
}
export function memory(name: string, width: number, depth: number, more: Partial<MemoryIr>): MemoryIr {
  return { name, width, depth, reads: [], writes: [], tags: [], locator: here, ...more };
}
export function instance(name: string, of: ModuleIr, more: Partial<InstanceIr>): InstanceIr {
  return {
    name,
    module: of,
    inputs: new Map(),
    outputs: new Map(),
    parameters: new Map(),
    images: new Map(),
    locator: here,
    ...more,
  };
}

export const clk = signal('input', 'clk');
export const rst = signal('input', 'rst', 1, { comment: 'synchronous, active high' });
export const domain: ClockDomainIr = {
  clock: clk,
  edge: 'rising',
  reset: { signal: rst, active: 'high', kind: 'synchronous' },
};
