/** Random modules from a seed: wires, registers, memories and instances under nested conditions. */
import type {
  ClockDomainIr,
  EnumerationIr,
  ExpressionIr,
  InstanceIr,
  MemoryIr,
  MemoryReadPortIr,
  MemoryWritePortIr,
  ModuleIr,
  SignalIr,
  StatementIr,
} from '../../../src/hdl/ir.js';
import * as ir from './ir.js';
import { ExpressionMaker, type Random } from './random-expression.js';

const widths = [1, 2, 3, 8, 31, 33, 65];

/** The inputs that every random module has beside clock and resets. */
export const dataInputs = widths.flatMap((width) => [
  ir.signal('input', `u${width}`, width),
  ir.signal('input', `s${width}`, width, { signed: true }),
]);
export const resetLow = ir.signal('input', 'rst_n');
export const inputs = [ir.rst, resetLow, ...dataInputs];

const domains: readonly ClockDomainIr[] = [
  ir.domain,
  ir.domain,
  { clock: ir.clk, edge: 'rising' },
  { clock: ir.clk, edge: 'falling', reset: { signal: ir.rst, active: 'high', kind: 'synchronous' } },
  { clock: ir.clk, edge: 'rising', reset: { signal: resetLow, active: 'low', kind: 'asynchronous' } },
];

class ModuleMaker {
  readonly #random: Random;
  /** What an expression may read without making a loop. */
  readonly #known: SignalIr[] = [...dataInputs];
  readonly #maker: ExpressionMaker;
  readonly #signals: SignalIr[] = [];
  readonly #statements: StatementIr[] = [];
  readonly #memories: MemoryIr[] = [];
  readonly #instances: InstanceIr[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#maker = new ExpressionMaker(random, this.#known);
  }

  #expression(width: number, signed: boolean, maker = this.#maker): ExpressionIr {
    return maker.make(width, signed, this.#random.below(4));
  }
  #condition(maker = this.#maker): ExpressionIr {
    return maker.make(1, false, 1 + this.#random.below(2));
  }

  /** Assignments to all bits of a target, or to some of them. */
  #assign(target: SignalIr, all: boolean, maker: ExpressionMaker): StatementIr[] {
    const random = this.#random;
    if (target.width === 1 || random.below(3) > 0) {
      return [ir.assign(target, this.#expression(target.width, target.signed, maker))];
    }
    const cut = 1 + random.below(target.width - 1);
    const high = ir.assign(target, this.#expression(target.width - cut, false, maker), target.width - 1, cut);
    const low = ir.assign(target, this.#expression(cut, false, maker), cut - 1, 0);
    return all ? [high, low] : [random.pick([high, low])];
  }

  /** Statements that drive the targets, on every path if `all`. */
  #block(
    targets: readonly SignalIr[],
    all: boolean,
    depth: number,
    makerOf: (target: SignalIr) => ExpressionMaker,
  ): StatementIr[] {
    const random = this.#random;
    const chosen = all ? targets : targets.filter(() => random.below(3) > 0);
    const plain = () => chosen.flatMap((target) => this.#assign(target, all, makerOf(target)));
    const inner = (every: boolean) => this.#block(targets, every, depth - 1, makerOf);
    if (depth === 0) return plain();
    switch (random.below(all ? 4 : 5)) {
      case 0:
        return plain();
      case 1:
        return [...plain(), ir.when(this.#condition(), inner(false), random.below(2) === 0 ? [] : inner(false))];
      case 2:
        return [ir.when(this.#condition(), inner(all), [ir.when(this.#condition(), inner(all), inner(all))])];
      case 3:
        return [this.#choose(targets, all, depth - 1, makerOf)];
      default:
        return [ir.when(this.#condition(), [], inner(false)), ...inner(false)];
    }
  }

  #choose(
    targets: readonly SignalIr[],
    all: boolean,
    depth: number,
    makerOf: (target: SignalIr) => ExpressionMaker,
  ): StatementIr {
    const random = this.#random;
    const subject = this.#expression(1 + random.below(3), random.below(4) === 0);
    const values = Array.from({ length: 2 ** subject.width }, (_, value) => BigInt(value));
    const complete = random.below(3) === 0;
    const labels = complete ? values : values.filter(() => random.below(2) === 0);
    const groups: bigint[][] = [];
    for (const label of labels) {
      if (groups.length > 0 && random.below(4) === 0) groups.at(-1)!.push(label);
      else groups.push([label]);
    }
    const body = (every: boolean) => this.#block(targets, every, depth, makerOf);
    const hasDefault = (all && !complete) || random.below(2) === 0;
    const cases = groups.map((group) => [group, body(all)] as const);
    return ir.choose(subject, cases, hasDefault ? body(all) : undefined);
  }

  /** A few wires of which later ones may read earlier ones, directly or through a wire elsewhere. */
  #wires(): void {
    const random = this.#random;
    const allowed = [...this.#known];
    const makers = new Map<SignalIr, ExpressionMaker>();
    const isDefaulted = random.below(2) === 0;
    const targets: SignalIr[] = [];
    for (let count = 1 + random.below(3); count > 0; count--) {
      const width = random.pick(widths);
      const target = ir.signal('wire', `w${this.#signals.length}`, width, {
        signed: random.below(2) === 1,
        ...(isDefaulted && { default: random.bits(width) }),
      });
      makers.set(target, new ExpressionMaker(random, [...allowed]));
      this.#signals.push(target);
      targets.push(target);
      allowed.push(target);
      if (random.below(3) === 0) {
        const through = ir.signal('wire', `through${this.#signals.length}`, random.pick(widths));
        const maker = new ExpressionMaker(random, [...allowed]);
        this.#statements.push(ir.assign(through, this.#expression(through.width, false, maker)));
        this.#signals.push(through);
        allowed.push(through);
      }
    }
    this.#statements.push(...this.#block(targets, !isDefaulted, random.below(3), (target) => makers.get(target)!));
    this.#known.push(...allowed.slice(this.#known.length));
  }

  #newRegister(): SignalIr {
    const random = this.#random;
    const width = random.pick(widths);
    const register = ir.signal('register', `r${this.#signals.length}`, width, {
      signed: random.below(2) === 1,
      domain: random.pick(domains),
      ...(random.below(3) > 0 && { reset: random.bits(width) }),
    });
    this.#signals.push(register);
    this.#known.push(register);
    return register;
  }

  #driveRegisters(registers: readonly SignalIr[]): void {
    const random = this.#random;
    const enable = this.#condition();
    for (let index = 0; index < registers.length; ) {
      const group = registers.slice(index, index + 1 + random.below(3));
      index += group.length;
      const block = this.#block(group, false, random.below(3), () => this.#maker);
      this.#statements.push(...(random.below(3) === 0 ? [ir.when(enable, block)] : block));
    }
  }

  #machine(): void {
    const random = this.#random;
    const State: EnumerationIr = {
      name: `State${this.#signals.length}`,
      width: 2,
      members: new Map([
        ['idle', 0n],
        ['loadRow', 1n],
        ['run', 3n],
      ]),
    };
    const codes = [...State.members.values()];
    const state = ir.signal('register', `state${this.#signals.length}`, 2, {
      enumeration: State,
      reset: random.pick(codes),
      domain: ir.domain,
    });
    const decoded = ir.signal('wire', `decoded${this.#signals.length}`, random.pick(widths));
    const member = (code: bigint) => ({ ...ir.constant(2, code), enumeration: State });
    const next = () => ir.when(this.#condition(), [ir.assign(state, member(random.pick(codes)))]);
    const cases = codes.map((code) => [[code], [next()]] as [bigint[], StatementIr[]]);
    const values = codes.map((code) => [[code], this.#assign(decoded, true, this.#maker)] as [bigint[], StatementIr[]]);
    this.#statements.push(ir.choose(ir.ref(state), cases), ir.choose(ir.ref(state), values));
    this.#signals.push(state, decoded);
    this.#known.push(state, decoded);
  }

  #memory(): void {
    const random = this.#random;
    const addressWidth = 1 + random.below(4);
    const lane = random.pick([1, 2, 8]);
    const width = lane * random.pick([1, 2, 4, 33]);
    const depth = 2 ** addressWidth;
    const words = Array.from({ length: depth }, () => random.bits(width));
    const name = `words${this.#memories.length}`;
    const domain = (): ClockDomainIr => ({ clock: ir.clk, edge: random.below(4) === 0 ? 'falling' : 'rising' });
    const reads: MemoryReadPortIr[] = [];
    const writes: MemoryWritePortIr[] = [];
    for (let count = 1 + random.below(2); count > 0; count--) {
      const data = ir.signal('wire', `read${this.#signals.length}`, width, { signed: random.below(3) === 0 });
      const isSynchronous = random.below(3) > 0;
      reads.push({
        data,
        address: this.#expression(addressWidth, false),
        locator: ir.here,
        ...(isSynchronous && { domain: domain() }),
        ...(isSynchronous && random.below(2) === 0 && { enable: this.#condition() }),
      });
      this.#signals.push(data);
    }
    const image = random.pick(['none', 'inline', 'file'] as const);
    const edge = domain();
    for (let count = image === 'none' ? 1 + random.below(2) : random.below(2); count > 0; count--) {
      writes.push({
        address: this.#expression(addressWidth, false),
        data: this.#expression(width, false),
        enable: this.#condition(),
        domain: edge,
        locator: ir.here,
        ...(random.below(2) === 0 && { mask: this.#expression(width / lane, false) }),
      });
    }
    const content =
      image === 'inline'
        ? { kind: 'inline' as const, words }
        : { kind: 'file' as const, file: `words_${random.below(2 ** 31)}.mem`, words };
    this.#memories.push(ir.memory(name, width, depth, { reads, writes, ...(image !== 'none' && { image: content }) }));
    this.#known.push(...reads.map(({ data }) => data));
  }

  #instance(of: ModuleIr): void {
    const name = `part${this.#instances.length}`;
    const connected = new Map<string, ExpressionIr>();
    for (const port of of.ports.filter(({ kind }) => kind === 'input')) {
      const isCommon = [ir.clk, ...inputs.slice(0, 2)].includes(port);
      connected.set(port.name!, isCommon ? ir.ref(port) : this.#expression(port.width, port.signed));
    }
    const outputs = new Map<string, SignalIr>();
    for (const port of of.ports.filter(({ kind }) => kind === 'output')) {
      if (this.#random.below(4) === 0) continue;
      outputs.set(port.name!, ir.signal('wire', `${name}_${port.name!}`, port.width, { signed: port.signed }));
    }
    this.#instances.push(ir.instance(name, of, { inputs: connected, outputs }));
    this.#signals.push(...outputs.values());
    this.#known.push(...outputs.values());
  }

  make(name: string, part: ModuleIr | undefined): ModuleIr {
    const random = this.#random;
    const registers = Array.from({ length: random.below(7) }, () => this.#newRegister());
    for (let count = 1 + random.below(3); count > 0; count--) this.#wires();
    if (random.below(2) === 0) this.#memory();
    if (random.below(2) === 0) this.#machine();
    if (part !== undefined) this.#instance(part);
    this.#wires();
    this.#driveRegisters(registers);
    const locals = this.#signals.filter(({ kind }) => kind === 'register');
    const outputs: SignalIr[] = [];
    for (const signal of locals) {
      // An output that a register of its name drives is declared as that register.
      if (random.below(2) === 0) continue;
      const port = ir.signal('output', signal.name!, signal.width, { signed: signal.signed });
      this.#statements.push(ir.assign(port, ir.ref(signal)));
      outputs.push(port);
    }
    for (let count = 4; count > 0; count--) {
      const width = random.pick(widths);
      const port = ir.signal('output', `out${count}`, width, { signed: random.below(2) === 1 });
      this.#statements.push(ir.assign(port, this.#maker.make(width, port.signed, 2)));
      outputs.push(port);
    }
    return ir.module(name, {
      ports: [ir.clk, ...inputs, ...outputs],
      signals: this.#signals,
      memories: this.#memories,
      instances: this.#instances,
      statements: this.#statements,
    });
  }
}

/** A random module; `part` is placed inside it. */
export function randomModule(random: Random, name: string, part?: ModuleIr): ModuleIr {
  return new ModuleMaker(random).make(name, part);
}

/** Modules that have the same inputs, side by side under those; output `o` of module `i` is `m<i>_o`. */
export function sideBySide(modules: readonly ModuleIr[]): ModuleIr {
  const common = modules[0]!.ports.filter(({ kind }) => kind === 'input');
  const signals: SignalIr[] = [];
  const ports: SignalIr[] = [];
  const statements: StatementIr[] = [];
  const instances = modules.map((module, index) => {
    const outputs = new Map<string, SignalIr>();
    for (const port of module.ports.filter(({ kind }) => kind === 'output')) {
      const { width, signed } = port;
      const wire = ir.signal('wire', `wire_${index}_${port.name!}`, width, { signed });
      const outer = ir.signal('output', `m${index}_${port.name!}`, width, { signed });
      signals.push(wire);
      ports.push(outer);
      statements.push(ir.assign(outer, ir.ref(wire)));
      outputs.set(port.name!, wire);
    }
    const connected = new Map(common.map((port) => [port.name!, ir.ref(port)]));
    return ir.instance(`m${index}`, module, { inputs: connected, outputs });
  });
  return ir.module('side_by_side', { ports: [...common, ...ports], signals, instances, statements });
}
