import type { ExpressionIr, InstanceIr, ModuleIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import type { VerilogDeclaration, VerilogExpression, VerilogItem, VerilogModule, VerilogPort } from './ast.js';
import { integer, name, number } from './build-expression.js';
import { combinationalReads, signalsOnLoops, splitByDependence } from './dependence.js';
import { lowerMemory, memoryDeclaration } from './lower-memory.js';
import { assertionBlock, clockedBlock, clockEvents, combinationalBlock, type ProcessScope } from './lower-process.js';
import { lowerTarget } from './lower-statement.js';
import { mergeProcesses } from './merge-processes.js';
import { type ModuleNames, ModuleScope, portName } from './module-names.js';
import { holdersOf, isWhole, rootsOf } from './module-roots.js';
import { ModuleWires } from './module-wires.js';
import { inDependenceOrder } from './order.js';
import { findPortAliases } from './port-aliases.js';
import { type ContinuousDriver, decideProcesses, type Processes } from './processes.js';
import { settleConditions } from './settle-conditions.js';
import { type Declared, unusedItems } from './unused-bits.js';

export type { ModuleNames } from './module-names.js';

export interface LoweringOptions {
  /** `// file:line` behind what comes from there. */
  readonly locators: boolean;
  /** Registers with a reset value start with it. */
  readonly initialValues: boolean;
  readonly headerLines: readonly string[];
}

export interface LoweredModule {
  readonly verilog: VerilogModule;
  readonly names: ModuleNames;
}

function parameterValue(value: string | number): VerilogExpression {
  return typeof value === 'string' ? { kind: 'string', text: value } : integer(value);
}

/** A simulator looks into instances: what seems a loop through one is usually cut by a register inside. */
function vectorReads(module: ModuleIr): Map<SignalIr, Set<SignalIr>> {
  const ofInstances = new Set(module.instances.flatMap((instance) => [...instance.outputs.values()]));
  return new Map([...combinationalReads(module)].filter(([signal]) => signal.width > 1 && !ofInstances.has(signal)));
}

class ModuleLowering {
  readonly #original: ModuleIr;
  readonly #module: ModuleIr;
  readonly #options: LoweringOptions;
  readonly #moduleKey: (module: ModuleIr) => string;
  readonly #portOf: ReadonlyMap<SignalIr, SignalIr>;
  readonly #heldBy: ReadonlyMap<SignalIr, SignalIr>;
  readonly #scope: ModuleScope;
  readonly #wires: ModuleWires;
  readonly #statements: ProcessScope;
  readonly #looped: ReadonlySet<SignalIr>;

  constructor(module: ModuleIr, options: LoweringOptions, moduleKey: (module: ModuleIr) => string) {
    const settled = { ...module, statements: settleConditions(module.statements) };
    this.#looped = signalsOnLoops(vectorReads(settled));
    const { portOf, statements } = findPortAliases(settled, this.#looped);
    this.#original = module;
    this.#module = { ...module, statements };
    this.#options = options;
    this.#moduleKey = moduleKey;
    this.#portOf = portOf;
    this.#heldBy = new Map([...portOf].map(([signal, port]) => [port, signal]));
    const scope = new ModuleScope(module, portOf);
    const place = (node: { readonly locator: Locator }) => this.#place(node);
    const wires = new ModuleWires(scope, place);
    this.#scope = scope;
    this.#wires = wires;
    this.#statements = {
      value: (node) => wires.value(node),
      signalName: (signal) => scope.signalName(signal),
      targetName: (target) => scope.signalName(target.signal),
      valueOf: (signal, value) => this.#valueOf(signal, value),
      isParameter: (text) => scope.isMember(text),
      member: (enumeration, value) => {
        const text = scope.member(enumeration, value);
        return text === undefined ? undefined : name(text);
      },
      place,
    };
  }

  #place(node: { readonly locator: Locator }): { readonly place?: string } {
    return this.#options.locators ? { place: `${node.locator.file}:${node.locator.line}` } : {};
  }

  #valueOf(signal: SignalIr, value: bigint): VerilogExpression {
    const member = signal.enumeration && this.#scope.member(signal.enumeration, value);
    return member === undefined ? number(signal.width, value, signal.signed) : name(member);
  }

  lower(): LoweredModule {
    const module = this.#module;
    const { signals, memories, instances } = this.#scope;
    const names = { signals, memories, instances };
    const header = [...module.documentation, ...this.#options.headerLines];
    const parameters = module.parameters.map((parameter) => ({
      name: parameter.name,
      value: parameterValue(parameter.default),
    }));
    if (module.kind === 'blackBox') {
      const ports = module.ports.map((port) => this.#port(port, false));
      return { names, verilog: { header, blackBox: true, parameters, ports, sections: [] } };
    }
    const processes = this.#decideProcesses();
    const holders = holdersOf(processes.continuous);
    this.#wires.plan(rootsOf(module, this.#scope), holders);
    const storage = this.#storage(processes);
    const body = this.#body(processes, holders, storage);
    const unused = unusedItems(module, body, this.#declared(), this.#scope.namer, this.#moduleKey);
    const sections = [this.#scope.localparams(), ...body, unused];
    const ports = module.ports.map((port) => this.#port(port, storage.has(port)));
    const { verilatorBody } = this.#module;
    return {
      names,
      verilog: {
        header,
        blackBox: false,
        parameters,
        ports,
        sections,
        ...(verilatorBody && { verilatorBody: [...verilatorBody] }),
      },
    };
  }

  #decideProcesses(): Processes {
    const module = this.#module;
    const ofInstances = new Set(module.instances.flatMap((instance) => [...instance.outputs.values()]));
    const ofMemories = module.memories.flatMap((memory) => memory.reads.map(({ data }) => data));
    const reads = combinationalReads(module);
    return decideProcesses(module, new Set([...ofInstances, ...ofMemories]), (signals, statements) =>
      splitByDependence(signals, statements, (signal) => reads.get(signal) ?? new Set()),
    );
  }

  /** Signals and ports that a process assigns, and registers that none does. */
  #storage(processes: Processes): Set<SignalIr> {
    const storage = new Set<SignalIr>();
    const add = (signal: SignalIr) => storage.add(this.#portOf.get(signal) ?? signal);
    for (const signal of this.#module.signals) if (signal.kind === 'register') add(signal);
    for (const process of [...processes.combinational, ...processes.clocked]) {
      for (const { signal } of process.drives) add(signal);
    }
    for (const { reads } of this.#module.memories) {
      for (const { data, domain } of reads) if (domain !== undefined) add(data);
    }
    return storage;
  }

  #body(
    processes: Processes,
    holders: ReadonlyMap<ExpressionIr, SignalIr>,
    storage: ReadonlySet<SignalIr>,
  ): VerilogItem[][] {
    const module = this.#module;
    const scope = this.#statements;
    const combinational = processes.combinational.map((process) => combinationalBlock(process, scope));
    const clocked = mergeProcesses(processes.clocked.map((process) => clockedBlock(process, scope)));
    const assertions = processes.assertions.map((process) => assertionBlock(process, scope));
    const memoryItems = module.memories.map((memory) =>
      lowerMemory(memory, this.#scope.memories.get(memory)!, {
        value: (node) => this.#wires.value(node),
        unsignedOfWidth: (node, bits) => this.#wires.lowering.unsignedOfWidth(node, bits),
        signalName: (signal) => this.#scope.signalName(signal),
        wireName: (node) => this.#wires.wireName(node),
        events: (domain) => clockEvents(domain, this.#scope),
      }),
    );
    const open: VerilogDeclaration[] = [];
    const instances = module.instances.map((instance) => [this.#instance(instance, open)]);
    const { defined, assigns, withValue } = this.#continuous(processes.continuous, holders);
    for (const [text, { declaration }] of this.#wires.declared) defined.set(text, [declaration]);
    const ordered = inDependenceOrder(defined);
    const declarations: VerilogItem[] = module.signals
      .filter((signal) => !withValue.has(signal) && !this.#portOf.has(signal))
      .map((signal) => this.#declaration(signal, storage.has(signal) ? 'reg' : 'wire'));
    const memories = module.memories.map((memory) => memoryDeclaration(memory, this.#scope.memories.get(memory)!));
    return [
      [...declarations, ...ordered.declarations, ...open],
      memories,
      [...ordered.definitions],
      ...instances,
      assigns,
      ...memoryItems,
      ...[...combinational, ...clocked, ...assertions].map((item) => [item]),
    ];
  }

  /** Wires with one whole driver are declared with it; all others are declared first and assigned later. */
  #continuous(continuous: readonly ContinuousDriver[], holders: ReadonlyMap<ExpressionIr, SignalIr>) {
    const defined = new Map<string, VerilogItem[]>();
    const assigns: VerilogItem[] = [];
    const withValue = new Set<SignalIr>();
    for (const driver of continuous) {
      const { signal } = driver.target;
      const value = this.#driverValue(driver, holders);
      const comments = driver.comments.map((text): VerilogItem => ({ kind: 'comment', text }));
      const place = driver.source === undefined ? {} : this.#place(driver.source);
      if (signal.kind === 'wire' && isWhole(driver)) {
        withValue.add(signal);
        const declaration = { ...this.#declaration(signal, 'wire'), value, ...place };
        defined.set(this.#scope.signalName(signal), [...comments, declaration]);
      } else {
        const target = lowerTarget(this.#statements, driver.target);
        assigns.push(...comments, { kind: 'continuous', target, value, ...place });
      }
    }
    return { defined, assigns, withValue };
  }

  #driverValue({ target, value }: ContinuousDriver, holders: ReadonlyMap<ExpressionIr, SignalIr>): VerilogExpression {
    const { signal, high, low } = target;
    if (typeof value !== 'bigint') {
      return holders.get(value) === signal ? this.#wires.lowering.definition(value) : this.#wires.value(value);
    }
    return high - low + 1 === signal.width ? this.#valueOf(signal, value) : number(high - low + 1, value);
  }

  #instance(instance: InstanceIr, unused: VerilogDeclaration[]): VerilogItem {
    const text = this.#scope.instances.get(instance)!;
    const connections = instance.module.ports.map((port) => {
      const portText = portName(port) ?? '';
      if (port.kind === 'input') {
        const value = instance.inputs.get(portText);
        if (value === undefined) throw new Error(`Input ${portText} of instance ${text} is not connected.`);
        return { name: portText, value: this.#wires.value(value) };
      }
      const signal = instance.outputs.get(portText);
      if (signal !== undefined) return { name: portText, value: name(this.#scope.signalName(signal)) };
      const open = this.#scope.namer.merge(`_unused_${text}_${portText}`, '');
      unused.push({ kind: 'declaration', storage: 'wire', signed: port.signed, width: port.width, name: open });
      return { name: portText, value: name(open) };
    });
    return {
      kind: 'instance',
      module: this.#moduleKey(instance.module),
      name: text,
      parameters: [...instance.parameters].map(([parameter, value]) => ({
        name: parameter,
        value: parameterValue(value),
      })),
      connections,
      ...(instance.comment !== undefined && { comment: instance.comment }),
      ...this.#place(instance),
    };
  }

  #initial(signal: SignalIr): { readonly value?: VerilogExpression } {
    const initial = this.#options.initialValues && signal.kind === 'register' ? signal.reset : undefined;
    return initial === undefined ? {} : { value: this.#valueOf(signal, initial) };
  }

  #declaration(signal: SignalIr, storage: 'wire' | 'reg'): VerilogDeclaration {
    return {
      kind: 'declaration',
      storage,
      signed: signal.signed,
      width: signal.width,
      name: this.#scope.signalName(signal),
      ...(this.#looped.has(signal) && { splitByBits: true }),
      ...this.#initial(signal),
      ...(signal.comment !== undefined && { comment: signal.comment }),
    };
  }

  #port(port: SignalIr, isStorage: boolean): VerilogPort {
    const held = this.#heldBy.get(port);
    const comment = port.comment ?? held?.comment;
    return {
      direction: port.kind === 'input' ? 'input' : 'output',
      storage: isStorage ? 'reg' : 'wire',
      signed: port.signed,
      width: port.width,
      name: this.#scope.signalName(port),
      ...(held !== undefined && this.#initial(held)),
      ...(comment !== undefined && { comment }),
    };
  }

  /** What the module declares and should read somewhere. */
  *#declared(): Generator<Declared> {
    const module = this.#original;
    const inputs = module.ports.filter(({ kind }) => kind === 'input');
    const locals = module.signals.filter((signal) => !this.#portOf.has(signal));
    for (const signal of [...inputs, ...locals]) yield { name: this.#scope.signalName(signal), width: signal.width };
    for (const [text, { node }] of this.#wires.declared) yield { name: text, width: node.width };
  }
}

/**
 * One module as a Verilog tree.
 *
 * @param moduleKey Key of an instantiated module, which the printer resolves to a name.
 */
export function lowerModule(
  module: ModuleIr,
  options: LoweringOptions,
  moduleKey: (module: ModuleIr) => string,
): LoweredModule {
  return new ModuleLowering(module, options, moduleKey).lower();
}
