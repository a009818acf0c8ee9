import type { ExpressionIr, ModuleIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { formatLocator } from './format.js';
import { allStatements, modulesOf, rootExpressions, visitExpressions } from './walk.js';

/** A broken rule of the intermediate representation: a bug of whatever built it, never of the user. */
export class IrError extends Error {
  override readonly name = 'IrError';
}

function require(holds: boolean, rule: string, locator: Locator): void {
  if (!holds) throw new IrError(`internal: ${rule} (${formatLocator(locator)})`);
}

function fits(value: bigint, width: number): boolean {
  return value >= 0n && value < 1n << BigInt(width);
}

/**
 * Verifies that every node under `top` follows the rules of `ir.ts`. Linear in the design.
 * @throws IrError at the first node that does not.
 */
export function verifyIr(top: ModuleIr): void {
  for (const module of modulesOf(top)) verifyModule(module);
}

function verifyModule(module: ModuleIr): void {
  const own = new Set<SignalIr>([...module.ports, ...module.signals]);
  for (const port of module.ports) {
    require(port.kind === 'input' || port.kind === 'output', 'a port is an input or an output', port.locator);
    require(port.name !== undefined, 'a port has a name', port.locator);
  }
  for (const signal of module.signals) {
    require(signal.kind === 'wire' || signal.kind === 'register', 'a signal is a wire or a register', signal.locator);
  }
  for (const signal of own) verifySignal(signal);
  const parameters = new Set(module.parameters.map(({ name }) => name));

  const visited = new Set<ExpressionIr>();
  for (const root of rootExpressions(module)) {
    visitExpressions(root, visited, (expression) => {
      verifyExpression(expression);
      if (expression.kind !== 'reference') return;
      require(own.has(expression.signal), 'a reference is to a signal of its module', expression.locator);
    });
  }
  for (const statement of allStatements(module.statements)) {
    if (statement.kind === 'assign') {
      const { signal, high, low } = statement.target;
      const { locator } = statement;
      require(own.has(signal), 'a target is a signal of its module', locator);
      require(0 <= low && low <= high && high < signal.width, 'a target lies within its signal', locator);
      require(statement.value.width === high - low + 1, 'a value has the width of its target', locator);
    } else if (statement.kind === 'if' || statement.kind === 'assert') {
      require(statement.condition.width === 1, 'a condition has one bit', statement.locator);
    }
  }
  for (const instance of module.instances) {
    for (const wire of instance.outputs.values()) {
      require(own.has(wire), 'an output of an instance drives a signal of the parent', instance.locator);
      require(wire.kind !== 'register', 'an instance drives no register', instance.locator);
    }
  }
  for (const memory of module.memories) {
    const { width, depth, image, locator } = memory;
    require(Number.isInteger(width) && width > 0, 'a memory has a positive width', locator);
    require(Number.isInteger(depth) && depth > 0, 'a memory has a positive depth', locator);
    const declared = image?.kind !== 'parameter' || parameters.has(image.parameter);
    require(declared, 'a parameter that names an image is declared', locator);
    for (const port of memory.reads) {
      require(own.has(port.data), 'a memory is read into a signal of its module', port.locator);
      require(port.data.kind !== 'register', 'a read port drives no register', port.locator);
      require(port.data.width === width, 'read data has the width of the memory', port.locator);
      require((port.enable?.width ?? 1) === 1, 'a read enable has one bit', port.locator);
    }
    for (const port of memory.writes) {
      require(port.data.width === width, 'written data has the width of the memory', port.locator);
      require(port.enable.width === 1, 'a write enable has one bit', port.locator);
      require(width % (port.mask?.width ?? 1) === 0, 'a write mask divides the word evenly', port.locator);
    }
  }
}

function verifySignal(signal: SignalIr): void {
  const { width, domain, reset, default: byDefault, enumeration, kind, locator } = signal;
  require(Number.isInteger(width) && width > 0, 'a signal has a positive width', locator);
  require((domain !== undefined) === (kind === 'register'), 'registers, and only they, have a clock domain', locator);
  require(reset === undefined || kind === 'register', 'only a register has a reset value', locator);
  require(reset === undefined || fits(reset, width), 'a reset value fits its register', locator);
  const combinational = kind === 'wire' || kind === 'output';
  require(byDefault === undefined || combinational, 'only wires and outputs have a default', locator);
  require(byDefault === undefined || fits(byDefault, width), 'a default fits its signal', locator);
  if (enumeration === undefined) return;
  require(enumeration.width === width, 'a signal has the width of its enumeration', locator);
  const codes = [...enumeration.members.values()];
  require(codes.every((code) => fits(code, width)), 'the codes of an enumeration fit its width', locator);
  require(new Set(codes).size === codes.length, 'the codes of an enumeration differ', locator);
}

/** The width and sign rules that `ir.ts` states with each kind of expression. */
function verifyExpression(node: ExpressionIr): void {
  const { locator, width, signed } = node;
  const rule = (holds: boolean, text: string): void => require(holds, `${node.kind}: ${text}`, locator);
  const like = (operand: ExpressionIr): boolean => operand.width === width && operand.signed === signed;
  rule(Number.isInteger(width) && width > 0, 'the width is a positive integer');
  switch (node.kind) {
    case 'constant':
      rule(fits(node.value, width), 'the bit pattern fits the width');
      break;
    case 'reference':
      rule(node.signal.width === width && node.signal.signed === signed, 'width and sign are those of the signal');
      break;
    case 'unary':
      if (node.operator === 'not' || node.operator === 'negate')
        rule(like(node.operand), 'width and sign of the operand');
      else rule(width === 1 && !signed, 'a reduction is one unsigned bit');
      break;
    case 'binary':
      switch (node.operator) {
        case 'add':
        case 'subtract':
        case 'and':
        case 'or':
        case 'xor':
          rule(like(node.left) && like(node.right), `${node.operator} has one width and one sign`);
          break;
        case 'multiply':
          rule(node.left.signed === signed && node.right.signed === signed, 'a product has one sign');
          rule(node.left.width + node.right.width === width, 'the width of a product is the sum');
          break;
        case 'shiftLeft':
        case 'shiftRight':
          rule(like(node.left), 'a shift has width and sign of its left operand');
          rule(!node.right.signed, 'a shift distance is unsigned');
          break;
        case 'equal':
        case 'notEqual':
        case 'less':
        case 'lessEqual':
        case 'greater':
        case 'greaterEqual':
          rule(node.left.width === node.right.width, 'both sides of a comparison have one width');
          rule(node.left.signed === node.right.signed, 'both sides of a comparison have one sign');
          rule(width === 1 && !signed, 'a comparison is one unsigned bit');
          break;
      }
      break;
    case 'mux':
      rule(node.condition.width === 1, 'the condition has one bit');
      rule(like(node.whenTrue) && like(node.whenFalse), 'both arms have its width and sign');
      break;
    case 'concat':
      rule(!signed, 'it is unsigned');
      rule(node.parts.reduce((sum, part) => sum + part.width, 0) === width, 'the width is the sum of the parts');
      break;
    case 'repeat':
      rule(Number.isInteger(node.count) && node.count >= 1, 'the count is positive');
      rule(!signed && node.count * node.operand.width === width, 'the width is count times the operand, unsigned');
      break;
    case 'slice':
      rule(0 <= node.low && node.low <= node.high && node.high < node.operand.width, 'the bits lie in the operand');
      rule(!signed && node.high - node.low + 1 === width, 'the width is high - low + 1, unsigned');
      break;
    case 'select':
      rule(!signed && !node.index.signed, 'index and result are unsigned');
      rule(Number.isInteger(node.stride) && node.stride > 0, 'the stride is positive');
      rule(node.operand.width % node.stride === 0 && width <= node.operand.width, 'the operand holds whole elements');
      break;
    case 'resize':
      rule(node.operand.signed === signed, 'it keeps the sign');
      break;
    case 'reinterpret':
      rule(node.operand.width === width && node.operand.signed !== signed, 'same width, other sign');
      break;
  }
}
