import { currentModule } from './context.js';
import type { ClockDomainIr, SignalIr, StatementIr } from './ir.js';
import { captureLocator } from './locate.js';
import type { Locator } from './locator.js';
import { snakeCase } from './naming/snake-case.js';
import { constant, Input, Output, Register, type Signal, Wire } from './signal.js';
import { isLeafType, type LeafType, type Shape } from './types.js';
import type { ClockDomain } from './clock-domain.js';

/** The shape with a signal of the kind at each leaf. */
export type InputsOf<S> = S extends LeafType ? Input<S> : { readonly [K in keyof S]: InputsOf<S[K]> };
export type OutputsOf<S> = S extends LeafType ? Output<S> : { readonly [K in keyof S]: OutputsOf<S[K]> };
export type WiresOf<S> = S extends LeafType ? Wire<S> : { readonly [K in keyof S]: WiresOf<S[K]> };
export type RegistersOf<S> = S extends LeafType ? Register<S> : { readonly [K in keyof S]: RegistersOf<S[K]> };
export type SignalsOf<S> = S extends LeafType ? Signal<S> : { readonly [K in keyof S]: SignalsOf<S[K]> };

export interface SignalOptions {
  /** Name in the Verilog; by default that of the variable or property that holds the signal. */
  readonly name?: string;
  /** One line for the reader of the Verilog. */
  readonly comment?: string;
  /** Checks that do not apply to this signal, by code (`HDL0301`) or short name (`unused`). */
  readonly tags?: readonly string[];
}
export interface WireOptions extends SignalOptions {
  /** Value where no statement assigns the wire. Without it every path must assign. */
  readonly default?: number | bigint;
}
export interface RegisterOptions extends SignalOptions {
  /** Value after reset and at power-up; for an enumeration its member. Without it the register is not reset. */
  readonly reset?: number | bigint | string;
  readonly domain?: ClockDomain;
}

/** An input port. Its name is the property of the record that the module's body returns. */
export function input<const S extends Shape>(shape: S, options: SignalOptions = {}): InputsOf<S> {
  return declareTree('input', shape, options) as InputsOf<S>;
}

/** An output port, driven with `connect`. */
export function output<const S extends Shape>(shape: S, options: WireOptions = {}): OutputsOf<S> {
  return declareTree('output', shape, options) as OutputsOf<S>;
}

/** An output port that always has the given value. */
export function outputOf<T extends LeafType>(value: Signal<T>, options: SignalOptions = {}): Output<T> {
  const locator = captureLocator();
  const port = new Output(value.type, declare('output', value.type, [], locator, options));
  port.connect(value);
  return port;
}

/** A combinational signal, driven with `connect`. */
export function wire<const S extends Shape>(shape: S, options: WireOptions = {}): WiresOf<S> {
  return declareTree('wire', shape, options) as WiresOf<S>;
}

/** A signal that keeps its value between edges of its clock, driven with `next`. */
export function register<const S extends Shape>(shape: S, options: RegisterOptions = {}): RegistersOf<S> {
  return declareTree('register', shape, options) as RegistersOf<S>;
}

/**
 * A wire of that name with that value, where no variable could give the name: in a loop, in a vector. It is left out
 * if nothing reads it; a constant needs no name.
 */
export function named<T extends LeafType>(value: Signal<T>, name: string, comment?: string): Signal<T> {
  if (value.expression.kind === 'constant') return value;
  const locator = captureLocator();
  const signal = declare('wire', value.type, [], locator, { name, ...(comment !== undefined && { comment }) });
  currentModule().addIfRead(signal, wholeAssignment(signal, value, locator));
  return new Wire<T>(value.type, signal);
}

export interface DelayOptions extends RegisterOptions {
  /** While 0, the old value stays. */
  readonly enable?: Signal;
}

/**
 * The signal one cycle later, in the clock domain in force, whatever conditions enclose the call. A constant is
 * its own past and needs no register; a register that nothing reads is left out.
 */
export function delayed<T extends LeafType>(value: Signal<T>, options: DelayOptions = {}): Signal<T> {
  if (value.expression.kind === 'constant') return value;
  const locator = captureLocator();
  const signal = declare('register', value.type, [], locator, options);
  const assign = wholeAssignment(signal, value, locator);
  const { enable } = options;
  currentModule().addIfRead(
    signal,
    enable === undefined
      ? assign
      : { kind: 'if', condition: enable.expression, then: [assign], otherwise: [], locator },
  );
  return new Register<T>(value.type, signal);
}

function wholeAssignment(signal: SignalIr, value: Signal, locator: Locator): StatementIr {
  return { kind: 'assign', target: { signal, high: signal.width - 1, low: 0 }, value: value.expression, locator };
}

function declare(
  kind: SignalIr['kind'],
  type: LeafType,
  path: readonly string[],
  locator: Locator,
  options: WireOptions & RegisterOptions,
): SignalIr {
  const suffix = path.map((step) => snakeCase(step) ?? step).join('_');
  const name = options.name === undefined || suffix === '' ? options.name : `${options.name}_${suffix}`;
  const signal: SignalIr = {
    kind,
    width: type.width,
    signed: type.signed,
    tags: options.tags ?? [],
    locator,
    ...(name !== undefined && { name }),
    ...(type.kind === 'enumeration' && { enumeration: type.ir }),
    ...(options.comment !== undefined && { comment: options.comment }),
    ...(options.default !== undefined && { default: pattern(type, options.default) }),
    ...(kind === 'register' && registerFields(type, options)),
  };
  if (suffix !== '') currentModule().nameAfterHolder(signal, suffix);
  return signal;
}

function registerFields(type: LeafType, options: RegisterOptions): { domain: ClockDomainIr; reset?: bigint } {
  const domain = options.domain?.ir ?? currentModule().domain(options.reset !== undefined);
  return options.reset === undefined ? { domain } : { domain, reset: pattern(type, options.reset) };
}

function pattern(type: LeafType, value: number | bigint | string): bigint {
  if (typeof value === 'string') {
    const code = type.kind === 'enumeration' ? type.ir.members.get(value) : undefined;
    if (code === undefined) throw new RangeError(`'${value}' is no member of the register's type`);
    return code;
  }
  const { expression } = constant(type, value);
  return expression.kind === 'constant' ? expression.value : 0n;
}

/**
 * A signal of the kind at each leaf of the shape, in the same tree. Untyped, because the type of a tree of unknown
 * shape has no end; callers state the tree they asked for.
 */
export function declareTree(kind: SignalIr['kind'], shape: Shape, options: WireOptions & RegisterOptions): unknown {
  const locator = captureLocator();
  const visit = (node: Shape, path: readonly string[]): unknown => {
    if (isLeafType(node)) return leafOf(kind, node, declare(kind, node, path, locator, options));
    if (Array.isArray(node)) return node.map((child: Shape, index) => visit(child, [...path, String(index)]));
    return Object.fromEntries(
      Object.entries(node).map(([key, child]: [string, Shape]) => [key, visit(child, [...path, key])]),
    );
  };
  return visit(shape, []);
}

function leafOf(kind: SignalIr['kind'], type: LeafType, signal: SignalIr): Signal {
  if (kind === 'input') return new Input(type, signal);
  if (kind === 'output') return new Output(type, signal);
  currentModule().signals.push(signal);
  return kind === 'wire' ? new Wire(type, signal) : new Register(type, signal);
}
