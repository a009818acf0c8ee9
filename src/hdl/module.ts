import { currentModule, insideModule } from './context.js';
import type { Diagnostic } from './diagnostics.js';
import type { ModuleIr, ModuleParameterIr, ParameterValue, SignalIr, ExpressionIr } from './ir.js';
import { captureLocator } from './locate.js';
import { ModuleBuilder, reference } from './module-builder.js';
import { flattenPorts, type PortTree } from './ports.js';
import { Input, Output, Signal, Wire } from './signal.js';
import { Sink, Source } from './stream.js';

/** Ports as the parent of an instance sees them: the child's inputs can be driven, its outputs read. */
export type Outside<P> = P extends undefined
  ? undefined
  : P extends Source<infer S>
    ? Sink<S>
    : P extends Sink<infer S>
      ? Source<S>
      : P extends Input<infer T>
        ? Wire<T>
        : P extends Output<infer T>
          ? Signal<T>
          : P extends object
            ? { readonly [K in keyof P]: Outside<P[K]> }
            : never;

/** An elaborated module: its content and its ports. */
export class Module<P extends PortTree = PortTree> {
  readonly name: string;
  readonly ports: P;
  readonly ir: ModuleIr;
  /** Findings of elaboration, of this module alone. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(name: string, ports: P, ir: ModuleIr, diagnostics: readonly Diagnostic[]) {
    this.name = name;
    this.ports = ports;
    this.ir = ir;
    this.diagnostics = diagnostics;
  }
}

const modules = new WeakMap<ModuleIr, Module>();

/** The elaborated module of an IR module of the hierarchy, where the language made it. */
export function moduleOf(ir: ModuleIr): Module | undefined {
  return modules.get(ir);
}

/**
 * A generator: a function from parameters to a module. The body runs once for each distinct set of parameters that
 * JSON can tell apart; it makes the content and returns the ports by name.
 *
 * `name` is that of the Verilog module; a function gives different sizes readable names of their own.
 */
export function defineModule<Parameters extends readonly unknown[], P extends PortTree>(
  name: string | ((...parameters: Parameters) => string),
  body: (...parameters: Parameters) => P,
): (...parameters: Parameters) => Module<P> {
  const made = new Map<string, Module<P>>();
  return (...parameters) => {
    const key = JSON.stringify(parameters, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const known = made.get(key);
    if (known !== undefined) return known;
    const builder = new ModuleBuilder(typeof name === 'string' ? name : name(...parameters), captureLocator());
    const module = insideModule(builder, () => {
      const ports = body(...parameters);
      return new Module(builder.name, ports, builder.finish(flattenPorts(ports)), builder.diagnostics);
    });
    modules.set(module.ir, module);
    made.set(key, module);
    return module;
  };
}

/** A module whose body comes from elsewhere: a macro, a vendor's primitive. Names are used as they stand. */
export function blackBox<P extends PortTree>(
  name: string,
  options: {
    readonly parameters?: Readonly<Record<string, ParameterValue>>;
    readonly documentation?: readonly string[];
  },
  ports: () => P,
): Module<P> {
  const builder = new ModuleBuilder(name, captureLocator());
  return insideModule(builder, () => {
    const tree = ports();
    const parameters: ModuleParameterIr[] = Object.entries(options.parameters ?? {}).map(([parameter, value]) => ({
      name: parameter,
      default: value,
    }));
    const ir: ModuleIr = {
      ...builder.finish(flattenPorts(tree)),
      kind: 'blackBox',
      parameters,
      documentation: options.documentation ?? [],
    };
    const module = new Module(name, tree, ir, builder.diagnostics);
    modules.set(ir, module);
    return module;
  });
}

export interface InstanceOptions {
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** Memory images of image parameters: the file's name beside the Verilog, and its words. */
  readonly images?: Readonly<Record<string, { readonly file: string; readonly words: readonly bigint[] }>>;
  readonly comment?: string;
}

/** Places a module inside the one whose body runs. Clock and reset of the domain in force connect themselves. */
export function instance<P extends PortTree>(module: Module<P>, options: InstanceOptions = {}): Outside<P> {
  const builder = currentModule();
  const locator = captureLocator();
  const inputWires = new Map<string, SignalIr>();
  const outputWires = new Map<string, SignalIr>();
  const wireFor = (port: Input | Output): Wire => {
    const { name, width, signed, enumeration } = port.signal;
    const inside: SignalIr = {
      kind: 'wire',
      width,
      signed,
      tags: [],
      locator,
      ...(enumeration && { enumeration }),
    };
    builder.signals.push(inside);
    (port instanceof Input ? inputWires : outputWires).set(name!, inside);
    return new Wire(port.type, inside);
  };
  const view: unknown = outside(module.ports, wireFor);
  const images = Object.entries(options.images ?? {});
  builder.instances.push({
    module: module.ir,
    locator,
    inputWires,
    outputWires,
    implicit: implicitConnections(module.ir, builder, inputWires),
    parameters: new Map<string, ParameterValue>([
      ...Object.entries(options.parameters ?? {}),
      ...images.map(([parameter, { file }]) => [parameter, file] as const),
    ]),
    images: new Map(images.map(([parameter, { words }]) => [parameter, words])),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.comment !== undefined && { comment: options.comment }),
  });
  return view as Outside<P>;
}

/** Inputs that the port tree does not hold are the implicit clock and reset. */
function implicitConnections(
  child: ModuleIr,
  builder: ModuleBuilder,
  explicit: ReadonlyMap<string, SignalIr>,
): Map<string, ExpressionIr> {
  const implicit = child.ports.filter(
    ({ kind, name }) => kind === 'input' && name !== undefined && !explicit.has(name),
  );
  const needsReset = implicit.some(({ name }) => name === 'rst');
  if (implicit.length === 0) return new Map();
  const domain = builder.domain(needsReset);
  return new Map(
    implicit.map(({ name }) => {
      if (name === 'clk') return ['clk', reference(domain.clock)];
      if (domain.reset === undefined) {
        throw new Error(`module ${child.name} has a reset, but the clock domain of its instance has none`);
      }
      const reset = reference(domain.reset.signal);
      const { locator } = reset;
      return [
        'rst',
        domain.reset.active === 'high'
          ? reset
          : { kind: 'unary', operator: 'not', operand: reset, width: 1, signed: false, locator },
      ];
    }),
  );
}

function outside(ports: PortTree | undefined, wireFor: (port: Input | Output) => Wire): unknown {
  if (ports === undefined) return undefined;
  if (ports instanceof Input || ports instanceof Output) return wireFor(ports);
  if (ports instanceof Source || ports instanceof Sink) {
    const { valid, ready, ...payload } = Object.fromEntries(
      Object.entries(ports.ports()).map(([name, port]) => [name, wireFor(port)]),
    );
    const fields = payload as never;
    return ports instanceof Source
      ? new Sink(ports.shape, valid as never, ready as never, fields)
      : new Source(ports.shape, valid as never, ready as never, fields);
  }
  if (Array.isArray(ports)) return ports.map((port: PortTree) => outside(port, wireFor));
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]: [string, PortTree | undefined]) => [name, outside(port, wireFor)]),
  );
}
