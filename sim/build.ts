import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Cache, contentKey, defaultCacheFolder } from './cache.js';
import { SimulationBuildError } from './errors.js';
import { runtimeFolder } from './package-root.js';
import { type Source, type StagedFile, stageIncludes, stageSources } from './sources.js';
import type { StateNames } from './state-names.js';

/** A step of a build, reported when it starts; `cached` or `done` comes last and alone has `completed === total`. */
export interface BuildProgress {
  readonly stage: 'cached' | 'verilate' | 'synthesize' | 'compile' | 'link' | 'done';
  /** What is at work, such as `verilator 5.006` or `clang++: model`; at the end, the top. */
  readonly detail: string;
  /** Steps completed so far. */
  readonly completed: number;
  /** Steps of this build in all. */
  readonly total: number;
}

/** What both engines are told about a design. */
export interface BuildOptions {
  /** Verilog files, or texts with a name. */
  readonly sources: readonly Source[];
  readonly top: string;
  /** Parameters of the top module. A string becomes a Verilog string. */
  readonly parameters?: Readonly<Record<string, number | bigint | string>>;
  readonly defines?: Readonly<Record<string, string | number | boolean>>;
  /** Folders that `include looks in; their Verilog files are part of the cache key. */
  readonly includeDirs?: readonly string[];
  /** Memory images; `$readmemh` finds them under their plain file names. */
  readonly dataFiles?: readonly Source[];
  /** Build a model that can write waves: `true` and `'vcd'` mean VCD. */
  readonly trace?: boolean | 'vcd' | 'fst';
  /** Hierarchical names that become readable, such as `top.unit.sum`. */
  readonly probes?: readonly string[];
  /** Default: `$SOTTO_CACHE`, or the operating system's folder for caches. */
  readonly cacheDir?: string;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Names of the values of enumerated signals; waves of the model's simulations show them. */
  readonly stateNames?: StateNames;
  /** `'report'` (default) collects the tool's warnings; `'error'` asks for all it knows and stops at the first. */
  readonly warnings?: 'error' | 'report';
}

/** How a model came to be. */
export interface BuildReport {
  /** The content key in the cache. */
  readonly key: string;
  readonly cached: boolean;
  /** Tools started for this call, in order; empty when the cache had the model. */
  readonly toolRuns: readonly string[];
  readonly warnings: readonly string[];
}

/** One build: staged inputs, a temporary folder, and the record of the tools it started. */
export class Build {
  readonly options: BuildOptions;
  readonly sources: readonly StagedFile[];
  readonly includes: readonly StagedFile[];
  readonly cache: Cache;
  readonly folder: string;
  readonly toolRuns: string[] = [];
  #completed = 0;
  #total = 1;

  constructor(options: BuildOptions) {
    checkOptions(options);
    this.options = options;
    this.sources = stageSources(options.sources);
    this.includes = stageIncludes(options.includeDirs ?? []);
    this.cache = new Cache(options.cacheDir ?? defaultCacheFolder());
    this.folder = mkdtempSync(join(tmpdir(), 'sotto-sim-'));
  }

  /** Says how many steps the build has; before the first. */
  expect(steps: number): void {
    this.#total = steps;
  }

  /** Reports a step, then runs it. Steps may overlap. */
  async step<Result>(stage: BuildProgress['stage'], detail: string, action: () => Promise<Result>): Promise<Result> {
    this.toolRuns.push(detail);
    this.options.onProgress?.({ stage, detail, completed: this.#completed, total: this.#total });
    const result = await action();
    this.#completed += 1;
    return result;
  }

  /** Reports the end. */
  end(stage: 'cached' | 'done'): void {
    this.options.onProgress?.({ stage, detail: this.options.top, completed: this.#total, total: this.#total });
  }

  /** Key of everything that shapes the model, whichever engine. */
  key(engineParts: readonly (readonly [string, string | Uint8Array])[]): string {
    const { top, parameters = {}, defines = {}, trace = false, probes = [], warnings = 'report' } = this.options;
    const settings = JSON.stringify(
      { top, parameters: sorted(parameters), defines: sorted(defines), trace: trace !== false, probes, warnings },
      (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
    );
    return contentKey([
      ...engineParts,
      ['clang', packageVersion('@yowasp/clang')],
      ['settings', settings],
      ...runtimeFiles(),
      ...[...this.sources, ...this.includes].map((file) => [file.staged, file.content] as const),
    ]);
  }

  /** Include folders as the tools see them. */
  includeFolders(): string[] {
    return (this.options.includeDirs ?? []).map((_, index) => `include/${index}`);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function checkOptions({ top, trace, probes = [], parameters = {}, defines = {} }: BuildOptions): void {
  const refuse = (message: string): never => {
    throw new SimulationBuildError('inputs', 'sotto', message);
  };
  if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(top)) refuse(`top: '${top}' is not a Verilog name`);
  for (const name of [...Object.keys(parameters), ...Object.keys(defines)]) {
    if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name)) refuse(`'${name}' is not a name for a parameter or a define`);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) refuse(`parameter ${name}: ${value} is no integer`);
  }
  if (trace === 'fst') {
    refuse("trace: 'fst' needs zlib, which is not part of the WebAssembly toolchain: use 'vcd' (vcd2fst converts it)");
  }
  for (const probe of probes) {
    if (!probe.startsWith(`${top}.`)) refuse(`probe ${probe}: a hierarchical name starts with the top, '${top}.'`);
  }
}

function sorted<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The files that every model is compiled with; a change of one is a change of the model. */
export function runtimeFiles(): (readonly [string, Uint8Array])[] {
  return readdirSync(runtimeFolder)
    .sort()
    .map((name) => [`runtime/${name}`, readFileSync(join(runtimeFolder, name))] as const);
}

/** Version of an npm package, from its package.json. */
export function packageVersion(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === name && found.version !== undefined) return found.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const parent = dirname(folder);
    if (parent === folder) throw new SimulationBuildError('inputs', name, `${name}: no package.json above ${folder}`);
    folder = parent;
  }
}

/** A value as `-G` of Verilator reads it. */
export function parameterText(value: number | bigint | string): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  const integer = BigInt(value);
  if (integer >= -(2n ** 31n) && integer < 2n ** 31n) return integer.toString();
  const magnitude = integer < 0n ? -integer : integer;
  const width = magnitude.toString(2).length + 1;
  const bits = BigInt.asUintN(width, integer).toString(16);
  return `${width}'sh${bits}`;
}
