import type { Diagnostic } from './diagnostics.js';
import type {
  ClockDomainIr,
  ExpressionIr,
  InstanceIr,
  MemoryIr,
  ModuleIr,
  ModuleParameterIr,
  SignalIr,
  StatementIr,
} from './ir.js';
import type { Locator } from './locator.js';
import { declaredName } from './naming/declared-name.js';
import { snakeCase } from './naming/snake-case.js';
import { readSignals } from './read-signals.js';
import type { Port } from './ports.js';

/** While elaboration runs, names and port lists are still open; the finished IR is immutable. */
type Open<T> = { -readonly [K in keyof T]: T[K] };

/** An instance whose connections are still being collected. */
export interface OpenInstance {
  readonly module: ModuleIr;
  readonly locator: Locator;
  readonly name?: string;
  /** Wires of the parent that stand for the child's inputs and outputs, by port name. */
  readonly inputWires: ReadonlyMap<string, SignalIr>;
  readonly outputWires: ReadonlyMap<string, SignalIr>;
  /** Inputs that the language connects itself: clock and reset. */
  readonly implicit: ReadonlyMap<string, ExpressionIr>;
  readonly parameters: InstanceIr['parameters'];
  readonly images: InstanceIr['images'];
  readonly comment?: string;
}

/** Collects the content of one module while its body runs. */
export class ModuleBuilder {
  readonly name: string;
  readonly locator: Locator;
  readonly diagnostics: Diagnostic[] = [];
  readonly documentation: string[] = [];
  signals: SignalIr[] = [];
  readonly memories: MemoryIr[] = [];
  readonly instances: OpenInstance[] = [];
  readonly parameters: ModuleParameterIr[] = [];
  verilatorBody: ReadonlyMap<string, string> | undefined;
  #statements: StatementIr[] = [];
  readonly #suffixes = new Map<SignalIr, string>();
  readonly #optional = new Map<SignalIr, StatementIr>();
  /** Where statements go inside a condition; at the top there is none. */
  #block: StatementIr[] | undefined;
  #domain: ClockDomainIr | undefined;
  readonly #clock: SignalIr;
  readonly #reset: SignalIr;
  #clockUsed = false;
  #resetUsed = false;

  constructor(name: string, locator: Locator) {
    this.name = name;
    this.locator = locator;
    const implicit = (port: string, comment: string): SignalIr => ({
      kind: 'input',
      name: port,
      width: 1,
      signed: false,
      comment,
      tags: [],
      locator,
    });
    this.#clock = implicit('clk', 'rising edge');
    this.#reset = implicit('rst', 'synchronous, active high');
  }

  add(statement: StatementIr): void {
    (this.#block ?? this.#statements).push(statement);
  }

  /** A signal with its one statement, which no condition around the call applies to; both go if nothing reads it. */
  addIfRead(signal: SignalIr, statement: StatementIr): void {
    this.signals.push(signal);
    this.#statements.push(statement);
    this.#optional.set(signal, statement);
  }

  /** Runs `body` with its statements collected apart. */
  collect(body: () => void): StatementIr[] {
    const outer = this.#block;
    const block: StatementIr[] = [];
    this.#block = block;
    try {
      body();
    } finally {
      this.#block = outer;
    }
    return block;
  }

  /** The clock domain in force; without an explicit one, that of the implicit ports `clk` and `rst`. */
  domain(needsReset: boolean): ClockDomainIr {
    if (this.#domain !== undefined) return this.#domain;
    this.#clockUsed = true;
    this.#resetUsed ||= needsReset;
    const clock = { clock: this.#clock, edge: 'rising' as const };
    return needsReset ? { ...clock, reset: { signal: this.#reset, active: 'high', kind: 'synchronous' } } : clock;
  }

  inDomain(domain: ClockDomainIr, body: () => void): void {
    const outer = this.#domain;
    this.#domain = domain;
    try {
      body();
    } finally {
      this.#domain = outer;
    }
  }

  /** Part of a record or vector: named after the variable that holds the whole, and its path in it. */
  nameAfterHolder(signal: SignalIr, path: string): void {
    this.#suffixes.set(signal, path);
  }

  finish(ports: readonly Port[]): ModuleIr {
    for (const { signal, name, comment } of ports) {
      const open = signal as Open<SignalIr>;
      open.name = name;
      if (comment !== undefined) open.comment ??= comment;
    }
    for (const [signal, path] of this.#suffixes) {
      if (signal.name !== undefined) continue;
      (signal as Open<SignalIr>).name = `${snakeCase(declaredName(signal.locator) ?? 'signal') ?? 'signal'}_${path}`;
    }
    this.#dropUnread();
    const direct = this.#directConnections();
    const statements = this.#statements.filter(
      (statement) => statement.kind !== 'assign' || direct.get(statement.target.signal) !== statement.value,
    );
    const read = readSignals(statements, this.memories, [...direct.values()]);
    const instances = this.#finishInstances(direct, read);
    const implicit = [...(this.#clockUsed ? [this.#clock] : []), ...(this.#resetUsed ? [this.#reset] : [])];
    const dropped = new Set([
      ...direct.keys(),
      ...this.instances.flatMap(({ outputWires }) => [...outputWires.values()].filter((wire) => !read.has(wire))),
    ]);
    return {
      name: this.name,
      documentation: this.documentation,
      kind: 'module',
      ports: [...implicit, ...ports.map(({ signal }) => signal)],
      parameters: this.parameters,
      signals: this.signals.filter((signal) => !dropped.has(signal)),
      memories: this.memories,
      instances,
      statements,
      ...(this.verilatorBody && { verilatorBody: this.verilatorBody }),
      locator: this.locator,
    };
  }

  /** Removes what nothing reads of the signals that were only made in case they are. */
  #dropUnread(): void {
    for (;;) {
      const read = readSignals(this.#statements, this.memories, []);
      const unread = [...this.#optional].filter(([signal]) => !read.has(signal));
      if (unread.length === 0) return;
      const statements = new Set(unread.map(([, statement]) => statement));
      for (const [signal] of unread) this.#optional.delete(signal);
      const signals = new Set(unread.map(([signal]) => signal));
      this.#statements = this.#statements.filter((statement) => !statements.has(statement));
      this.signals = this.signals.filter((signal) => !signals.has(signal));
    }
  }

  /** Inputs of instances that one unconditional assignment drives: connected without a wire in between. */
  #directConnections(): Map<SignalIr, ExpressionIr> {
    const wires = new Set(this.instances.flatMap(({ inputWires }) => [...inputWires.values()]));
    const read = readSignals(this.#statements, this.memories, []);
    const drivers = new Map<SignalIr, ExpressionIr>();
    const assigned = (statements: readonly StatementIr[], top: boolean): void => {
      for (const statement of statements) {
        if (statement.kind === 'if') {
          assigned(statement.then, false);
          assigned(statement.otherwise, false);
        } else if (statement.kind === 'switch') {
          for (const { body } of statement.cases) assigned(body, false);
          assigned(statement.otherwise ?? [], false);
        } else if (statement.kind === 'assign') {
          const { signal, high, low } = statement.target;
          if (!wires.has(signal)) continue;
          const whole = top && low === 0 && high === signal.width - 1;
          if (whole && !drivers.has(signal) && !read.has(signal)) drivers.set(signal, statement.value);
          else {
            wires.delete(signal);
            drivers.delete(signal);
          }
        }
      }
    };
    assigned(this.#statements, true);
    return drivers;
  }

  #finishInstances(direct: ReadonlyMap<SignalIr, ExpressionIr>, read: ReadonlySet<SignalIr>): InstanceIr[] {
    const wanted = this.instances.map(
      ({ name, locator, module }) => name ?? snakeCase(declaredName(locator) ?? module.name) ?? module.name,
    );
    const total = new Map<string, number>();
    for (const name of wanted) total.set(name, (total.get(name) ?? 0) + 1);
    const seen = new Map<string, number>();
    return this.instances.map((instance, index) => {
      const base = wanted[index]!;
      const count = seen.get(base) ?? 0;
      seen.set(base, count + 1);
      const name = total.get(base)! > 1 ? `${base}_${count}` : base;
      const inputs = new Map(instance.implicit);
      for (const [port, wire] of instance.inputWires) {
        (wire as Open<SignalIr>).name = `${name}_${port}`;
        inputs.set(port, direct.get(wire) ?? reference(wire));
      }
      const outputs = new Map<string, SignalIr>();
      for (const [port, wire] of instance.outputWires) {
        (wire as Open<SignalIr>).name = `${name}_${port}`;
        if (read.has(wire)) outputs.set(port, wire);
      }
      const { module, parameters, images, comment, locator } = instance;
      return { module, name, inputs, outputs, parameters, images, locator, ...(comment !== undefined && { comment }) };
    });
  }
}

export function reference(signal: SignalIr): ExpressionIr {
  return { kind: 'reference', signal, width: signal.width, signed: signal.signed, locator: signal.locator };
}
