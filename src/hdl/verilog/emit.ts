import type { InstanceIr, MemoryIr, ModuleIr } from '../ir.js';
import { Namer } from '../naming/namer.js';
import { textHash } from './hash.js';
import { type LoweredModule, type LoweringOptions, lowerModule, type ModuleNames } from './lower-module.js';
import { imageText } from './image-text.js';
import { printModule } from './print.js';

/** Style of the text. No option changes what the design does. */
export interface EmitOptions {
  /** Append `// file:line` of the source. Default false. */
  readonly locators?: boolean;
  /** Lines below the documentation in the header of every module: parameters, provenance. */
  readonly headerLines?: readonly string[];
  /** Registers with a reset value have it at power-up too. Default true. */
  readonly initialValues?: boolean;
  /** Write a file with the ports of each black box. Default true. */
  readonly blackBoxStubs?: boolean;
}

export interface EmittedModule {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly module: ModuleIr;
}

export interface EmittedImage {
  readonly file: string;
  /** Bits of a word. */
  readonly width: number;
  /** Words. */
  readonly depth: number;
  /** One hexadecimal word a line, exactly `depth` lines, for `$readmemh`. */
  readonly text: string;
}

export interface EmittedNames extends ModuleNames {
  /** Name of the Verilog module. */
  readonly module: string;
}

export interface EmittedDesign {
  readonly topName: string;
  /** The top first, then the modules in the order of their first use. */
  readonly modules: readonly EmittedModule[];
  readonly images: readonly EmittedImage[];
  /** For every module of the design, also for those that share their text with another. */
  readonly names: ReadonlyMap<ModuleIr, EmittedNames>;
}

/** Every module once, instantiated ones first. */
function modulesBottomUp(top: ModuleIr): ModuleIr[] {
  const order = new Set<ModuleIr>();
  const visit = (module: ModuleIr) => {
    if (order.has(module)) return;
    for (const instance of module.instances) visit(instance.module);
    order.add(module);
  };
  visit(top);
  return [...order];
}

interface Variant {
  readonly wanted: string;
  readonly digest: string;
  readonly module: ModuleIr;
  readonly lowered: LoweredModule;
}

/** Parameters that name an image get a default that exists, the image of the first instance: tools read it at once. */
function withImageDefaults(variant: Variant, instances: ReadonlyMap<ModuleIr, InstanceIr>): LoweredModule['verilog'] {
  const { verilog } = variant.lowered;
  const first = instances.get(variant.module);
  if (first === undefined) return verilog;
  const parameters = verilog.parameters.map((parameter) => {
    const file = first.images.has(parameter.name) ? first.parameters.get(parameter.name) : undefined;
    return typeof file === 'string'
      ? { name: parameter.name, value: { kind: 'string' as const, text: file } }
      : parameter;
  });
  return { ...verilog, parameters };
}

/** Turns a checked design into Verilog-2001: one file a module, equal modules once. */
export function emitDesign(top: ModuleIr, options: EmitOptions = {}): EmittedDesign {
  const lowering: LoweringOptions = {
    locators: options.locators ?? false,
    initialValues: options.initialValues ?? true,
    headerLines: options.headerLines ?? [],
  };
  const keys = new Map<ModuleIr, string>();
  const variants = new Map<string, Variant>();
  const lowered = new Map<ModuleIr, LoweredModule>();
  const keyOf = (module: ModuleIr) => keys.get(module)!;
  for (const module of modulesBottomUp(top)) {
    new Namer().reserve(module.name, 'Module');
    const result = lowerModule(module, lowering, keyOf);
    lowered.set(module, result);
    const canonical = lowering.locators ? lowerModule(module, { ...lowering, locators: false }, keyOf) : result;
    const digest = textHash(printModule(canonical.verilog, module.name, (key) => key));
    const key = `${module.name}_${digest}`;
    keys.set(module, key);
    if (!variants.has(key)) variants.set(key, { wanted: module.name, digest, module, lowered: result });
  }

  const wantedBy = new Map<string, number>();
  for (const { wanted } of variants.values()) wantedBy.set(wanted, (wantedBy.get(wanted) ?? 0) + 1);
  const topKey = keyOf(top);
  const nameOf = (key: string) => {
    const { wanted, digest } = variants.get(key)!;
    return key === topKey || wantedBy.get(wanted) === 1 ? wanted : `${wanted}_${digest}`;
  };

  const firstInstances = new Map<ModuleIr, InstanceIr>();
  for (const module of lowered.keys()) {
    for (const instance of module.instances) {
      const shared = variants.get(keyOf(instance.module))!.module;
      if (!firstInstances.has(shared)) firstInstances.set(shared, instance);
    }
  }
  const modules = [...variants]
    .reverse()
    .filter(([, variant]) => variant.module.kind === 'module' || (options.blackBoxStubs ?? true))
    .map(([key, variant]): EmittedModule => {
      const name = nameOf(key);
      const text = printModule(withImageDefaults(variant, firstInstances), name, nameOf);
      return { name, file: `${name}.v`, text, module: variant.module };
    });
  const names = new Map(
    [...lowered].map(([module, result]): [ModuleIr, EmittedNames] => [
      module,
      { module: nameOf(keyOf(module)), ...result.names },
    ]),
  );
  return { topName: nameOf(topKey), modules, images: collectImages([...lowered.keys()]), names };
}

/** The images of the design by file; one file may serve several memories if its content is the same. */
function collectImages(modules: readonly ModuleIr[]): EmittedImage[] {
  const images = new Map<string, EmittedImage>();
  const add = (file: string, memory: MemoryIr, words: readonly bigint[]) => {
    const image = { file, width: memory.width, depth: memory.depth, text: imageText(words, memory.width) };
    if (words.length !== memory.depth) {
      throw new Error(`The image ${file} has ${words.length} words, but its memory has ${memory.depth}.`);
    }
    const known = images.get(file);
    if (known !== undefined && known.text !== image.text) {
      throw new Error(`Two memories want the image file ${file} with different content: give one another name.`);
    }
    images.set(file, image);
  };
  for (const module of modules) {
    for (const memory of module.memories)
      if (memory.image?.kind === 'file') add(memory.image.file, memory, memory.image.words);
    for (const instance of module.instances) {
      for (const [parameter, words] of instance.images) {
        const file = instance.parameters.get(parameter);
        const memory = instance.module.memories.find(
          ({ image }) => image?.kind === 'parameter' && image.parameter === parameter,
        );
        if (typeof file === 'string' && memory !== undefined) add(file, memory, words);
      }
    }
  }
  return [...images.values()];
}
