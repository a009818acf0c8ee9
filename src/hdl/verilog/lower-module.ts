import type {
  ClockDomainIr,
  ConstantIr,
  EnumerationIr,
  ExpressionIr,
  InstanceIr,
  MemoryIr,
  ModuleIr,
  SignalIr,
} from '../ir.js';
import type { Locator } from '../locator.js';
import { declaredName } from '../naming/declared-name.js';
import { Namer } from '../naming/namer.js';
import { constantCase, snakeCase } from '../naming/snake-case.js';
import type {
  VerilogDeclaration,
  VerilogExpression,
  VerilogItem,
  VerilogModule,
  VerilogPort,
  VerilogStatement,
} from './ast.js';
import { integer, name, number, range, unary } from './build-expression.js';
import { readsOf, signalsOnLoops, splitByDependence } from './dependence.js';
import { shortHash } from './hash.js';
import { ExpressionLowering } from './lower-expression.js';
import { lowerMemory, memoryDeclaration } from './lower-memory.js';
import { isIncomplete, lowerStatements, lowerTarget, type StatementScope } from './lower-statement.js';
import { inDependenceOrder } from './order.js';
import { planWires } from './plan-wires.js';
import { decideProcesses, expressionsOf, filterStatements, type Process, visitStatements } from './processes.js';
import { Usage } from './usage.js';

/** Names of one module as they are in the Verilog. */
export interface ModuleNames {
  readonly signals: ReadonlyMap<SignalIr, string>;
  readonly memories: ReadonlyMap<MemoryIr, string>;
  readonly instances: ReadonlyMap<InstanceIr, string>;
}

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

/** Expressions that the module reads outside of its statements. */
function structuralExpressions(module: ModuleIr): ExpressionIr[] {
  const memories = module.memories.flatMap((memory) => [
    ...memory.reads.flatMap(({ address, enable }) => (enable ? [address, enable] : [address])),
    ...memory.writes.flatMap(({ address, data, enable, mask }) => [address, data, enable, ...(mask ? [mask] : [])]),
  ]);
  return [...memories, ...module.instances.flatMap((instance) => [...instance.inputs.values()])];
}

class ModuleLowering {
  readonly #module: ModuleIr;
  readonly #options: LoweringOptions;
  readonly #moduleKey: (module: ModuleIr) => string;
  readonly #namer = new Namer();
  readonly #signals = new Map<SignalIr, string>();
  readonly #memories = new Map<MemoryIr, string>();
  readonly #instances = new Map<InstanceIr, string>();
  readonly #planned = new Map<ExpressionIr, string>();
  readonly #wires = new Map<string, { node: ExpressionIr; declaration: VerilogDeclaration }>();
  readonly #members = new Map<EnumerationIr, Map<bigint, string>>();
  readonly #usedMembers = new Set<string>();
  readonly #lowering: ExpressionLowering;
  #looped: ReadonlySet<SignalIr> = new Set();

  constructor(module: ModuleIr, options: LoweringOptions, moduleKey: (module: ModuleIr) => string) {
    this.#module = module;
    this.#options = options;
    this.#moduleKey = moduleKey;
    this.#lowering = new ExpressionLowering({
      signalName: (signal) => this.#signalName(signal),
      memberName: (constant) => this.#memberName(constant),
      wireOf: (node) => {
        const wire = this.#planned.get(node);
        if (wire !== undefined) this.#defineWire(node, wire);
        return wire;
      },
      makeWire: (node) => this.#makeWire(node),
    });
  }

  #signalName(signal: SignalIr): string {
    const text = this.#signals.get(signal);
    if (text === undefined) {
      throw new Error(
        `${signal.locator.file}:${signal.locator.line}: the signal ${signal.name ?? ''} is used in module ` +
          `${this.#module.name} but belongs to another: pass it through a port.`,
      );
    }
    return text;
  }

  #memberName(constant: ConstantIr): string | undefined {
    return constant.enumeration && this.#member(constant.enumeration, constant.value);
  }

  #member(enumeration: EnumerationIr, value: bigint): string | undefined {
    let members = this.#members.get(enumeration);
    if (members === undefined) {
      const prefix = constantCase(enumeration.name);
      members = new Map(
        [...enumeration.members].map(([member, code]) => [
          code,
          this.#namer.merge(`${prefix}_${constantCase(member)}`, `${enumeration.width} ${code}`),
        ]),
      );
      this.#members.set(enumeration, members);
    }
    const text = members.get(value);
    if (text !== undefined) this.#usedMembers.add(text);
    return text;
  }

  #makeWire(node: ExpressionIr): string {
    const known = this.#planned.get(node);
    if (known !== undefined) return known;
    const content = shortHash(node, (signal) => this.#signalName(signal));
    const what = node.kind === 'binary' || node.kind === 'unary' ? snakeCase(node.operator)! : node.kind;
    const text = this.#namer.merge(`_${what}_${content}`, `${node.signed}`);
    this.#planned.set(node, text);
    this.#defineWire(node, text);
    return text;
  }

  #defineWire(node: ExpressionIr, text: string): void {
    if (this.#wires.has(text)) return;
    const head = { kind: 'declaration', storage: 'wire', signed: node.signed, width: node.width, name: text } as const;
    this.#wires.set(text, { node, declaration: head });
    const declaration = { ...head, value: this.#lowering.definition(node), ...this.#place(node) };
    this.#wires.set(text, { node, declaration });
  }

  #place(node: { readonly locator: Locator }): { readonly place?: string } {
    return this.#options.locators ? { place: `${node.locator.file}:${node.locator.line}` } : {};
  }

  #assignNames(): void {
    const module = this.#module;
    for (const port of module.ports) {
      const text = port.name ?? snakeCase(declaredName(port.locator) ?? '');
      if (text === undefined) throw new Error(`A port of module ${module.name} has no name: give it one.`);
      this.#signals.set(port, this.#namer.reserve(text, `Port of module ${module.name}`));
    }
    for (const parameter of module.parameters)
      this.#namer.reserve(parameter.name, `Parameter of module ${module.name}`);
    const wanted = (item: { name?: string; locator: Locator }, fallback: string) =>
      snakeCase(item.name ?? declaredName(item.locator) ?? '') ?? fallback;
    const signals = this.#namer.rename(
      module.signals.map((signal) => wanted(signal, `_${signal.kind}_${signal.width}`)),
    );
    module.signals.forEach((signal, index) => this.#signals.set(signal, signals[index]!));
    const memories = this.#namer.rename(module.memories.map((memory) => wanted(memory, 'memory')));
    module.memories.forEach((memory, index) => this.#memories.set(memory, memories[index]!));
    const instances = this.#namer.rename(
      module.instances.map((instance) => wanted(instance, snakeCase(instance.module.name) ?? 'instance')),
    );
    module.instances.forEach((instance, index) => this.#instances.set(instance, instances[index]!));
  }

  #events(domain: ClockDomainIr): { edge: 'posedge' | 'negedge'; name: string }[] {
    return [{ edge: domain.edge === 'rising' ? 'posedge' : 'negedge', name: this.#signalName(domain.clock) }];
  }

  #resetCondition(domain: ClockDomainIr): VerilogExpression {
    const reset = name(this.#signalName(domain.reset!.signal));
    return domain.reset!.active === 'high' ? reset : unary('!', reset);
  }

  #scope(): StatementScope {
    return {
      value: (node) => this.#lowering.value(node),
      targetName: (target) => this.#signalName(target.signal),
      member: (enumeration, value) => {
        const text = this.#member(enumeration, value);
        return text === undefined ? undefined : name(text);
      },
      place: (node) => this.#place(node),
    };
  }

  #valueOf(signal: SignalIr, value: bigint): VerilogExpression {
    const member = signal.enumeration && this.#member(signal.enumeration, value);
    return member === undefined ? number(signal.width, value, signal.signed) : name(member);
  }

  #combinational(process: Process): VerilogItem {
    let incomplete = false;
    visitStatements(process.statements, (statement) => {
      if (statement.kind === 'switch' && statement.otherwise === undefined && isIncomplete(statement))
        incomplete = true;
    });
    const defaults = process.drives.flatMap(({ signal, high, low }): VerilogStatement[] => {
      // An enumeration that does not fill its bits leaves codes that never occur; they must not make a latch.
      const value = signal.default ?? (incomplete ? 0n : undefined);
      if (value === undefined) return [];
      const whole = low === 0 && high === signal.width - 1;
      const bits = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
      const text = this.#signalName(signal);
      return [
        {
          kind: 'assign',
          target: whole ? name(text) : range(text, high, low),
          value: whole && signal.default !== undefined ? this.#valueOf(signal, bits) : number(high - low + 1, bits),
          blocking: true,
        },
      ];
    });
    return {
      kind: 'always',
      events: [],
      body: [...defaults, ...lowerStatements(process.statements, this.#scope(), true)],
    };
  }

  #clocked(process: Process): VerilogItem {
    const domain = process.domain!;
    const body = lowerStatements(process.statements, this.#scope(), false);
    const events = this.#events(domain);
    if (!process.hasReset) return { kind: 'always', events, body };
    const reset = domain.reset!;
    if (reset.kind === 'asynchronous') {
      events.push({ edge: reset.active === 'high' ? 'posedge' : 'negedge', name: this.#signalName(reset.signal) });
    }
    const then = process.drives.map(
      ({ signal }): VerilogStatement => ({
        kind: 'assign',
        target: name(this.#signalName(signal)),
        value: this.#valueOf(signal, signal.reset!),
        blocking: false,
      }),
    );
    return {
      kind: 'always',
      events,
      body: [{ kind: 'if', condition: this.#resetCondition(domain), then, otherwise: body }],
    };
  }

  #assertions(process: Process): VerilogItem {
    const domain = process.domain!;
    const body = lowerStatements(process.statements, this.#scope(), false);
    const guarded: VerilogStatement[] =
      domain.reset === undefined
        ? body
        : [{ kind: 'if', condition: unary('!', this.#resetCondition(domain)), then: body, otherwise: [] }];
    return { kind: 'simulationOnly', items: [{ kind: 'always', events: this.#events(domain), body: guarded }] };
  }

  #instance(instance: InstanceIr, unused: VerilogDeclaration[]): VerilogItem {
    const text = this.#instances.get(instance)!;
    const connections = instance.module.ports.map((port) => {
      const portName = port.name ?? snakeCase(declaredName(port.locator) ?? '') ?? '';
      if (port.kind === 'input') {
        const value = instance.inputs.get(portName);
        if (value === undefined) throw new Error(`Input ${portName} of instance ${text} is not connected.`);
        return { name: portName, value: this.#lowering.value(value) };
      }
      const signal = instance.outputs.get(portName);
      if (signal !== undefined) return { name: portName, value: name(this.#signalName(signal)) };
      const open = this.#namer.merge(`_unused_${text}_${portName}`, '');
      unused.push({ kind: 'declaration', storage: 'wire', signed: port.signed, width: port.width, name: open });
      return { name: portName, value: name(open) };
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

  lower(): LoweredModule {
    const module = this.#module;
    this.#assignNames();
    const names = { signals: this.#signals, memories: this.#memories, instances: this.#instances };
    const header = [...module.documentation, ...this.#options.headerLines];
    const parameters = module.parameters.map((parameter) => ({
      name: parameter.name,
      value: parameterValue(parameter.default),
    }));
    if (module.kind === 'blackBox') {
      const ports = module.ports.map((port) => this.#port(port, false));
      return { names, verilog: { header, blackBox: true, parameters, ports, sections: [] } };
    }

    const roots = [...expressionsOf(module.statements), ...structuralExpressions(module)];
    const plans = planWires(roots);
    const named = plans.filter((plan) => plan.name !== undefined);
    const namedTexts = this.#namer.rename(named.map((plan) => plan.name!));
    named.forEach((plan, index) => this.#planned.set(plan.node, namedTexts[index]!));
    for (const plan of plans) if (plan.name === undefined) this.#planUnnamed(plan.node);
    // Operands first, so that lowering one never descends through another, however long the chain.
    for (const { node } of plans) this.#defineWire(node, this.#planned.get(node)!);

    const drivenElsewhere = new Set<SignalIr>();
    const ofInstances = new Set<SignalIr>();
    const registersOfMemories = new Set<SignalIr>();
    for (const instance of module.instances)
      for (const signal of instance.outputs.values()) {
        drivenElsewhere.add(signal);
        ofInstances.add(signal);
      }
    for (const memory of module.memories) {
      for (const read of memory.reads) {
        drivenElsewhere.add(read.data);
        if (read.domain !== undefined) registersOfMemories.add(read.data);
      }
    }
    const reads = this.#combinationalReads();
    const processes = decideProcesses(module, drivenElsewhere, (signals, statements) =>
      splitByDependence(signals, statements, (signal) => reads.get(signal) ?? new Set()),
    );

    // A simulator looks into instances: what seems a loop through one is usually cut by a register inside.
    this.#looped = signalsOnLoops(
      new Map([...reads].filter(([signal]) => signal.width > 1 && !ofInstances.has(signal))),
    );

    const scope = this.#scope();
    const combinational = processes.combinational.map((process) => this.#combinational(process));
    const clocked = processes.clocked.map((process) => this.#clocked(process));
    const assertions = processes.assertions.map((process) => this.#assertions(process));
    const memoryItems = module.memories.map((memory) =>
      lowerMemory(memory, this.#memories.get(memory)!, {
        value: (node) => this.#lowering.value(node),
        unsignedOfWidth: (node, bits) => this.#lowering.unsignedOfWidth(node, bits),
        signalName: (signal) => this.#signalName(signal),
        wireName: (node) => (node.kind === 'reference' ? this.#signalName(node.signal) : this.#makeWire(node)),
        events: (domain) => this.#events(domain),
      }),
    );
    const open: VerilogDeclaration[] = [];
    const instances = module.instances.map((instance) => [this.#instance(instance, open)]);

    const storage = new Set<SignalIr>(registersOfMemories);
    for (const process of [...processes.combinational, ...processes.clocked]) {
      for (const { signal } of process.drives) storage.add(signal);
    }
    for (const signal of module.signals) if (signal.kind === 'register') storage.add(signal);

    // Wires with one whole driver are declared with it; all others are declared first.
    const defined = new Map<string, VerilogItem[]>();
    const assigns: VerilogItem[] = [];
    const withValue = new Set<SignalIr>();
    for (const driver of processes.continuous) {
      const { signal, high, low } = driver.target;
      const value =
        typeof driver.value === 'bigint'
          ? high - low + 1 === signal.width
            ? this.#valueOf(signal, driver.value)
            : number(high - low + 1, driver.value)
          : this.#lowering.value(driver.value);
      const comments = driver.comments.map((text): VerilogItem => ({ kind: 'comment', text }));
      const place = driver.source === undefined ? {} : this.#place(driver.source);
      if (signal.kind === 'wire' && high - low + 1 === signal.width) {
        withValue.add(signal);
        defined.set(this.#signalName(signal), [...comments, { ...this.#declaration(signal, 'wire'), value, ...place }]);
      } else {
        const target = lowerTarget(scope, driver.target);
        assigns.push(...comments, { kind: 'continuous', target, value, ...place });
      }
    }
    for (const [text, { declaration }] of this.#wires) defined.set(text, [declaration]);
    const ordered = inDependenceOrder(defined);

    const declarations: VerilogItem[] = module.signals
      .filter((signal) => !withValue.has(signal))
      .map((signal) => this.#declaration(signal, storage.has(signal) ? 'reg' : 'wire'));
    const memories = module.memories.map((memory) => memoryDeclaration(memory, this.#memories.get(memory)!));
    const behaviour = [...memoryItems, ...combinational.map((item) => [item]), ...clocked.map((item) => [item])];
    const body: (readonly VerilogItem[])[] = [
      [...declarations, ...ordered.declarations, ...open],
      memories,
      ordered.definitions,
      ...instances,
      assigns,
      ...behaviour,
      ...assertions.map((item) => [item]),
    ];
    const unused = this.#unusedItems(body);
    const sections = [this.#localparams(), ...body, unused];
    const ports = module.ports.map((port) => this.#port(port, storage.has(port)));
    return { names, verilog: { header, blackBox: false, parameters, ports, sections } };
  }

  #planUnnamed(node: ExpressionIr): void {
    if (this.#planned.has(node)) return;
    const content = shortHash(node, (signal) => this.#signalName(signal));
    const what = node.kind === 'binary' || node.kind === 'unary' ? snakeCase(node.operator)! : node.kind;
    this.#planned.set(node, this.#namer.merge(`_${what}_${content}`, `${node.signed}`));
  }

  #combinationalReads(): Map<SignalIr, Set<SignalIr>> {
    const reads = new Map<SignalIr, Set<SignalIr>>();
    const add = (signal: SignalIr, expressions: ExpressionIr[]) => {
      const known = reads.get(signal) ?? new Set<SignalIr>();
      for (const read of readsOf(expressions)) known.add(read);
      reads.set(signal, known);
    };
    for (const statement of this.#module.statements) {
      const targets = new Set<SignalIr>();
      visitStatements([statement], (inner) => {
        if (inner.kind === 'assign' && inner.target.signal.kind !== 'register') targets.add(inner.target.signal);
      });
      for (const target of targets) add(target, expressionsOfTarget(statement, target));
    }
    for (const memory of this.#module.memories) {
      for (const read of memory.reads) if (read.domain === undefined) add(read.data, [read.address]);
    }
    for (const instance of this.#module.instances) {
      const inputs = [...instance.inputs.values()];
      for (const signal of instance.outputs.values()) add(signal, inputs);
    }
    return reads;
  }

  #localparams(): VerilogItem[] {
    const items = new Map<string, VerilogItem>();
    for (const [enumeration, members] of this.#members) {
      for (const [value, text] of members) {
        if (this.#usedMembers.has(text))
          items.set(text, { kind: 'localparam', width: enumeration.width, name: text, value });
      }
    }
    return [...items.values()];
  }

  #declaration(signal: SignalIr, storage: 'wire' | 'reg'): VerilogDeclaration {
    const initial = this.#options.initialValues && signal.kind === 'register' ? signal.reset : undefined;
    return {
      kind: 'declaration',
      storage,
      signed: signal.signed,
      width: signal.width,
      name: this.#signalName(signal),
      ...(this.#looped.has(signal) && { splitByBits: true }),
      ...(initial !== undefined && { value: this.#valueOf(signal, initial) }),
      ...(signal.comment !== undefined && { comment: signal.comment }),
    };
  }

  #port(port: SignalIr, isStorage: boolean): VerilogPort {
    return {
      direction: port.kind === 'input' ? 'input' : 'output',
      storage: isStorage ? 'reg' : 'wire',
      signed: port.signed,
      width: port.width,
      name: this.#signalName(port),
      ...(port.comment !== undefined && { comment: port.comment }),
    };
  }

  /** One wire that reads every bit that nothing else reads, so that lint stays silent about them. */
  #unusedItems(body: readonly (readonly VerilogItem[])[]): VerilogItem[] {
    const usage = new Usage();
    const outputs = new Set(
      this.#module.instances.flatMap(({ module }) =>
        module.ports
          .filter((port) => port.kind === 'output')
          .map((port) => `${this.#moduleKey(module)} ${port.name ?? ''}`),
      ),
    );
    for (const item of body.flat()) usage.readItem(item, (module, port) => outputs.has(`${module} ${port}`));
    const parts: VerilogExpression[] = [];
    const collect = (text: string, width: number) => {
      for (const [low, high] of usage.unread(text, width)) {
        parts.push(low === 0 && high === width - 1 ? name(text) : range(text, high, low));
      }
    };
    for (const port of this.#module.ports) if (port.kind === 'input') collect(this.#signalName(port), port.width);
    for (const signal of this.#module.signals) collect(this.#signalName(signal), signal.width);
    for (const [text, { node }] of this.#wires) collect(text, node.width);
    if (parts.length === 0) return [];
    const text = this.#namer.merge('_unused', '');
    const value = unary('&', { kind: 'concat', parts: [number(1, 0n), ...parts] });
    const comment: VerilogItem = { kind: 'comment', text: 'Bits that nothing reads.' };
    return [comment, { kind: 'declaration', storage: 'wire', signed: false, width: 1, name: text, value }];
  }
}

function expressionsOfTarget(statement: ModuleIr['statements'][number], target: SignalIr): ExpressionIr[] {
  return expressionsOf(
    filterStatements([statement], (inner) => inner.kind === 'assign' && inner.target.signal === target),
  );
}

function parameterValue(value: string | number): VerilogExpression {
  return typeof value === 'string' ? { kind: 'string', text: value } : integer(value);
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
