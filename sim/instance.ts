import { SimulationError } from './errors.js';
import { type Signal, parseSignals } from './signals.js';
import { ProcessExit, Wasi } from './wasi.js';

/** Functions that runtime/harness.h exports. Addresses and counts are unsigned 32-bit. */
export interface Harness {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  sotto_power_up(): void;
  sotto_describe(): number;
  sotto_allocate(bytes: number): number;
  sotto_release(address: number): void;
  sotto_bind_clock(address: number): void;
  sotto_refresh_probes(): void;
  sotto_cycles_run(): number;
  sotto_cycle(): number;
  sotto_request_finish(): void;
  sotto_settle(): void;
  sotto_step(cycles: number): void;
  sotto_run(
    streams: number,
    streamCount: number,
    counters: number,
    counterCount: number,
    maxCycles: number,
    idleLimit: number,
    usesProbes: number,
  ): number;
  sotto_open_wave(path: number): number;
  sotto_close_wave(): void;
  sotto_finish(): void;
}

const finishReport = 0;
const fatalReport = 1;

export interface InstanceOptions {
  readonly images: ReadonlyMap<string, Uint8Array>;
  readonly isSigned: (port: string) => boolean;
  /** Text of `$display` and warnings of the model. */
  readonly print: (text: string) => void;
}

/** A powered-up model: its memory, its functions and where its signals are. */
export class Instance {
  readonly harness: Harness;
  readonly signals: ReadonlyMap<string, Signal>;
  /** Set by `$finish`. */
  finished = false;
  readonly #wasi: Wasi;
  readonly #outputs = new Map<string, string>();
  #view: DataView | undefined;

  constructor(module: WebAssembly.Module, { images, isSigned, print }: InstanceOptions) {
    this.#wasi = new Wasi({ files: images, outputs: this.#outputs, print });
    const names = WebAssembly.Module.imports(module).filter((item) => item.module === 'wasi_snapshot_preview1');
    const report = (kind: number, message: number): void => this.#report(kind, this.text(message), print);
    const instance = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: this.#wasi.imports(names.map((item) => item.name)),
      sotto: { report },
    });
    this.harness = instance.exports as unknown as Harness;
    this.#wasi.attach(this.harness.memory);
    this.call(() => {
      this.harness._initialize();
      this.harness.sotto_power_up();
    });
    this.signals = parseSignals(this.text(this.harness.sotto_describe()), isSigned);
  }

  #report(kind: number, message: string, print: (text: string) => void): void {
    if (kind === fatalReport) throw new SimulationError(`the model stopped: ${message}`);
    if (kind === finishReport) {
      this.finished = true;
      // During power-up the exports are not there yet; nothing runs then that could be told to stop.
      (this.harness as Harness | undefined)?.sotto_request_finish();
    } else {
      print(`warning: ${message}\n`);
    }
  }

  /** Calls into the module; a trap or an exit becomes a SimulationError. */
  call<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      if (error instanceof ProcessExit || error instanceof WebAssembly.RuntimeError) {
        throw new SimulationError(`the model stopped: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }

  /** The module's memory; a view made before a call may be stale after it. */
  get view(): DataView {
    const { buffer } = this.harness.memory;
    if (this.#view?.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.harness.memory.buffer, address >>> 0, length);
  }

  text(address: number): string {
    const bytes = new Uint8Array(this.harness.memory.buffer, address >>> 0);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }

  openWave(path: string): boolean {
    this.#outputs.set('wave.vcd', path);
    const name = new TextEncoder().encode('wave.vcd\0');
    const address = this.harness.sotto_allocate(name.length);
    new Uint8Array(this.harness.memory.buffer, address).set(name);
    try {
      return this.call(() => this.harness.sotto_open_wave(address)) !== 0;
    } finally {
      this.harness.sotto_release(address);
    }
  }

  close(): void {
    try {
      this.call(() => this.harness.sotto_finish());
    } finally {
      this.#wasi.close();
    }
  }
}
