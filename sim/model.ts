import type { Build, BuildReport } from './build.js';
import { SimulationBuildError } from './errors.js';
import type { AnyPorts, Port, PortShapes } from './port-types.js';
import { Simulation, type SimulationOptions } from './simulation.js';
import { type Source, readDataFiles } from './sources.js';
import type { StateNames } from './state-names.js';

export type EngineName = 'verilator' | 'cxxrtl';

interface Description {
  readonly ports: readonly Port[];
  readonly warnings: readonly string[];
}

/** A compiled design: code that is shared by any number of independent simulations. */
export class Model<Ports extends PortShapes = AnyPorts> {
  readonly engine: EngineName;
  readonly top: string;
  readonly ports: readonly Port[];
  /** Hierarchical names that `Simulation.probe` reads. */
  readonly probes: readonly string[];
  readonly build: BuildReport;
  /** The WebAssembly module: runs wherever WASI preview 1 and the one import `sotto.report` are given. */
  readonly wasm: WebAssembly.Module;
  /** Names of the values of enumerated signals. */
  readonly stateNames: StateNames;
  readonly #dataFiles: readonly Source[];

  constructor(
    engine: EngineName,
    build: Build,
    wasm: Uint8Array<ArrayBuffer>,
    ports: readonly Port[],
    report: BuildReport,
  ) {
    this.engine = engine;
    this.top = build.options.top;
    this.ports = ports;
    this.probes = [...(build.options.probes ?? [])];
    this.build = report;
    this.wasm = new WebAssembly.Module(wasm);
    this.stateNames = build.options.stateNames ?? {};
    this.#dataFiles = build.options.dataFiles ?? [];
  }

  /** A new simulation at power-up; data files are read now. */
  instantiate(options: SimulationOptions = {}): Simulation<Ports> {
    const images = readDataFiles(options.dataFiles ?? this.#dataFiles);
    return new Simulation<Ports>(this, images, options);
  }
}

/** The model of a key, when the cache has it. */
export function cachedModel<Ports extends PortShapes>(
  build: Build,
  engine: EngineName,
  key: string,
): Model<Ports> | undefined {
  const description = build.cache.read(`${key}.json`);
  const wasm = build.cache.read(`${key}.wasm`);
  if (!description || !wasm) return undefined;
  build.end('cached');
  const { ports, warnings } = JSON.parse(new TextDecoder().decode(description)) as Description;
  return new Model<Ports>(engine, build, wasm, ports, { key, cached: true, toolRuns: [], warnings });
}

/** @throws SimulationBuildError that names the probes for which there is no signal. */
export function checkProbes(engine: EngineName, probes: readonly string[], has: (probe: string) => boolean): void {
  const missing = probes.filter((probe) => !has(probe));
  if (missing.length === 0) return;
  const message = `no such signal in the design: ${missing.join(', ')} (a probe names a hierarchy, such as top.unit.sum)`;
  throw new SimulationBuildError('describe', engine, message);
}

/** Checks a new model by powering it up once, then keeps it. */
export function storeModel<Ports extends PortShapes>(
  build: Build,
  engine: EngineName,
  key: string,
  wasm: Uint8Array<ArrayBuffer>,
  found: readonly Port[],
  warnings: readonly string[],
): Model<Ports> {
  const ports = found.map(({ name, direction, width, signed }) => ({ name, direction, width, signed }));
  const report = { key, cached: false, toolRuns: [...build.toolRuns], warnings };
  const model = new Model<Ports>(engine, build, wasm, ports, report);
  const simulation = model.instantiate({ clock: false });
  checkProbes(engine, model.probes, (probe) => simulation.has(probe));
  simulation.close();
  build.cache.write(`${key}.wasm`, wasm);
  build.cache.write(`${key}.json`, JSON.stringify({ ports, warnings } satisfies Description));
  build.end('done');
  return model;
}
