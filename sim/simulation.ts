import { renameSync } from 'node:fs';
import { SimulationError } from './errors.js';
import { Instance } from './instance.js';
import type { AnyPorts, InputName, Port, PortName, PortShapes, PortValue } from './port-types.js';
import { runStreams } from './run.js';
import type { RunOptions, RunResultOf } from './run-options.js';
import { type Signal, checkValue, readSignal, writeSignal } from './signals.js';
import type { Source } from './sources.js';
import { type StateNames, addStateNames } from './state-names.js';

export interface SimulationOptions {
  /** Name of the clock port (default `clk`); `false` for a design without a clock. */
  readonly clock?: string | false;
  /** Name of the reset port, default `rst`. */
  readonly reset?: string;
  /** Level that resets, default `'high'`. */
  readonly resetActive?: 'high' | 'low';
  /** Path of a VCD to write; the model must be built with `trace`. */
  readonly waves?: string;
  /**
   * Names of enumerated states, by signal, on top of those of the model: each signal gets a companion string variable
   * in the VCD. A signal that the waves lack is an error at `close`, but not where the name is the model's.
   */
  readonly stateNames?: StateNames;
  /** Memory images for this simulation, in place of the model's (Verilator only: CXXRTL folds images in). */
  readonly dataFiles?: readonly Source[];
  /** Receives what `$display` writes; default: standard output. */
  readonly print?: (text: string) => void;
}

interface SimulatedModel {
  readonly engine: string;
  readonly top: string;
  readonly ports: readonly Port[];
  readonly wasm: WebAssembly.Module;
  readonly stateNames: StateNames;
}

/** Nanoseconds of a cycle in waves; the harness says the same. */
const period = 10;

/**
 * A running design: an instance of a model with its own state, starting at power-up with every input 0 and every bit
 * that no initial block sets 0. Between calls the clock is low.
 */
export class Simulation<Ports extends PortShapes = AnyPorts> implements Disposable {
  readonly ports: readonly Port[];
  readonly #model: SimulatedModel;
  readonly #instance: Instance;
  readonly #options: SimulationOptions;
  readonly #clock: Signal | undefined;
  #stale = false;
  #open = true;

  constructor(model: SimulatedModel, images: ReadonlyMap<string, Uint8Array>, options: SimulationOptions) {
    this.#model = model;
    this.#options = options;
    this.ports = model.ports;
    const signed = new Set(model.ports.filter((port) => port.signed).map((port) => port.name));
    const print = options.print ?? ((text: string) => void process.stdout.write(text));
    this.#instance = new Instance(model.wasm, { images, isSigned: (name) => signed.has(name), print });
    this.#clock = this.#bindClock(options.clock);
    if (options.waves !== undefined && !this.#instance.openWave(options.waves)) {
      const message = `cannot write waves to ${options.waves}: build the model of ${model.top} with trace: true`;
      throw new SimulationError(message);
    }
  }

  #bindClock(option: string | false | undefined): Signal | undefined {
    if (option === false) return undefined;
    const clock = this.#instance.signals.get(option ?? 'clk');
    if (clock?.kind === 'input' && clock.width === 1) {
      this.#instance.harness.sotto_bind_clock(clock.address);
      return clock;
    }
    if (option === undefined) return undefined;
    throw new SimulationError(`clock: ${this.#model.top} has no 1-bit input ${option}`);
  }

  /** Cycles run since power-up. */
  get cycle(): number {
    return this.#instance.harness.sotto_cycle();
  }

  /** Nanoseconds since power-up as waves count them: 10 a cycle, with the rising edge in the middle. */
  get time(): number {
    return this.cycle * period;
  }

  /** Whether the design has called `$finish`. */
  get finished(): boolean {
    return this.#instance.finished;
  }

  /** Whether there is a port or a probe of this name. */
  has(name: string): boolean {
    return this.#instance.signals.has(name);
  }

  #signal(name: string, kinds: readonly Signal['kind'][], what: string): Signal {
    if (!this.#open) throw new SimulationError(`the simulation of ${this.#model.top} is closed`);
    const signal = this.#instance.signals.get(name);
    if (signal && kinds.includes(signal.kind)) return signal;
    const known = [...this.#instance.signals.values()].filter(({ kind }) => kinds.includes(kind)).map((s) => s.name);
    const is = signal ? ` (it is an ${signal.kind})` : '';
    throw new SimulationError(
      `${this.#model.top} has no ${what} ${name}${is}; there are: ${known.join(', ') || 'none'}`,
    );
  }

  /**
   * Sets an input. It takes effect before the next rising edge; outputs that depend on it without a register show it
   * at the next peek.
   *
   * @throws SimulationError when the port is unknown or no input, or when the value does not fit its width and sign.
   */
  poke<Name extends InputName<Ports>>(port: Name, value: PortValue<Ports, Name>): void {
    const signal = this.#signal(port, ['input'], 'input');
    checkValue(signal, value);
    writeSignal(this.#instance.view, signal, value);
    this.#stale = true;
  }

  /** Reads a port: a `number` to 53 bits, a `bigint` above; negative values for signed ports. */
  peek<Name extends PortName<Ports>>(port: Name): PortValue<Ports, Name> {
    const signal = this.#signal(port, ['input', 'output'], 'port');
    if (this.#stale) this.eval();
    return readSignal(this.#instance.view, signal) as PortValue<Ports, Name>;
  }

  /**
   * Reads a probe as an unsigned number: a signal, or with an index one word of a memory.
   *
   * @throws SimulationError when the model was built without this probe, or the index is outside of the memory.
   */
  probe(path: string, index?: number): number | bigint {
    const signal = this.#signal(path, ['probe'], 'probe');
    if (this.#stale) this.eval();
    const element = (index ?? signal.firstIndex) - signal.firstIndex;
    if (!Number.isInteger(element) || element < 0 || element >= signal.elements) {
      const last = signal.firstIndex + signal.elements - 1;
      throw new SimulationError(`probe ${path}: index ${index} is not from ${signal.firstIndex} to ${last}`);
    }
    if (signal.elements > 1 && index === undefined) {
      throw new SimulationError(`probe ${path} is a memory of ${signal.elements} words: name an index`);
    }
    this.#instance.harness.sotto_refresh_probes();
    return readSignal(this.#instance.view, signal, element);
  }

  /** Settles what follows from the inputs without a clock edge. `peek` does so by itself. */
  eval(): void {
    this.#instance.call(() => this.#instance.harness.sotto_settle());
    this.#stale = false;
  }

  #needClock(): void {
    if (!this.#open) throw new SimulationError(`the simulation of ${this.#model.top} is closed`);
    if (!this.#clock) throw new SimulationError(`${this.#model.top} has no clock: name its port with the clock option`);
  }

  /** Runs cycles, each a rising and a falling edge, inside the module. Ends early after `$finish`. */
  step(cycles = 1): void {
    this.#needClock();
    if (!Number.isInteger(cycles) || cycles < 0 || cycles >= 2 ** 32) {
      throw new SimulationError(`step: ${cycles} is not a number of cycles from 0 to 2^32 - 1`);
    }
    this.#instance.call(() => this.#instance.harness.sotto_step(cycles));
    if (cycles > 0) this.#stale = false;
  }

  /** Holds the reset port active for some cycles, then releases it. */
  reset(cycles = 1): void {
    const name = this.#options.reset ?? 'rst';
    const port = this.#signal(name, ['input'], 'reset input');
    const active = this.#options.resetActive === 'low' ? 0 : 1;
    writeSignal(this.#instance.view, port, active);
    this.step(cycles);
    writeSignal(this.#instance.view, port, 1 - active);
    this.#stale = true;
  }

  /**
   * Serves ready/valid streams inside the module, until every source is sent and every sink has its count.
   *
   * @throws RunIncompleteError on deadlock, after `maxCycles`, or after `$finish`; it holds the partial result.
   */
  run<const Options extends RunOptions>(options: Options): RunResultOf<Options> {
    this.#needClock();
    try {
      return runStreams(this.#instance, options) as RunResultOf<Options>;
    } finally {
      this.#stale = false;
    }
  }

  /** Ends the simulation and completes its waves. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#instance.close();
    const { waves, stateNames = {} } = this.#options;
    const names = { ...this.#model.stateNames, ...stateNames };
    if (waves === undefined || Object.keys(names).length === 0) return;
    const named = `${waves}.named`;
    const missing = addStateNames(waves, named, names).filter((path) => path in stateNames);
    renameSync(named, waves);
    if (missing.length > 0) throw new SimulationError(`state names: ${waves} has no variable ${missing.join(', ')}`);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
