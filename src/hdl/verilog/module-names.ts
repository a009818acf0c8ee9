import type { ConstantIr, EnumerationIr, InstanceIr, MemoryIr, ModuleIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { declaredName } from '../naming/declared-name.js';
import { Namer } from '../naming/namer.js';
import { constantCase, snakeCase } from '../naming/snake-case.js';
import type { VerilogItem } from './ast.js';

/** Names of one module as they are in the Verilog. */
export interface ModuleNames {
  readonly signals: ReadonlyMap<SignalIr, string>;
  readonly memories: ReadonlyMap<MemoryIr, string>;
  readonly instances: ReadonlyMap<InstanceIr, string>;
}

interface Nameable {
  readonly name?: string;
  readonly locator: Locator;
}

/** The name that the author gave, or that of the variable that holds the thing. */
export function wantedName({ name, locator }: Nameable): string | undefined {
  return snakeCase(name ?? declaredName(locator) ?? '');
}

/** A port is never renamed, so a name that was given is taken as it stands. */
export function portName(port: Nameable): string | undefined {
  return port.name ?? wantedName(port);
}

/** Gives and remembers every name of one module. */
export class ModuleScope implements ModuleNames {
  readonly namer = new Namer();
  readonly signals = new Map<SignalIr, string>();
  readonly memories = new Map<MemoryIr, string>();
  readonly instances = new Map<InstanceIr, string>();
  readonly #moduleName: string;
  readonly #members = new Map<EnumerationIr, Map<bigint, string>>();
  readonly #usedMembers = new Set<string>();

  /** @param portOf Local signals that are a port: they have its name. */
  constructor(module: ModuleIr, portOf: ReadonlyMap<SignalIr, SignalIr>) {
    this.#moduleName = module.name;
    for (const port of module.ports) {
      const text = portName(port);
      if (text === undefined) throw new Error(`A port of module ${module.name} has no name: give it one.`);
      this.signals.set(port, this.namer.reserve(text, `Port of module ${module.name}`));
    }
    for (const parameter of module.parameters) this.namer.reserve(parameter.name, `Parameter of module ${module.name}`);
    for (const [signal, port] of portOf) this.signals.set(signal, this.signals.get(port)!);
    const locals = module.signals.filter((signal) => !portOf.has(signal));
    this.#rename(locals, this.signals, (signal) => `_${signal.kind}_${signal.width}`);
    this.#rename(module.memories, this.memories, () => 'memory');
    this.#rename(module.instances, this.instances, (instance) => snakeCase(instance.module.name) ?? 'instance');
  }

  #rename<Item extends Nameable>(
    items: readonly Item[],
    names: Map<Item, string>,
    fallback: (item: Item) => string,
  ): void {
    const texts = this.namer.rename(items.map((item) => wantedName(item) ?? fallback(item)));
    items.forEach((item, index) => names.set(item, texts[index]!));
  }

  signalName(signal: SignalIr): string {
    const text = this.signals.get(signal);
    if (text === undefined) {
      throw new Error(
        `${signal.locator.file}:${signal.locator.line}: the signal ${signal.name ?? ''} is used in module ` +
          `${this.#moduleName} but belongs to another: pass it through a port.`,
      );
    }
    return text;
  }

  memberName(constant: ConstantIr): string | undefined {
    return constant.enumeration && this.member(constant.enumeration, constant.value);
  }

  /** The parameter that stands for a member of an enumeration; undefined for a code without a member. */
  member(enumeration: EnumerationIr, value: bigint): string | undefined {
    let members = this.#members.get(enumeration);
    if (members === undefined) {
      const prefix = constantCase(enumeration.name);
      members = new Map(
        [...enumeration.members].map(([member, code]) => [
          code,
          this.namer.merge(`${prefix}_${constantCase(member)}`, `${enumeration.width} ${code}`),
        ]),
      );
      this.#members.set(enumeration, members);
    }
    const text = members.get(value);
    if (text !== undefined) this.#usedMembers.add(text);
    return text;
  }

  isMember(name: string): boolean {
    return this.#usedMembers.has(name);
  }

  /** The members that were asked for. */
  localparams(): VerilogItem[] {
    const items = new Map<string, VerilogItem>();
    for (const [enumeration, members] of this.#members) {
      for (const [value, text] of members) {
        if (this.#usedMembers.has(text))
          items.set(text, { kind: 'localparam', width: enumeration.width, name: text, value });
      }
    }
    return [...items.values()];
  }
}
