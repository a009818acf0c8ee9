import type {
  BinaryIr,
  BinaryOperator,
  ConstantIr,
  ExpressionIr,
  ResizeIr,
  SelectIr,
  SignalIr,
  UnaryIr,
} from '../ir.js';
import type { VerilogBinaryOperator, VerilogExpression } from './ast.js';
import { binary, call, concat, integer, name, number, range, replicate, ternary, unary } from './build-expression.js';
import { constantValue, indexWidth, maskOf } from './constant-value.js';

/**
 * A Verilog expression whose self-determined width is that of the node, so that no context ever extends it. `signed` is
 * what Verilog takes it for. `fragile`: it holds a `>>>` that an unsigned operand beside it would turn into `>>`.
 */
interface Lowered {
  readonly verilog: VerilogExpression;
  readonly signed: boolean;
  readonly fragile: boolean;
}

/** What lowering needs to know of the module around the expression. */
export interface ExpressionScope {
  signalName(signal: SignalIr): string;
  /** The parameter that stands for a member of an enumeration; undefined when the constant is no member. */
  memberName(constant: ConstantIr): string | undefined;
  /** The wire that was planned for the expression, if it is to have one. */
  wireOf(node: ExpressionIr): string | undefined;
  /** A wire for an expression that Verilog cannot take at its place. */
  makeWire(node: ExpressionIr): string;
}

const operators: Readonly<Record<BinaryOperator, VerilogBinaryOperator>> = {
  add: '+',
  subtract: '-',
  and: '&',
  or: '|',
  xor: '^',
  multiply: '*',
  equal: '==',
  notEqual: '!=',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  shiftLeft: '<<',
  shiftRight: '>>',
};

const operatorKinds: ReadonlySet<VerilogExpression['kind']> = new Set(['unary', 'binary', 'ternary']);

/** Simulators take shift amounts of up to 32 bits. */
const shiftAmountBits = 31;

function plain(verilog: VerilogExpression, signed = false): Lowered {
  return { verilog, signed, fragile: false };
}
function asSigned(value: Lowered): Lowered {
  return value.signed ? value : plain(call('$signed', value.verilog), true);
}
/** Operands that share one context: what is fragile is closed off when the context is unsigned. */
function together(...values: readonly Lowered[]): readonly Lowered[] {
  if (values.every((value) => value.signed)) return values;
  return values.map((value) => (value.fragile ? plain(call('$signed', value.verilog), true) : value));
}

export class ExpressionLowering {
  readonly #scope: ExpressionScope;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  /** The value where the width of the place is that of the node. */
  value(node: ExpressionIr): VerilogExpression {
    return this.#lower(node).verilog;
  }

  /** The value of a node that has a wire, for that wire. */
  definition(node: ExpressionIr): VerilogExpression {
    return this.#expand(node).verilog;
  }

  /**
   * The low `bits` bits of the node, extended by zeros; unsigned for Verilog too, so that no index is negative.
   * Operators get a wire, because Icarus computes an index in more bits than its operands have.
   */
  unsignedOfWidth(node: ExpressionIr, bits: number): VerilogExpression {
    if (node.width < bits) {
      const constant = constantValue(node);
      if (constant !== undefined) return number(bits, constant);
      return concat([number(bits - node.width, 0n), this.value(node)]);
    }
    const { verilog, signed } = this.#slice(node, bits - 1, 0);
    if (operatorKinds.has(verilog.kind)) {
      const wire = name(this.#scope.makeWire(node));
      return node.signed ? call('$unsigned', wire) : wire;
    }
    return signed ? call('$unsigned', verilog) : verilog;
  }

  #lower(node: ExpressionIr): Lowered {
    const wire = this.#scope.wireOf(node);
    return wire === undefined ? this.#expand(node) : plain(name(wire), node.signed);
  }

  #expand(node: ExpressionIr): Lowered {
    const constant = node.kind === 'constant' ? undefined : constantValue(node);
    if (constant !== undefined) return this.#constant(node, constant);
    switch (node.kind) {
      case 'constant': {
        const member = this.#scope.memberName(node);
        return member === undefined ? this.#constant(node, node.value) : plain(name(member));
      }
      case 'reference':
        return plain(name(this.#scope.signalName(node.signal)), node.signal.signed);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'mux': {
        const condition = constantValue(node.condition);
        if (condition !== undefined) return this.#lower(condition === 1n ? node.whenTrue : node.whenFalse);
        const [whenTrue, whenFalse] = together(this.#lower(node.whenTrue), this.#lower(node.whenFalse));
        return {
          verilog: ternary(this.value(node.condition), whenTrue!.verilog, whenFalse!.verilog),
          signed: whenTrue!.signed && whenFalse!.signed,
          fragile: whenTrue!.fragile || whenFalse!.fragile,
        };
      }
      case 'concat':
        if (node.parts.length === 1) return this.#lower(node.parts[0]!);
        return plain(concat(node.parts.map((part) => this.value(part))));
      case 'repeat':
        if (node.count === 1) return this.#lower(node.operand);
        return plain(replicate(node.count, this.value(node.operand)));
      case 'slice':
        return this.#slice(node.operand, node.high, node.low);
      case 'select':
        return this.#select(node);
      case 'resize':
        return this.#resize(node);
      case 'reinterpret':
        return this.#lower(node.operand);
    }
  }

  #constant(node: ExpressionIr, value: bigint): Lowered {
    const verilog = number(node.width, value, node.signed);
    return plain(verilog, verilog.kind === 'number' && verilog.signed);
  }

  /** The name of something that holds the bits of the node, and the position of the node's bit 0 in it. */
  #holder(node: ExpressionIr): { name: string; offset: number; width: number; signed: boolean } {
    const wire = this.#scope.wireOf(node);
    if (wire !== undefined) return { name: wire, offset: 0, width: node.width, signed: node.signed };
    if (node.kind === 'reference') {
      const { signal } = node;
      return { name: this.#scope.signalName(signal), offset: 0, width: signal.width, signed: signal.signed };
    }
    if (node.kind === 'reinterpret') return this.#holder(node.operand);
    if (node.kind === 'slice') {
      const inner = this.#holder(node.operand);
      return { ...inner, offset: inner.offset + node.low };
    }
    if (node.kind === 'resize' && node.width <= node.operand.width) return this.#holder(node.operand);
    return { name: this.#scope.makeWire(node), offset: 0, width: node.width, signed: node.signed };
  }

  #bits(node: ExpressionIr, high: number, low: number): VerilogExpression {
    return this.#slice(node, high, low).verilog;
  }

  #slice(node: ExpressionIr, high: number, low: number): Lowered {
    const constant = constantValue(node);
    if (constant !== undefined) {
      return plain(number(high - low + 1, (constant >> BigInt(low)) & maskOf(high - low + 1)));
    }
    if (low === 0 && high === node.width - 1) return this.#lower(node);
    if (node.kind === 'resize' && this.#scope.wireOf(node) === undefined && high < node.operand.width) {
      return this.#slice(node.operand, high, low);
    }
    const holder = this.#holder(node);
    if (holder.width === 1) return plain(name(holder.name), holder.signed);
    return plain(range(holder.name, high + holder.offset, low + holder.offset));
  }

  #unary(node: UnaryIr): Lowered {
    const operand = this.#lower(node.operand);
    switch (node.operator) {
      case 'not':
        if (node.width === 1) return plain(unary('!', operand.verilog));
        return { ...operand, verilog: unary('~', operand.verilog) };
      case 'negate':
        return { ...operand, verilog: unary('-', operand.verilog) };
      case 'reduceAnd':
        return node.operand.width === 1 ? operand : plain(unary('&', operand.verilog));
      case 'reduceOr':
        return node.operand.width === 1 ? operand : plain(unary('|', operand.verilog));
      case 'reduceXor':
        return node.operand.width === 1 ? operand : plain(unary('^', operand.verilog));
    }
  }

  #binary(node: BinaryIr): Lowered {
    switch (node.operator) {
      case 'add':
      case 'subtract':
      case 'and':
      case 'or':
      case 'xor':
        return this.#arithmetic(node, this.#lower(node.left), this.#lower(node.right));
      case 'multiply':
        return this.#multiply(node);
      case 'shiftLeft':
      case 'shiftRight':
        return this.#shift(node);
      case 'equal':
      case 'notEqual': {
        const bit = this.#bitTest(node);
        if (bit !== undefined) return bit;
        const [left, right] = together(this.#lower(node.left), this.#lower(node.right));
        return plain(binary(operators[node.operator], left!.verilog, right!.verilog));
      }
      default:
        return this.#order(node);
    }
  }

  /** One bit compared with a constant is that bit or its complement. */
  #bitTest(node: BinaryIr): Lowered | undefined {
    const isNamed = [node.left, node.right].some(({ kind, ...side }) => kind === 'constant' && 'enumeration' in side);
    if (node.left.width !== 1 || isNamed) return undefined;
    const left = constantValue(node.left);
    const constant = left ?? constantValue(node.right);
    if (constant === undefined) return undefined;
    const bit = this.#lower(left === undefined ? node.left : node.right);
    const isBit = (constant === 1n) === (node.operator === 'equal');
    return isBit ? bit : plain(unary('!', bit.verilog));
  }

  #arithmetic(node: BinaryIr, first: Lowered, second: Lowered): Lowered {
    const [left, right] = together(first, second);
    return {
      verilog: binary(operators[node.operator], left!.verilog, right!.verilog),
      signed: left!.signed && right!.signed,
      fragile: left!.fragile || right!.fragile,
    };
  }

  #multiply(node: BinaryIr): Lowered {
    const left = this.#extend(node.left, node.width);
    const right = this.#extend(node.right, node.width);
    return node.signed ? this.#arithmetic(node, asSigned(left), asSigned(right)) : this.#arithmetic(node, left, right);
  }

  /** Verilog compares as signed only if both sides are; comparisons that a limit decides are constants. */
  #order(node: BinaryIr): Lowered {
    const left = this.#lower(node.left);
    const right = this.#lower(node.right);
    if (node.left.signed) {
      return plain(binary(operators[node.operator], asSigned(left).verilog, asSigned(right).verilog));
    }
    const [first, second] =
      left.signed && right.signed ? [plain(call('$unsigned', left.verilog)), right] : [left, right];
    const [a, b] = together(first, second);
    return plain(binary(operators[node.operator], a!.verilog, b!.verilog));
  }

  #shift(node: BinaryIr): Lowered {
    const arithmetic = node.operator === 'shiftRight' && node.signed;
    const operand = this.#lower(node.left);
    const left = arithmetic ? asSigned(operand) : operand;
    const amount = constantValue(node.right);
    if (amount !== undefined) return this.#constantShift(node, left, amount, arithmetic);
    const wide = node.right.width > shiftAmountBits;
    const small = wide ? this.#bits(node.right, shiftAmountBits - 1, 0) : this.value(node.right);
    const operator = arithmetic ? '>>>' : operators[node.operator];
    const shifted: Lowered = {
      verilog: binary(operator, left.verilog, small),
      signed: left.signed,
      fragile: left.fragile || arithmetic,
    };
    if (!wide) return shifted;
    const beyond = unary('|', this.#bits(node.right, node.right.width - 1, shiftAmountBits));
    const limit = arithmetic ? this.#signFill(node.left) : plain(number(node.width, 0n));
    const [far, near] = together(limit, shifted);
    return plain(ternary(beyond, far!.verilog, near!.verilog));
  }

  #constantShift(node: BinaryIr, left: Lowered, amount: bigint, arithmetic: boolean): Lowered {
    if (amount === 0n) return left;
    if (amount >= BigInt(node.width)) return arithmetic ? this.#signFill(node.left) : plain(number(node.width, 0n));
    const verilog = binary(arithmetic ? '>>>' : operators[node.operator], left.verilog, integer(Number(amount)));
    return { verilog, signed: left.signed, fragile: left.fragile || arithmetic };
  }

  #signFill(node: ExpressionIr): Lowered {
    return plain(replicate(node.width, this.#bits(node, node.width - 1, node.width - 1)));
  }

  #extend(node: ExpressionIr, width: number): Lowered {
    if (width === node.width) return this.#lower(node);
    const constant = constantValue(node);
    const missing = width - node.width;
    if (!node.signed) {
      if (constant !== undefined) return plain(number(width, constant));
      return plain(concat([number(missing, 0n), this.value(node)]));
    }
    if (constant !== undefined) {
      const negative = constant >> BigInt(node.width - 1) === 1n;
      const extended = negative ? constant | (maskOf(missing) << BigInt(node.width)) : constant;
      const verilog = number(width, extended, true);
      return plain(verilog, verilog.kind === 'number');
    }
    const sign = this.#bits(node, node.width - 1, node.width - 1);
    if (node.width === 1) return plain(replicate(width, sign));
    return plain(concat([replicate(missing, sign), this.value(node)]));
  }

  #resize(node: ResizeIr): Lowered {
    if (node.width <= node.operand.width) {
      return this.#slice(node.operand, node.width - 1, 0);
    }
    return this.#extend(node.operand, node.width);
  }

  /** The element at an index; zeros where the index can leave the operand. */
  #select(node: SelectIr): Lowered {
    const { operand, index, stride, width } = node;
    const zeros = plain(number(width, 0n));
    const last = Math.floor((operand.width - width) / stride);
    const constant = constantValue(index);
    if (constant !== undefined) {
      if (constant > BigInt(last)) return zeros;
      const low = Number(constant) * stride;
      return this.#slice(operand, low + width - 1, low);
    }
    if (last === 0) {
      const inside = unary('!', unary('|', this.value(index)));
      const [first, otherwise] = together(this.#slice(operand, width - 1, 0), zeros);
      return plain(ternary(inside, first!.verilog, otherwise!.verilog));
    }
    const holder = this.#holderOfAll(operand);
    const base = this.#selectBase(index, stride, operand.width);
    const element: VerilogExpression =
      width === 1 ? { kind: 'element', name: holder, index: base } : { kind: 'window', name: holder, base, width };
    if (maskOf(index.width) <= BigInt(last)) return plain(element);
    const inside = binary('<=', this.value(index), number(index.width, BigInt(last)));
    return plain(ternary(inside, element, zeros.verilog));
  }

  #holderOfAll(node: ExpressionIr): string {
    const holder = this.#holder(node);
    return holder.offset === 0 && holder.width === node.width ? holder.name : this.#scope.makeWire(node);
  }

  /** `index · stride` in exactly the bits that address the operand. */
  #selectBase(index: ExpressionIr, stride: number, operandWidth: number): VerilogExpression {
    const bits = indexWidth(operandWidth);
    if (stride === 1) return this.unsignedOfWidth(index, bits);
    const zeros = Math.log2(stride);
    if (Number.isInteger(zeros)) {
      if (zeros >= bits) return number(bits, 0n);
      return concat([this.unsignedOfWidth(index, bits - zeros), number(zeros, 0n)]);
    }
    return binary('*', this.unsignedOfWidth(index, bits), number(bits, BigInt(stride)));
  }
}
