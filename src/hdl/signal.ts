import { currentModule, report } from './context.js';
import type { BinaryOperator, ConstantIr, ExpressionIr, SignalIr, TargetIr } from './ir.js';
import { captureLocator } from './locate.js';
import type { ModuleBuilder } from './module-builder.js';
import {
  bits,
  bitsFor,
  bool,
  type Bits,
  type Bool,
  type EnumerationType,
  type LeafType,
  signedBits,
  type SignedBits,
} from './types.js';

/** What may stand where a signal of type T is wanted: literals take its width and sign, and must fit. */
export type Operand<T extends LeafType = LeafType> =
  | Signal
  | number
  | bigint
  | boolean
  | (T extends EnumerationType<infer Member> ? Member : never);

/**
 * A value of the circuit: a word of fixed width and sign. Operators build new signals and never change one.
 *
 * Operands of an operator have one width and one sign, and the result has them too; nothing is extended or cut
 * silently: `resize`, `asSigned` and `asUnsigned` say what happens. `multiply` alone is exact: its width is the sum.
 * Signals have no truth value in TypeScript: use `mux`, `when`, `and`, `equals` instead of `?:`, `if`, `&&`, `===`.
 */
export class Signal<T extends LeafType = LeafType> {
  readonly type: T;
  /** @internal */
  readonly expression: ExpressionIr;
  /** @internal */
  readonly owner: ModuleBuilder;

  constructor(type: T, expression: ExpressionIr) {
    this.type = type;
    this.expression = expression;
    this.owner = currentModule();
  }

  get width(): number {
    return this.type.width;
  }
  get signed(): boolean {
    return this.type.signed;
  }

  /** Sum modulo 2^width. */
  add(other: Operand<T>): Signal<T> {
    return this.#binary('add', other);
  }
  /** Difference modulo 2^width. */
  subtract(other: Operand<T>): Signal<T> {
    return this.#binary('subtract', other);
  }
  /** Exact product; its width is the sum of the widths. Both operands have one sign. */
  multiply(other: Signal): Signal {
    const right = other.expression;
    if (right.signed !== this.signed) signMismatch(this.expression, right);
    return wordOf('multiply', this.width + right.width, this.signed, this.expression, right);
  }
  /** All ones or zeros on one side fold, so that generators need no special case for sizes of one. */
  and(other: Operand<T>): Signal<T> {
    return this.#foldable('and', other, this.#ones(), 0n);
  }
  or(other: Operand<T>): Signal<T> {
    return this.#foldable('or', other, 0n, this.#ones());
  }
  xor(other: Operand<T>): Signal<T> {
    return this.#binary('xor', other);
  }
  not(): Signal<T> {
    const { expression } = this;
    if (expression.kind === 'constant') {
      return new Signal(this.type, { ...expression, value: expression.value ^ this.#ones() });
    }
    return this.#unary('not');
  }
  /** Two's complement of the word, modulo 2^width. */
  negate(): Signal<T> {
    return this.#unary('negate');
  }

  equals(other: Operand<T>): Signal<Bool> {
    return this.#compare('equal', other);
  }
  notEquals(other: Operand<T>): Signal<Bool> {
    return this.#compare('notEqual', other);
  }
  less(other: Operand<T>): Signal<Bool> {
    return this.#compare('less', other);
  }
  lessOrEqual(other: Operand<T>): Signal<Bool> {
    return this.#compare('lessEqual', other);
  }
  greater(other: Operand<T>): Signal<Bool> {
    return this.#compare('greater', other);
  }
  greaterOrEqual(other: Operand<T>): Signal<Bool> {
    return this.#compare('greaterEqual', other);
  }
  /** True in the given state of an enumeration. */
  is<Member extends string>(this: Signal<EnumerationType<Member>>, member: Member): Signal<Bool> {
    return this.equals(member);
  }

  /** All bits are 1. */
  all(): Signal<Bool> {
    return this.#reduce('reduceAnd');
  }
  /** Some bit is 1. */
  any(): Signal<Bool> {
    return this.#reduce('reduceOr');
  }
  /** The number of ones is odd. */
  parity(): Signal<Bool> {
    return this.#reduce('reduceXor');
  }

  /** Bits that leave the word are lost. A constant amount or an unsigned signal. */
  shiftLeft(amount: number | Signal): Signal<T> {
    return this.#shift('shiftLeft', amount);
  }
  /** Copies the sign of a signed word, else brings in zeros. */
  shiftRight(amount: number | Signal): Signal<T> {
    return this.#shift('shiftRight', amount);
  }

  /** The same value in `width` bits: extended by its sign, or cut at the top. */
  resize(width: number): Signal {
    if (width === this.width) return new Signal<LeafType>(this.type, this.expression);
    return new Signal(this.signed ? signedBits(width) : bits(width), {
      kind: 'resize',
      operand: this.expression,
      width,
      signed: this.signed,
      locator: captureLocator(),
    });
  }
  /** The same bits read as two's complement. */
  asSigned(): Signal<SignedBits> {
    return new Signal(signedBits(this.width), this.#reinterpreted(true));
  }
  /** The same bits read as an unsigned word. */
  asUnsigned(): Signal<Bits> {
    return new Signal(bits(this.width), this.#reinterpreted(false));
  }
  #reinterpreted(signed: boolean): ExpressionIr {
    if (this.signed === signed) return this.expression;
    return { kind: 'reinterpret', operand: this.expression, width: this.width, signed, locator: captureLocator() };
  }

  /** Bits high … low, both included; unsigned. */
  slice(high: number, low: number): Signal<Bits> {
    return sliceOf(this.expression, high, low);
  }
  /** Bit `index`, counted from the least significant; a constant or an unsigned signal. */
  bit(index: number | Signal): Signal<Bool> {
    if (typeof index === 'number') return sliceOf(this.expression, index, index) as Signal<Bool>;
    return this.select(index, 1) as Signal<Bool>;
  }
  /** Most significant bit: the sign of a signed word. */
  top(): Signal<Bool> {
    return this.bit(this.width - 1);
  }
  /** Element `index` of the word seen as a vector of `width`-bit elements, element 0 at the bottom; unsigned. */
  select(index: Signal, width: number): Signal<Bits> {
    if (this.width % width !== 0) {
      report('HDL0106', `a word of ${this.width} bits is no vector of ${width}-bit elements`, {
        hint: `resize the word to a multiple of ${width} bits`,
      });
    }
    return new Signal(bits(width), {
      kind: 'select',
      operand: this.expression,
      index: index.expression,
      stride: width,
      width,
      signed: false,
      locator: captureLocator(),
    });
  }
  /** `count` copies side by side; unsigned. */
  repeat(count: number): Signal<Bits> {
    return new Signal(bits(this.width * count), {
      kind: 'repeat',
      count,
      operand: this.expression,
      width: this.width * count,
      signed: false,
      locator: captureLocator(),
    });
  }

  #binary(operator: BinaryOperator, other: Operand<T>): Signal<T> {
    return this.#combine(operator, this.#matching(other));
  }
  #combine(operator: BinaryOperator, right: ExpressionIr): Signal<T> {
    return new Signal(this.type, {
      kind: 'binary',
      operator,
      left: this.expression,
      right,
      width: this.width,
      signed: this.signed,
      locator: captureLocator(),
    });
  }
  /** `neutral` leaves the other operand as it is, `dominant` is the result whatever the other is. */
  #foldable(operator: 'and' | 'or', other: Operand<T>, neutral: bigint, dominant: bigint): Signal<T> {
    const right = this.#matching(other);
    const left = this.expression;
    for (const [constantSide, otherSide] of [
      [left, right],
      [right, left],
    ] as const) {
      if (constantSide.kind !== 'constant') continue;
      if (constantSide.value === neutral) return new Signal(this.type, otherSide);
      if (constantSide.value === dominant) return new Signal(this.type, constantSide);
    }
    return this.#combine(operator, right);
  }
  #ones(): bigint {
    return (1n << BigInt(this.width)) - 1n;
  }
  #compare(operator: BinaryOperator, other: Operand<T>): Signal<Bool> {
    return wordOf(operator, 1, false, this.expression, this.#matching(other)) as Signal<Bool>;
  }
  #matching(other: Operand<T>): ExpressionIr {
    return coerce(other, this.expression, () => describe(this.expression));
  }
  #unary(operator: 'not' | 'negate'): Signal<T> {
    return new Signal(this.type, {
      kind: 'unary',
      operator,
      operand: this.expression,
      width: this.width,
      signed: this.signed,
      locator: captureLocator(),
    });
  }
  #reduce(operator: 'reduceAnd' | 'reduceOr' | 'reduceXor'): Signal<Bool> {
    return new Signal(bool(), {
      kind: 'unary',
      operator,
      operand: this.expression,
      width: 1,
      signed: false,
      locator: captureLocator(),
    });
  }
  #shift(operator: 'shiftLeft' | 'shiftRight', amount: number | Signal): Signal<T> {
    if (typeof amount === 'number' && (!Number.isInteger(amount) || amount < 0)) {
      report('HDL0104', `a shift by ${amount}; a constant shift is a whole number, at least 0`);
    }
    const right =
      typeof amount === 'number' ? constant(bits(bitsFor(Math.max(0, amount) + 1)), Math.max(0, amount)) : amount;
    if (right.signed) report('HDL0102', 'the amount of a shift is unsigned', { hint: 'use asUnsigned()' });
    return new Signal(this.type, {
      kind: 'binary',
      operator,
      left: this.expression,
      right: right.expression,
      width: this.width,
      signed: this.signed,
      locator: captureLocator(),
    });
  }

  /** JavaScript would silently call every signal true, so any use as a plain value is an error. */
  [Symbol.toPrimitive](): never {
    const place = captureLocator();
    throw new TypeError(
      `${place.file}:${place.line}:${place.column}: a signal has no value while the circuit is built; ` +
        'use its methods (add, and, equals …) and mux() or when() instead of operators, ?: and if',
    );
  }
}

/** A combinational signal that this module drives. */
export class Wire<T extends LeafType = LeafType> extends Signal<T> {
  /** @internal */
  readonly signal: SignalIr;

  constructor(type: T, signal: SignalIr) {
    super(type, { kind: 'reference', signal, width: signal.width, signed: signal.signed, locator: signal.locator });
    this.signal = signal;
  }
  /** Drives the wire, under the conditions that enclose the call. */
  connect(value: Operand<T>): void {
    assign({ signal: this.signal, high: this.width - 1, low: 0 }, value, this.expression);
  }
  /** Bits high … low as something to drive; the other bits are driven elsewhere. */
  part(high: number, low: number): { connect(value: Operand): void } {
    return { connect: (value) => assignPart(this.signal, high, low, value) };
  }
}

/** An input port, seen from inside its module. */
export class Input<T extends LeafType = LeafType> extends Signal<T> {
  /** @internal */
  readonly signal: SignalIr;
  readonly direction = 'input';

  constructor(type: T, signal: SignalIr) {
    super(type, { kind: 'reference', signal, width: signal.width, signed: signal.signed, locator: signal.locator });
    this.signal = signal;
  }
}

/** An output port, seen from inside its module. */
export class Output<T extends LeafType = LeafType> extends Wire<T> {
  readonly direction = 'output';
}

/** A signal that keeps its value from clock edge to clock edge. */
export class Register<T extends LeafType = LeafType> extends Signal<T> {
  /** @internal */
  readonly signal: SignalIr;

  constructor(type: T, signal: SignalIr) {
    super(type, { kind: 'reference', signal, width: signal.width, signed: signal.signed, locator: signal.locator });
    this.signal = signal;
  }
  /** The value after the next clock edge, under the conditions that enclose the call; else it stays. */
  next(value: Operand<T>): void {
    assign({ signal: this.signal, high: this.width - 1, low: 0 }, value, this.expression);
  }
  /** Bits high … low of the register; the others keep their value. */
  part(high: number, low: number): { next(value: Operand): void } {
    return { next: (value) => assignPart(this.signal, high, low, value) };
  }
}

function assignPart(signal: SignalIr, high: number, low: number, value: Operand): void {
  const target = sliceOf(
    { kind: 'reference', signal, width: signal.width, signed: signal.signed, locator: signal.locator },
    high,
    low,
  );
  assign({ signal, high, low }, value, target.expression);
}

function assign(target: TargetIr, value: Operand, wanted: ExpressionIr): void {
  const locator = captureLocator();
  const expression = coerce(value, wanted, () => describe(wanted));
  currentModule().add({ kind: 'assign', target, value: expression, locator });
}

function wordOf(
  operator: BinaryOperator,
  width: number,
  signed: boolean,
  left: ExpressionIr,
  right: ExpressionIr,
): Signal {
  return new Signal(signed ? signedBits(width) : bits(width), {
    kind: 'binary',
    operator,
    left,
    right,
    width,
    signed,
    locator: captureLocator(),
  });
}

function sliceOf(operand: ExpressionIr, high: number, low: number): Signal<Bits> {
  const legal = Number.isInteger(high) && Number.isInteger(low) && low >= 0 && high >= low && high < operand.width;
  if (!legal) {
    report('HDL0104', `bits ${high}:${low} of a word of ${operand.width} bits`, {
      hint: `the bits are ${operand.width - 1}:0, the high one first`,
    });
    return constant(bits(Math.max(1, Math.trunc(high - low) + 1 || 1)), 0);
  }
  const width = high - low + 1;
  if (width === operand.width && !operand.signed) return new Signal(bits(width), operand);
  return new Signal(bits(width), {
    kind: 'slice',
    operand,
    high,
    low,
    width,
    signed: false,
    locator: captureLocator(),
  });
}

/** A literal of the given type. Reports HDL0103 where it does not fit. */
export function constant<T extends LeafType>(type: T, value: number | bigint | boolean): Signal<T> {
  return new Signal(type, constantIr(value, type.width, type.signed, type.kind === 'enumeration' ? type : undefined));
}

/** A member of an enumeration as a signal. */
export function member<Member extends string>(
  type: EnumerationType<Member>,
  name: Member,
): Signal<EnumerationType<Member>> {
  return new Signal(type, memberIr(type.ir, name));
}

function constantIr(
  value: number | bigint | boolean,
  width: number,
  signed: boolean,
  type?: EnumerationType,
): ConstantIr {
  const locator = captureLocator();
  if (typeof value === 'number' && !Number.isInteger(value)) {
    report('HDL0103', `${value} is no whole number`);
    value = 0;
  }
  const integer = BigInt(value);
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  if (integer < low || integer > high) {
    report('HDL0103', `${integer} does not fit ${width} ${signed ? 'signed' : 'unsigned'} bits (${low} to ${high})`, {
      hint: integer < 0n && !signed ? 'use a signed word' : 'use a wider word',
    });
  }
  const pattern = BigInt.asUintN(width, integer);
  return { kind: 'constant', value: pattern, width, signed, locator, ...(type && { enumeration: type.ir }) };
}

function memberIr(enumeration: EnumerationType['ir'], name: string): ConstantIr {
  const value = enumeration.members.get(name);
  if (value === undefined) {
    report('HDL0108', `${enumeration.name} has no member '${name}'`, {
      hint: `its members are ${[...enumeration.members.keys()].join(', ')}`,
    });
  }
  return {
    kind: 'constant',
    value: value ?? 0n,
    width: enumeration.width,
    signed: false,
    enumeration,
    locator: captureLocator(),
  };
}

/** The operand as an expression of the width and sign of `wanted`; findings are reported and mended, to go on. */
export function coerce(operand: Operand, wanted: ExpressionIr, wantedName: () => string): ExpressionIr {
  if (typeof operand === 'string') {
    const enumeration = enumerationOf(wanted);
    if (enumeration !== undefined) return memberIr(enumeration, operand);
    report('HDL0108', `'${operand}' where ${wantedName()} is wanted, which is no enumeration`);
    return constantIr(0, wanted.width, wanted.signed);
  }
  if (!(operand instanceof Signal)) return constantIr(operand, wanted.width, wanted.signed);
  const given = operand.expression;
  if (operand.owner !== currentModule()) {
    report('HDL0105', `a signal of module ${operand.owner.name} is used in module ${currentModule().name}`, {
      hint: 'signals pass between modules through ports',
    });
  }
  if (given.width !== wanted.width) {
    report('HDL0101', `${given.width} bits, but ${wantedName()} has ${wanted.width}`, {
      hint:
        given.width < wanted.width
          ? `resize(${wanted.width}) keeps the value`
          : `resize(${wanted.width}) drops the top ${given.width - wanted.width} bits`,
    });
  } else if (given.signed !== wanted.signed) {
    signMismatch(wanted, given);
  }
  if (given.width === wanted.width && given.signed === wanted.signed) return given;
  // Reported above; a constant of the wanted type lets elaboration go on to the next finding.
  return constantIr(0, wanted.width, wanted.signed);
}

function signMismatch(wanted: ExpressionIr, given: ExpressionIr): void {
  report(
    'HDL0102',
    `${given.signed ? 'signed' : 'unsigned'} where ${describe(wanted)} is ${wanted.signed ? 'signed' : 'unsigned'}`,
    {
      hint: `${wanted.signed ? 'asSigned' : 'asUnsigned'}() reads the same bits; to keep the value of an unsigned word, resize() it one bit wider first`,
    },
  );
}

function enumerationOf(expression: ExpressionIr): EnumerationType['ir'] | undefined {
  if (expression.kind === 'reference') return expression.signal.enumeration;
  if (expression.kind === 'constant') return expression.enumeration;
  if (expression.kind === 'mux') return enumerationOf(expression.whenTrue);
  return undefined;
}

/** How an error names an expression: a signal by its name or line, anything else by its kind. */
function describe(expression: ExpressionIr): string {
  if (expression.kind !== 'reference') return 'the other operand';
  const { name, kind, locator } = expression.signal;
  return name === undefined ? `the ${kind} (line ${locator.line})` : `\`${name}\` (line ${locator.line})`;
}
