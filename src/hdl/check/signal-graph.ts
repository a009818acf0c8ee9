import type { ClockDomainIr, ExpressionIr, InstanceIr, MemoryIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { operandsOf } from '../operands.js';
import { visitExpressions } from './walk.js';

/** Where values of a clock domain are sampled, other than by a register. */
export interface Sampler {
  readonly what: 'memory read port' | 'memory write port' | 'assertion';
  readonly memory?: MemoryIr;
  readonly domain: ClockDomainIr;
  readonly locator: Locator;
}

/**
 * A node of the graph of words. `signal`: the present value. `next`: what a register takes at the next edge.
 * `control`: the conditions under which a block runs. `port`: an input port of an instance. `sampler`: what a memory
 * port or an assertion looks at.
 */
export type GraphNode =
  | { readonly kind: 'signal'; readonly signal: SignalIr }
  | { readonly kind: 'expression'; readonly expression: ExpressionIr }
  | { readonly kind: 'control' }
  | { readonly kind: 'next'; readonly signal: SignalIr }
  | { readonly kind: 'port'; readonly instance: InstanceIr; readonly port: string }
  | { readonly kind: 'sampler'; readonly sampler: Sampler };

/** For each output port of a module, the input ports on which it depends within one cycle. */
export type PortDependencies = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What depends on what within one cycle in one module, word by word: a register's present value depends on nothing.
 * Linear in the size of the module, as shared expressions are one node.
 */
export class SignalGraph {
  readonly nodes: GraphNode[] = [];
  /** By node: the nodes that it is computed from. */
  readonly dependencies: number[][] = [];
  readonly #ids = new Map<object, number>();
  readonly #nextIds = new Map<SignalIr, number>();
  readonly #expressions = new Set<ExpressionIr>();

  constructor(
    readonly module: ModuleIr,
    portDependencies: (module: ModuleIr) => PortDependencies,
  ) {
    for (const signal of [...module.ports, ...module.signals]) this.#signal(signal);
    this.#statements(module.statements, undefined);
    for (const instance of module.instances) this.#instance(instance, portDependencies(instance.module));
    for (const memory of module.memories) this.#memory(memory);
  }

  idOf(signal: SignalIr): number {
    return this.#signal(signal);
  }

  #add(node: GraphNode): number {
    this.nodes.push(node);
    this.dependencies.push([]);
    return this.nodes.length - 1;
  }

  #signal(signal: SignalIr): number {
    let id = this.#ids.get(signal);
    if (id === undefined) {
      id = this.#add({ kind: 'signal', signal });
      this.#ids.set(signal, id);
    }
    return id;
  }

  #target(signal: SignalIr): number {
    if (signal.kind !== 'register') return this.#signal(signal);
    let id = this.#nextIds.get(signal);
    if (id === undefined) {
      id = this.#add({ kind: 'next', signal });
      this.#nextIds.set(signal, id);
    }
    return id;
  }

  #expression(root: ExpressionIr): number {
    visitExpressions(root, this.#expressions, (expression) => {
      const id = this.#add({ kind: 'expression', expression });
      this.#ids.set(expression, id);
      this.dependencies[id] =
        expression.kind === 'reference'
          ? [this.#signal(expression.signal)]
          : operandsOf(expression).map((operand) => this.#ids.get(operand)!);
    });
    return this.#ids.get(root)!;
  }

  #statements(block: readonly StatementIr[], control: number | undefined): void {
    for (const statement of block) {
      switch (statement.kind) {
        case 'assign': {
          const sources = this.dependencies[this.#target(statement.target.signal)]!;
          sources.push(this.#expression(statement.value));
          if (control !== undefined) sources.push(control);
          break;
        }
        case 'if': {
          const inner = this.#control(statement.condition, control);
          this.#statements(statement.then, inner);
          this.#statements(statement.otherwise, inner);
          break;
        }
        case 'switch': {
          const inner = this.#control(statement.subject, control);
          for (const branch of statement.cases) this.#statements(branch.body, inner);
          this.#statements(statement.otherwise ?? [], inner);
          break;
        }
        case 'assert': {
          const { domain, locator } = statement;
          const id = this.#add({ kind: 'sampler', sampler: { what: 'assertion', domain, locator } });
          this.dependencies[id]!.push(this.#expression(statement.condition));
          if (control !== undefined) this.dependencies[id]!.push(control);
          break;
        }
        case 'comment':
          break;
      }
    }
  }

  #control(condition: ExpressionIr, outer: number | undefined): number {
    const id = this.#add({ kind: 'control' });
    this.dependencies[id]!.push(this.#expression(condition));
    if (outer !== undefined) this.dependencies[id]!.push(outer);
    return id;
  }

  #instance(instance: InstanceIr, dependencies: PortDependencies): void {
    const ports = new Map<string, number>();
    for (const [port, value] of instance.inputs) {
      const id = this.#add({ kind: 'port', instance, port });
      this.dependencies[id]!.push(this.#expression(value));
      ports.set(port, id);
    }
    for (const [port, signal] of instance.outputs) {
      const sources = this.dependencies[this.#signal(signal)]!;
      for (const input of dependencies.get(port) ?? []) {
        const id = ports.get(input);
        if (id !== undefined) sources.push(id);
      }
    }
  }

  #memory(memory: MemoryIr): void {
    const sampler = (
      what: Sampler['what'],
      domain: ClockDomainIr,
      locator: Locator,
      values: readonly (ExpressionIr | undefined)[],
    ): void => {
      const id = this.#add({ kind: 'sampler', sampler: { what, memory, domain, locator } });
      for (const value of values) if (value !== undefined) this.dependencies[id]!.push(this.#expression(value));
    };
    for (const { data, address, enable, domain, locator } of memory.reads) {
      if (domain !== undefined) {
        sampler('memory read port', domain, locator, [address, enable]);
        continue;
      }
      const sources = this.dependencies[this.#signal(data)]!;
      sources.push(this.#expression(address));
      if (enable !== undefined) sources.push(this.#expression(enable));
    }
    for (const { address, data, enable, mask, domain, locator } of memory.writes) {
      sampler('memory write port', domain, locator, [address, data, enable, mask]);
    }
  }
}
