import { currentModule } from './context.js';
import { diagnostic } from './check/codes.js';
import type { MemoryImageIr, MemoryIr, MemoryReadPortIr, MemoryWritePortIr, SignalIr } from './ir.js';
import { captureLocator } from './locate.js';
import { asCondition } from './operators.js';
import { coerce, constant, type Operand, Signal, Wire } from './signal.js';
import { bits, bitsFor, bool, type LeafType } from './types.js';

/** Bit patterns, `depth` of them. `file` is written beside the Verilog and read with `$readmemh`; without it the words stand in the Verilog. */
export interface MemoryImage {
  readonly file?: string;
  readonly words: readonly bigint[];
}

/** A string parameter of the module that names the image file, so that instances share one module. */
export interface ImageParameter {
  readonly parameter: string;
}

export interface MemoryOptions {
  readonly depth: number;
  readonly image?: MemoryImage | ImageParameter;
  /** Wanted implementation, as a synthesis attribute. */
  readonly style?: 'block' | 'distributed';
  readonly name?: string;
  readonly comment?: string;
  readonly tags?: readonly string[];
}

export interface ReadOptions {
  /** While 0, the word read last stays. */
  readonly enable?: Signal;
  readonly name?: string;
}
export interface WriteOptions {
  readonly address: Signal;
  readonly data: Operand;
  readonly enable: Signal;
  /** One bit for each group of `width / mask.width` data bits, 1 = write. */
  readonly mask?: Signal;
}

/** Words of one type with read and write ports. A read in the cycle of a write to its address gives the old word. */
export class Memory<T extends LeafType = LeafType> {
  readonly type: T;
  readonly depth: number;
  readonly addressWidth: number;
  readonly #ir: MemoryIr & { readonly reads: MemoryReadPortIr[]; readonly writes: MemoryWritePortIr[] };

  constructor(type: T, options: MemoryOptions) {
    const builder = currentModule();
    this.type = type;
    this.depth = options.depth;
    this.addressWidth = bitsFor(options.depth);
    const image = options.image && imageIr(options.image);
    this.#ir = {
      width: type.width,
      depth: options.depth,
      reads: [],
      writes: [],
      tags: options.tags ?? [],
      locator: captureLocator(),
      ...(options.name !== undefined && { name: options.name }),
      ...(options.comment !== undefined && { comment: options.comment }),
      ...(options.style && { style: options.style }),
      ...(image && { image }),
    };
    builder.memories.push(this.#ir);
    if (image?.kind === 'parameter' && !builder.parameters.some(({ name }) => name === image.parameter)) {
      builder.parameters.push({ name: image.parameter, default: 'image.mem' });
    }
  }

  /** The word at `address`, one cycle later. */
  read(address: Signal, options: ReadOptions = {}): Signal<T> {
    return this.#read(address, options, true);
  }
  /** The word at `address` in the same cycle: for small tables and distributed memory. */
  readNow(address: Signal): Signal<T> {
    return this.#read(address, {}, false);
  }
  #read(address: Signal, options: ReadOptions, synchronous: boolean): Signal<T> {
    const builder = currentModule();
    const locator = captureLocator();
    const data: SignalIr = {
      kind: 'wire',
      width: this.type.width,
      signed: this.type.signed,
      tags: [],
      locator,
      ...(options.name !== undefined && { name: options.name }),
      ...(this.type.kind === 'enumeration' && { enumeration: this.type.ir }),
    };
    builder.signals.push(data);
    this.#ir.reads.push({
      data,
      address: this.#address(address),
      locator,
      ...(options.enable && { enable: asCondition(options.enable) }),
      ...(synchronous && { domain: builder.domain(false) }),
    });
    return new Wire(this.type, data);
  }

  /** Writes at the clock edge while `enable` is 1. */
  write({ address, data, enable, mask }: WriteOptions): void {
    const wanted = constant(this.type, 0).expression;
    this.#ir.writes.push({
      address: this.#address(address),
      data: coerce(data, wanted, () => 'a word of the memory'),
      enable: asCondition(enable),
      domain: currentModule().domain(false),
      locator: captureLocator(),
      ...(mask && { mask: this.#mask(mask) }),
    });
  }

  #address(address: Signal): MemoryReadPortIr['address'] {
    return coerce(address, constant(bits(this.addressWidth), 0).expression, () => `the address of ${this.depth} words`);
  }
  #mask(mask: Signal): MemoryReadPortIr['address'] {
    if (this.type.width % mask.width === 0) return mask.expression;
    currentModule().diagnostics.push(
      diagnostic('HDL0101', {
        locator: captureLocator(),
        message: `a mask of ${mask.width} bits for words of ${this.type.width} bits`,
        hint: 'the width of the word is a multiple of that of the mask',
      }),
    );
    return constant(bool(), 1).expression;
  }
}

export function memory<const T extends LeafType>(type: T, options: MemoryOptions): Memory<T> {
  return new Memory(type, options);
}

function imageIr(image: MemoryImage | ImageParameter): MemoryImageIr {
  if ('parameter' in image) return { kind: 'parameter', parameter: image.parameter };
  return image.file === undefined
    ? { kind: 'inline', words: image.words }
    : { kind: 'file', file: image.file, words: image.words };
}
