/** What the rules of the IR say a module does, cycle by cycle: every value on demand, nothing scheduled. */
import type { ExpressionIr, InstanceIr, MemoryIr, ModuleIr, SignalIr, StatementIr } from '../../src/hdl/ir.js';
import { evaluate } from './evaluate.js';

type Edge = 'rising' | 'falling';

interface Driver {
  readonly kind: 'instance' | 'memory';
  readonly value: () => bigint;
}

function mask(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

function withBits(word: bigint, high: number, low: number, value: bigint): bigint {
  const bits = mask(high - low + 1) << BigInt(low);
  return (word & ~bits) | (value << BigInt(low));
}

/** The state of one instance of a module, and the values of its signals in the present cycle. */
export class ModuleState {
  readonly #module: ModuleIr;
  readonly #inputs: (port: SignalIr) => bigint;
  readonly #image: (parameter: string) => readonly bigint[];
  readonly #registers = new Map<SignalIr, bigint>();
  readonly #memories = new Map<MemoryIr, bigint[]>();
  readonly #children = new Map<InstanceIr, ModuleState>();
  readonly #drivers = new Map<SignalIr, Driver>();
  readonly #values = new Map<SignalIr, bigint>();
  readonly #running = new Set<SignalIr>();

  /**
   * @param inputs The value of an input port now.
   * @param image The content of an image parameter.
   */
  constructor(
    module: ModuleIr,
    inputs: (port: SignalIr) => bigint,
    image: (parameter: string) => readonly bigint[] = () => [],
  ) {
    this.#module = module;
    this.#inputs = inputs;
    this.#image = image;
    for (const signal of module.signals) {
      if (signal.kind === 'register') this.#registers.set(signal, signal.reset ?? 0n);
    }
    for (const memory of module.memories) this.#addMemory(memory);
    for (const instance of module.instances) this.#addInstance(instance);
  }

  #addMemory(memory: MemoryIr): void {
    const { image } = memory;
    const words = image === undefined ? [] : image.kind === 'parameter' ? this.#image(image.parameter) : image.words;
    this.#memories.set(
      memory,
      Array.from({ length: memory.depth }, (_, index) => words[index] ?? 0n),
    );
    for (const read of memory.reads) {
      if (read.domain === undefined) {
        const value = () => this.#memories.get(memory)![Number(this.of(read.address))]!;
        this.#drivers.set(read.data, { kind: 'memory', value });
      } else this.#registers.set(read.data, 0n);
    }
  }

  #addInstance(instance: InstanceIr): void {
    const child = new ModuleState(
      instance.module,
      (port) => this.of(instance.inputs.get(port.name!)!),
      (parameter) => instance.images.get(parameter)!,
    );
    this.#children.set(instance, child);
    for (const [name, signal] of instance.outputs) {
      const port = instance.module.ports.find((candidate) => candidate.name === name)!;
      this.#drivers.set(signal, { kind: 'instance', value: () => child.valueOf(port) });
    }
  }

  of(node: ExpressionIr): bigint {
    return evaluate(node, (signal) => this.valueOf(signal));
  }

  /** The bit pattern of a signal in the present cycle. */
  valueOf(signal: SignalIr): bigint {
    const known = this.#values.get(signal);
    if (known !== undefined) return known;
    if (this.#running.has(signal)) throw new Error(`${signal.name} depends on itself`);
    this.#running.add(signal);
    const value = this.#compute(signal);
    this.#running.delete(signal);
    this.#values.set(signal, value);
    return value;
  }

  #compute(signal: SignalIr): bigint {
    if (signal.kind === 'input') return this.#inputs(signal);
    const driver = this.#drivers.get(signal);
    if (driver !== undefined) return driver.value();
    const stored = this.#registers.get(signal);
    if (stored === undefined) return this.#assigned(this.#module.statements, signal, signal.default ?? 0n);
    return signal.domain?.reset?.kind === 'asynchronous' && this.#resets(signal) ? signal.reset! : stored;
  }

  #resets(register: SignalIr): boolean {
    const reset = register.domain?.reset;
    if (reset === undefined || register.reset === undefined) return false;
    return this.valueOf(reset.signal) === (reset.active === 'high' ? 1n : 0n);
  }

  /** What the statements make of `bits`, the value of the signal so far. */
  #assigned(statements: readonly StatementIr[], signal: SignalIr, bits: bigint): bigint {
    return statements.reduce((word, statement) => {
      switch (statement.kind) {
        case 'assign': {
          const { target, value } = statement;
          return target.signal === signal ? withBits(word, target.high, target.low, this.of(value)) : word;
        }
        case 'if': {
          if (!assigns([statement], signal)) return word;
          const taken = this.of(statement.condition) === 1n ? statement.then : statement.otherwise;
          return this.#assigned(taken, signal, word);
        }
        case 'switch': {
          if (!assigns([statement], signal)) return word;
          const subject = this.of(statement.subject);
          const taken = statement.cases.find(({ labels }) => labels.includes(subject))?.body;
          return this.#assigned(taken ?? statement.otherwise ?? [], signal, word);
        }
        case 'assert':
        case 'comment':
          return word;
      }
    }, bits);
  }

  /** Forgets the values of the cycle: call it when inputs have changed. */
  settle(): void {
    this.#values.clear();
    for (const child of this.#children.values()) child.settle();
  }

  /** A whole cycle of the clock: its rising edge, then its falling edge. */
  step(): void {
    for (const edge of ['rising', 'falling'] as const) {
      const commits = this.#atEdge(edge);
      for (const commit of commits) commit();
      this.settle();
    }
  }

  #atEdge(edge: Edge): (() => void)[] {
    const commits: (() => void)[] = [];
    for (const signal of this.#module.signals) {
      if (signal.kind !== 'register' || signal.domain!.edge !== edge) continue;
      const next = this.#resets(signal)
        ? signal.reset!
        : this.#assigned(this.#module.statements, signal, this.valueOf(signal));
      commits.push(() => this.#registers.set(signal, next));
    }
    for (const memory of this.#module.memories) commits.push(...this.#memoryAtEdge(memory, edge));
    for (const child of this.#children.values()) commits.push(...child.#atEdge(edge));
    return commits;
  }

  #memoryAtEdge(memory: MemoryIr, edge: Edge): (() => void)[] {
    const words = this.#memories.get(memory)!;
    const commits: (() => void)[] = [];
    for (const { data, address, enable, domain } of memory.reads) {
      if (domain?.edge !== edge || (enable && this.of(enable) === 0n)) continue;
      const word = words[Number(this.of(address))]!;
      commits.push(() => this.#registers.set(data, word));
    }
    for (const port of memory.writes) {
      if (port.domain.edge !== edge || this.of(port.enable) === 0n) continue;
      const address = Number(this.of(port.address));
      const data = this.of(port.data);
      const groups = port.mask === undefined ? 1 : port.mask.width;
      const written = port.mask === undefined ? 1n : this.of(port.mask);
      const lane = memory.width / groups;
      commits.push(() => {
        for (let group = 0; group < groups; group++) {
          if (((written >> BigInt(group)) & 1n) === 0n) continue;
          const low = group * lane;
          const part = (data >> BigInt(low)) & mask(lane);
          words[address] = withBits(words[address]!, low + lane - 1, low, part);
        }
      });
    }
    return commits;
  }
}

function assigns(statements: readonly StatementIr[], signal: SignalIr): boolean {
  return statements.some((statement) => {
    if (statement.kind === 'assign') return statement.target.signal === signal;
    if (statement.kind === 'if') return assigns(statement.then, signal) || assigns(statement.otherwise, signal);
    if (statement.kind === 'switch') {
      const inCase = statement.cases.some(({ body }) => assigns(body, signal));
      return inCase || assigns(statement.otherwise ?? [], signal);
    }
    return false;
  });
}
