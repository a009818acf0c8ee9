import type { ClockDomainIr, InstanceIr, ModuleIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { stronglyConnected } from './components.js';
import type { Reporter } from './reporter.js';
import { SignalGraph, type PortDependencies } from './signal-graph.js';
import { allStatements } from './walk.js';

/**
 * What makes two clocks the same: the signal that carries it, or, where an input port is fed by an expression, that
 * expression, or, for a clock made inside an instance, the pair of the two.
 */
export type ClockIdentity = object;

/** A place that launches or samples values of a clock. It is put into words only when a finding needs it. */
export class Witness {
  readonly #what: () => string;
  readonly #clock: () => string;

  constructor(
    readonly locator: Locator,
    what: () => string,
    clock: () => string,
  ) {
    this.#what = what;
    this.#clock = clock;
  }

  get what(): string {
    return this.#what();
  }

  get clock(): string {
    return this.#clock();
  }
}

/** Where a value comes from within the cycle: input ports of the module, and for each clock one source. */
export interface FanIn {
  readonly inputs: ReadonlySet<SignalIr>;
  readonly clocks: ReadonlyMap<ClockIdentity, Witness>;
}

/** What a parent must know of a module's paths. */
export interface ModulePaths {
  readonly outputs: ReadonlyMap<string, FanIn>;
  readonly dependencies: PortDependencies;
  /** For each input port, the clocks that sample it. */
  readonly samplers: ReadonlyMap<string, ReadonlyMap<ClockIdentity, Witness>>;
}

export const noFanIn: FanIn = { inputs: new Set(), clocks: new Map() };

function unite(parts: readonly FanIn[]): FanIn {
  let result = noFanIn;
  let own = false;
  for (const part of parts) {
    if (part === result || part === noFanIn) continue;
    if (result === noFanIn) {
      result = part;
      continue;
    }
    const newInputs = [...part.inputs].some((input) => !result.inputs.has(input));
    const newClocks = [...part.clocks.keys()].some((clock) => !result.clocks.has(clock));
    if (!newInputs && !newClocks) continue;
    // Sets are shared between nodes; only one made here may be extended.
    const inputs = own ? (result.inputs as Set<SignalIr>) : new Set(result.inputs);
    const clocks = own ? (result.clocks as Map<ClockIdentity, Witness>) : new Map(result.clocks);
    for (const input of part.inputs) inputs.add(input);
    for (const [clock, witness] of part.clocks) if (!clocks.has(clock)) clocks.set(clock, witness);
    result = { inputs, clocks };
    own = true;
  }
  return result;
}

/** The graph of one module with its components and the fan-in of every node. */
export class ModuleAnalysis {
  readonly graph: SignalGraph;
  /** Dependencies first. */
  readonly components: readonly (readonly number[])[];
  readonly #fanIn: FanIn[];
  readonly #aliases = new Map<SignalIr, SignalIr>();
  readonly #innerClocks = new Map<InstanceIr, Map<ClockIdentity, ClockIdentity>>();

  constructor(
    readonly module: ModuleIr,
    readonly pathsOf: (module: ModuleIr) => ModulePaths,
    readonly reporter: Reporter,
  ) {
    this.graph = new SignalGraph(module, (child) => pathsOf(child).dependencies);
    this.#findAliases();
    const { nodes, dependencies } = this.graph;
    this.components = stronglyConnected(nodes.keys(), (node) => dependencies[node]!);
    this.#fanIn = nodes.map(() => noFanIn);
    const launched = this.#launched();
    for (const component of this.components) {
      const parts: FanIn[] = [];
      for (const node of component) {
        const own = launched.get(node);
        if (own !== undefined) parts.push(own);
        for (const source of dependencies[node]!) parts.push(this.#fanIn[source]!);
      }
      const all = unite(parts);
      for (const node of component) this.#fanIn[node] = all;
    }
  }

  fanIn(node: number): FanIn {
    return this.#fanIn[node]!;
  }

  /** The signal that a clock comes from, through wires that only rename it. */
  clockOf(domain: ClockDomainIr): SignalIr {
    return this.#source(domain.clock);
  }

  /** The parent's name for a clock of an instance. */
  clockOfInstance(instance: InstanceIr, clock: ClockIdentity): ClockIdentity {
    const port = instance.module.ports.find((candidate) => candidate === clock);
    if (port?.kind === 'input') {
      const value = instance.inputs.get(port.name!);
      if (value !== undefined) return value.kind === 'reference' ? this.#source(value.signal) : value;
    } else if (port !== undefined) {
      const wire = instance.outputs.get(port.name!);
      if (wire !== undefined) return this.#source(wire);
    }
    let clocks = this.#innerClocks.get(instance);
    if (clocks === undefined) this.#innerClocks.set(instance, (clocks = new Map<ClockIdentity, ClockIdentity>()));
    let identity = clocks.get(clock);
    if (identity === undefined) clocks.set(clock, (identity = { instance, clock }));
    return identity;
  }

  #source(signal: SignalIr): SignalIr {
    const seen = new Set<SignalIr>();
    let source = signal;
    for (
      let next = this.#aliases.get(source);
      next !== undefined && !seen.has(next);
      next = this.#aliases.get(source)
    ) {
      seen.add(next);
      source = next;
    }
    return source;
  }

  #findAliases(): void {
    const assigned = new Set<SignalIr>();
    const top = new Set(this.module.statements);
    for (const statement of allStatements(this.module.statements)) {
      if (statement.kind !== 'assign') continue;
      const { signal } = statement.target;
      const whole = top.has(statement) && signal.width === 1 && signal.kind !== 'register' && !assigned.has(signal);
      if (whole && statement.value.kind === 'reference') this.#aliases.set(signal, statement.value.signal);
      else this.#aliases.delete(signal);
      assigned.add(signal);
    }
  }

  /** What the nodes that begin a path launch: inputs, registers, synchronous read data, registers of instances. */
  #launched(): Map<number, FanIn> {
    const result = new Map<number, FanIn>();
    const add = (signal: SignalIr, fanIn: FanIn): void => {
      const id = this.graph.idOf(signal);
      result.set(id, unite([result.get(id) ?? noFanIn, fanIn]));
    };
    const clocked = (domain: ClockDomainIr, what: () => string, locator: Locator): FanIn => {
      const clock = this.clockOf(domain);
      const witness = new Witness(locator, what, () => this.reporter.name(domain.clock));
      return { inputs: new Set(), clocks: new Map([[clock, witness]]) };
    };
    for (const signal of [...this.module.ports, ...this.module.signals]) {
      if (signal.kind === 'input') add(signal, { inputs: new Set([signal]), clocks: new Map() });
      if (signal.kind !== 'register' || signal.domain === undefined) continue;
      if (this.reporter.exempts(signal, 'HDL0302')) continue;
      add(
        signal,
        clocked(signal.domain, () => `register ${this.reporter.name(signal)}`, signal.locator),
      );
    }
    for (const memory of this.module.memories) {
      for (const { domain, data, locator } of memory.reads) {
        if (domain === undefined || [memory, data].some((object) => this.reporter.exempts(object, 'HDL0302'))) continue;
        add(
          data,
          clocked(domain, () => `memory ${this.reporter.name(memory)}`, locator),
        );
      }
    }
    for (const instance of this.module.instances) {
      const { outputs } = this.pathsOf(instance.module);
      for (const [port, signal] of instance.outputs) {
        const inner = outputs.get(port);
        if (inner === undefined || inner.clocks.size === 0 || this.reporter.exempts(signal, 'HDL0302')) continue;
        const clocks = new Map<ClockIdentity, Witness>();
        for (const [clock, witness] of inner.clocks) {
          const what = (): string => this.reporter.connection(instance, 'output', port);
          const here = new Witness(instance.locator, what, () => witness.clock);
          clocks.set(this.clockOfInstance(instance, clock), here);
        }
        add(signal, { inputs: new Set(), clocks });
      }
    }
    return result;
  }
}
