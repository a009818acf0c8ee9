import { closeSync, openSync, writeSync } from 'node:fs';

/** Thrown through the module when it calls `proc_exit`. */
export class ProcessExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`the model ended its process with code ${code}`);
    this.code = code;
  }
}

const success = 0;
const badFile = 8;
const noEntry = 44;
const notSupported = 58;
const preopened = 3;
const directoryType = 3;
const regularType = 4;
const writeRight = 1n << 6n;

interface OpenFile {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly descriptor?: number;
  offset: number;
}

export interface WasiOptions {
  /** Files that the module can read, by name, in its only folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files that the module may write: its name for them, and the real path. */
  readonly outputs: Map<string, string>;
  readonly print: (text: string) => void;
}

/**
 * The part of WASI preview 1 that a C++ model uses: one folder with read-only files in memory, named output files on
 * disk, standard output, a clock. Small enough to need no experimental Node API, and gives the model no other file.
 */
export class Wasi {
  readonly #options: WasiOptions;
  readonly #open = new Map<number, OpenFile>();
  readonly #decoder = new TextDecoder();
  #memory: WebAssembly.Memory | undefined;

  constructor(options: WasiOptions) {
    this.#options = options;
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  get #view(): DataView {
    return new DataView(this.#memory!.buffer);
  }

  #text(address: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.#memory!.buffer, address, length));
  }

  #vectors(address: number, count: number): Uint8Array<ArrayBuffer>[] {
    const view = this.#view;
    return Array.from({ length: count }, (_, index) => {
      const start = view.getUint32(address + index * 8, true);
      return new Uint8Array(this.#memory!.buffer, start, view.getUint32(address + index * 8 + 4, true));
    });
  }

  #openPath(name: string, rights: bigint): number | undefined {
    const plain = name.replace(/^(\.?\/)+/, '');
    const descriptor = Math.max(preopened, ...this.#open.keys()) + 1;
    const target = this.#options.outputs.get(plain);
    if (target !== undefined && (rights & writeRight) !== 0n) {
      this.#open.set(descriptor, { name: plain, descriptor: openSync(target, 'w'), offset: 0 });
      return descriptor;
    }
    const content = this.#options.files.get(plain);
    if (content === undefined) return undefined;
    this.#open.set(descriptor, { name: plain, content, offset: 0 });
    return descriptor;
  }

  #write(descriptor: number, vectors: readonly Uint8Array[]): number {
    if (descriptor <= 2) {
      for (const bytes of vectors) this.#options.print(this.#decoder.decode(bytes, { stream: true }));
      return success;
    }
    const file = this.#open.get(descriptor);
    if (file?.descriptor === undefined) return badFile;
    for (const bytes of vectors) {
      for (let written = 0; written < bytes.length; ) written += writeSync(file.descriptor, bytes, written);
      file.offset += bytes.length;
    }
    return success;
  }

  #read(file: OpenFile, vectors: readonly Uint8Array[]): number {
    let total = 0;
    for (const bytes of vectors) {
      const part = file.content!.subarray(file.offset, file.offset + bytes.length);
      bytes.set(part);
      file.offset += part.length;
      total += part.length;
    }
    return total;
  }

  #status(address: number, type: number, size: number): number {
    new Uint8Array(this.#memory!.buffer, address, 64).fill(0);
    this.#view.setUint8(address + 16, type);
    this.#view.setBigUint64(address + 32, BigInt(size), true);
    return success;
  }

  /** Import object of the module `wasi_snapshot_preview1`. A function that no model should need returns `ENOTSUP`. */
  imports(names: readonly string[]): Record<string, (...values: never[]) => number> {
    const known: Record<string, (...values: never[]) => number> = {
      args_sizes_get: (count: number, size: number) => this.#zeros(count, size),
      args_get: () => success,
      environ_sizes_get: (count: number, size: number) => this.#zeros(count, size),
      environ_get: () => success,
      clock_time_get: (_clock: number, _precision: bigint, address: number) => {
        this.#view.setBigUint64(address, process.hrtime.bigint(), true);
        return success;
      },
      random_get: (address: number, length: number) => {
        // Repeatable on purpose: a model must not depend on the machine's entropy.
        new Uint8Array(this.#memory!.buffer, address, length).fill(0x5a);
        return success;
      },
      sched_yield: () => success,
      proc_exit: (code: number) => {
        throw new ProcessExit(code);
      },
      fd_prestat_get: (descriptor: number, address: number) => {
        if (descriptor !== preopened) return badFile;
        this.#view.setUint8(address, 0);
        this.#view.setUint32(address + 4, 1, true);
        return success;
      },
      fd_prestat_dir_name: (descriptor: number, address: number) => {
        if (descriptor !== preopened) return badFile;
        this.#view.setUint8(address, '.'.charCodeAt(0));
        return success;
      },
      fd_fdstat_get: (descriptor: number, address: number) => {
        new Uint8Array(this.#memory!.buffer, address, 24).fill(0);
        const type = descriptor <= 2 ? 2 : descriptor === preopened ? directoryType : regularType;
        this.#view.setUint8(address, type);
        this.#view.setBigUint64(address + 8, 0xffff_ffff_ffff_ffffn, true);
        this.#view.setBigUint64(address + 16, 0xffff_ffff_ffff_ffffn, true);
        return success;
      },
      fd_fdstat_set_flags: () => success,
      fd_filestat_get: (descriptor: number, address: number) =>
        this.#status(
          address,
          descriptor === preopened ? directoryType : regularType,
          this.#open.get(descriptor)?.content?.length ?? 0,
        ),
      path_filestat_get: (_folder: number, _flags: number, path: number, length: number, address: number) => {
        const file = this.#options.files.get(this.#text(path, length));
        return file === undefined ? noEntry : this.#status(address, regularType, file.length);
      },
      path_open: (
        _folder: number,
        _lookup: number,
        path: number,
        length: number,
        _flags: number,
        rights: bigint,
        _inheriting: bigint,
        _descriptorFlags: number,
        result: number,
      ) => {
        const descriptor = this.#openPath(this.#text(path, length), rights);
        if (descriptor === undefined) return noEntry;
        this.#view.setUint32(result, descriptor, true);
        return success;
      },
      fd_read: (descriptor: number, vectors: number, count: number, result: number) => {
        const file = this.#open.get(descriptor);
        if (file?.content === undefined) return badFile;
        this.#view.setUint32(result, this.#read(file, this.#vectors(vectors, count)), true);
        return success;
      },
      fd_write: (descriptor: number, vectors: number, count: number, result: number) => {
        const parts = this.#vectors(vectors, count);
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        this.#view.setUint32(result, length, true);
        return this.#write(descriptor, parts);
      },
      fd_seek: (descriptor: number, offset: bigint, origin: number, result: number) => {
        const file = this.#open.get(descriptor);
        if (file === undefined) return badFile;
        const base = origin === 0 ? 0 : origin === 1 ? file.offset : (file.content?.length ?? file.offset);
        // Output is only ever appended; a seek elsewhere in an output file is refused.
        if (file.content === undefined && base + Number(offset) !== file.offset) return notSupported;
        file.offset = base + Number(offset);
        this.#view.setBigUint64(result, BigInt(file.offset), true);
        return success;
      },
      fd_close: (descriptor: number) => {
        const file = this.#open.get(descriptor);
        if (file?.descriptor !== undefined) closeSync(file.descriptor);
        return this.#open.delete(descriptor) ? success : badFile;
      },
    };
    return Object.fromEntries(names.map((name) => [name, known[name] ?? (() => notSupported)]));
  }

  #zeros(...addresses: number[]): number {
    for (const address of addresses) this.#view.setUint32(address, 0, true);
    return success;
  }

  /** Closes what the module left open. */
  close(): void {
    for (const { descriptor } of this.#open.values()) if (descriptor !== undefined) closeSync(descriptor);
    this.#open.clear();
  }
}
