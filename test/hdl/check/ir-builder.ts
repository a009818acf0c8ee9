import type {
  AssertIr,
  AssignIr,
  BinaryOperator,
  ClockDomainIr,
  EnumerationIr,
  ExpressionIr,
  IfIr,
  InstanceIr,
  MemoryIr,
  ModuleIr,
  SignalIr,
  SignalKind,
  StatementIr,
  SwitchIr,
  UnaryIr,
} from '../../../src/hdl/ir.js';
import type { Locator } from '../../../src/hdl/locator.js';

/** A place in the made-up file that all hand-built designs stand in. */
export function at(line: number, column = 1): Locator {
  return { file: 'design.ts', absoluteFile: '/nowhere/design.ts', line, column };
}

type Value = ExpressionIr | SignalIr;

/** A signal stands for a reference to it. */
export function expression(value: Value): ExpressionIr {
  switch (value.kind) {
    case 'input':
    case 'output':
    case 'wire':
    case 'register':
      return { kind: 'reference', signal: value, width: value.width, signed: value.signed, locator: value.locator };
    default:
      return value;
  }
}

type SignalExtras = Partial<Omit<SignalIr, 'kind' | 'name' | 'width' | 'locator'>>;

function declare(kind: SignalKind) {
  return (name: string, width: number, line: number, extras: SignalExtras = {}): SignalIr => ({
    kind,
    name,
    width,
    signed: false,
    tags: [],
    locator: at(line),
    ...extras,
  });
}

export const input = declare('input');
export const output = declare('output');
export const wire = declare('wire');

export function register(name: string, width: number, line: number, domain: ClockDomainIr, extras: SignalExtras = {}) {
  return declare('register')(name, width, line, { domain, ...extras });
}

export function clock(signal: SignalIr): ClockDomainIr {
  return { clock: signal, edge: 'rising' };
}

export function enumeration(name: string, width: number, ...members: string[]): EnumerationIr {
  return { name, width, members: new Map(members.map((member, code) => [member, BigInt(code)])) };
}

export function constant(value: number | bigint, width: number): ExpressionIr {
  return { kind: 'constant', value: BigInt(value), width, signed: false, locator: at(1) };
}

export function binary(operator: BinaryOperator, a: Value, b: Value, line = 1): ExpressionIr {
  const [left, right] = [expression(a), expression(b)];
  const comparison = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'].includes(operator);
  const width = comparison ? 1 : operator === 'multiply' ? left.width + right.width : left.width;
  return { kind: 'binary', operator, left, right, width, signed: !comparison && left.signed, locator: at(line) };
}

export function unary(operator: UnaryIr['operator'], value: Value): ExpressionIr {
  const operand = expression(value);
  const { width, signed } = operator === 'not' || operator === 'negate' ? operand : { width: 1, signed: false };
  return { kind: 'unary', operator, operand, width, signed, locator: at(1) };
}

export function mux(condition: Value, a: Value, b: Value): ExpressionIr {
  const [whenTrue, whenFalse] = [expression(a), expression(b)];
  const { width, signed } = whenTrue;
  return { kind: 'mux', condition: expression(condition), whenTrue, whenFalse, width, signed, locator: at(1) };
}

export function slice(value: Value, high: number, low = high): ExpressionIr {
  return { kind: 'slice', operand: expression(value), high, low, width: high - low + 1, signed: false, locator: at(1) };
}

export function concat(...values: Value[]): ExpressionIr {
  const parts = values.map(expression);
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return { kind: 'concat', parts, width, signed: false, locator: at(1) };
}

export function resize(value: Value, width: number): ExpressionIr {
  const operand = expression(value);
  return { kind: 'resize', operand, width, signed: operand.signed, locator: at(1) };
}

export function select(value: Value, index: Value, stride: number, line = 1): ExpressionIr {
  const [operand, position] = [expression(value), expression(index)];
  return { kind: 'select', operand, index: position, stride, width: stride, signed: false, locator: at(line) };
}

export function assign(signal: SignalIr, value: Value, line: number): AssignIr {
  return assignBits(signal, signal.width - 1, 0, value, line);
}

export function assignBits(signal: SignalIr, high: number, low: number, value: Value, line: number): AssignIr {
  return { kind: 'assign', target: { signal, high, low }, value: expression(value), locator: at(line) };
}

export function when(
  condition: Value,
  line: number,
  then: readonly StatementIr[],
  otherwise: readonly StatementIr[] = [],
): IfIr {
  return { kind: 'if', condition: expression(condition), then, otherwise, locator: at(line) };
}

/** Cases as `[labels, body, line]`. */
export function switchOver(
  subject: Value,
  line: number,
  cases: readonly (readonly [labels: readonly number[], body: readonly StatementIr[], line: number])[],
  otherwise?: readonly StatementIr[],
): SwitchIr {
  return {
    kind: 'switch',
    subject: expression(subject),
    cases: cases.map(([labels, body, place]) => ({ labels: labels.map(BigInt), body, locator: at(place) })),
    ...(otherwise === undefined ? {} : { otherwise }),
    locator: at(line),
  };
}

export function assertion(condition: Value, domain: ClockDomainIr, line: number): AssertIr {
  return { kind: 'assert', condition: expression(condition), message: 'holds', domain, locator: at(line) };
}

export function memory(
  name: string,
  width: number,
  depth: number,
  line: number,
  parts: Partial<MemoryIr> = {},
): MemoryIr {
  return { name, width, depth, reads: [], writes: [], tags: [], locator: at(line), ...parts };
}

export function instance(
  module: ModuleIr,
  line: number,
  inputs: Record<string, Value>,
  outputs: Record<string, SignalIr> = {},
  parts: Partial<InstanceIr> = {},
): InstanceIr {
  return {
    module,
    name: `u_${module.name}`,
    inputs: new Map(Object.entries(inputs).map(([port, value]) => [port, expression(value)])),
    outputs: new Map(Object.entries(outputs)),
    parameters: new Map(),
    images: new Map(),
    locator: at(line),
    ...parts,
  };
}

/** A module whose ports and signals are told by their kinds. */
export function module(
  objects: readonly SignalIr[],
  statements: readonly StatementIr[],
  parts: Partial<ModuleIr> = {},
): ModuleIr {
  const isPort = ({ kind }: SignalIr): boolean => kind === 'input' || kind === 'output';
  return {
    name: 'unit',
    documentation: [],
    kind: 'module',
    ports: objects.filter(isPort),
    parameters: [],
    signals: objects.filter((object) => !isPort(object)),
    memories: [],
    instances: [],
    statements,
    locator: at(1),
    ...parts,
  };
}
