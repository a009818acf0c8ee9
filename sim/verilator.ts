import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Build, type BuildOptions, parameterText, runtimeFiles } from './build.js';
import { contentKey } from './cache.js';
import { Clang, type Unit, cachedObject, commonFlags, writeRuntime } from './clang.js';
import { type DesignFacts, modulesOfProbe, readFacts } from './design-facts.js';
import { SimulationBuildError, firstProblem } from './errors.js';
import { type VerilatorInstallation, findVerilator } from './find-verilator.js';
import { type Model, cachedModel, storeModel } from './model.js';
import type { AnyPorts, PortShapes } from './port-types.js';
import { restoreNames, writeStaged } from './sources.js';
import { type VerilatedPort, readVerilatedPorts } from './verilator-ports.js';

const designFlags = [
  '-O3',
  '--x-assign',
  'fast',
  '--x-initial',
  'fast',
  '--assert',
  '--no-timing',
  '--timescale-override',
  '1ns/1ns',
];

/** Raised with every change of what is written around Verilator's C++ or asked of Verilator beside its flags. */
const hostVersion = '2';

const compileFlags = ['-DVL_IGNORE_UNKNOWN_ARCH', '-Iinclude-verilated', '-Iinclude-verilated/vltstd', '-Iobj'];
const runtimeFlags = ['-DVL_USER_FINISH', '-DVL_USER_STOP', '-DVL_USER_FATAL', '-DVL_USER_WARN'];

/**
 * Builds a model with Verilator and clang in WebAssembly. Verilator must be installed; everything else comes from npm.
 *
 * @throws SimulationBuildError when the design has errors or Verilator is missing.
 */
export async function verilate<Ports extends PortShapes = AnyPorts>(options: BuildOptions): Promise<Model<Ports>> {
  const build = new Build(options);
  try {
    const verilator = findVerilator(build.cache.folder);
    const key = build.key([
      ['engine', `verilator ${verilator.version}`],
      ['host', hostVersion],
      ['flags', [...designFlags, ...commonFlags, ...compileFlags, ...runtimeFlags].join(' ')],
    ]);
    const known = cachedModel<Ports>(build, 'verilator', key);
    if (known) return known;
    return await make<Ports>(build, verilator, key);
  } finally {
    build.dispose();
  }
}

async function make<Ports extends PortShapes>(
  build: Build,
  verilator: VerilatorInstallation,
  key: string,
): Promise<Model<Ports>> {
  const trace = build.options.trace === true || build.options.trace === 'vcd';
  writeStaged(build.folder, [...build.sources, ...build.includes]);
  writeRuntime(build, (path) => mkdirSync(path, { recursive: true }));
  const mounts = { 'include-verilated': join(verilator.root, 'include') };
  const clang = new Clang(build, mounts);
  const runtime = runtimeUnits(verilator, trace);
  build.expect(3 + runtime.filter(({ cachedAs }) => !build.cache.has(cachedAs)).length);
  try {
    const { ports, warnings } = await build.step('verilate', `verilator ${verilator.version}`, () =>
      runVerilator(build, verilator, trace),
    );
    const unit = {
      name: 'model',
      text: modelUnit(build, ports, trace),
      flags: ['-O2', ...compileFlags, `-DVM_TRACE=${Number(trace)}`],
    };
    // The runtime's first compilation runs beside the model's; a failure of one waits for the other to end.
    const compiled = [clang.compile(unit), runtimeObjects(build, runtime, mounts)] as const;
    await Promise.allSettled(compiled);
    const [model, objects] = await Promise.all(compiled);
    const wasm = await clang.link([model, ...objects]);
    return storeModel<Ports>(build, 'verilator', key, wasm, ports, warnings);
  } finally {
    clang.close();
  }
}

interface ToolRun {
  readonly ok: boolean;
  readonly log: string;
}

function execute(build: Build, path: string, args: readonly string[]): Promise<ToolRun> {
  return new Promise((resolve) => {
    const options = { cwd: build.folder, maxBuffer: 64 << 20 };
    execFile(path, [...args], options, (error, stdout, stderr) =>
      resolve({ ok: error === null, log: restoreNames(stdout + stderr, build.sources.concat(build.includes)) }),
    );
  });
}

/** Asks Verilator to keep the probed signals readable: by name, in the modules that the probes lie in. */
function probeConfiguration(probes: readonly string[], facts: DesignFacts): string {
  const directives = probes.flatMap((probe) => {
    const leaf = probe.slice(probe.lastIndexOf('.') + 1);
    return modulesOfProbe(facts, probe).map((module) => `public_flat_rd -module "${module}" -var "${leaf}"`);
  });
  return ['`verilator_config', ...new Set(directives), ''].join('\n');
}

async function runVerilator(
  build: Build,
  verilator: VerilatorInstallation,
  trace: boolean,
): Promise<{ ports: VerilatedPort[]; warnings: string[] }> {
  const { top, warnings = 'report', parameters = {}, defines = {}, probes = [] } = build.options;
  const design = [
    ...['--top-module', top, warnings === 'error' ? '-Wall' : '-Wno-fatal'],
    ...Object.entries(parameters).map(([name, value]) => `-G${name}=${parameterText(value)}`),
    ...Object.entries(defines).map(([name, value]) => (value === true ? `-D${name}` : `-D${name}=${value}`)),
    ...build.includeFolders().map((folder) => `-I${folder}`),
    ...designFlags,
  ];
  const sources = build.sources.map((file) => file.staged);
  const makeCpp = (configuration: readonly string[]): Promise<ToolRun> =>
    execute(build, verilator.path, [
      ...['--cc', '--prefix', 'Vmodel', '--Mdir', 'obj', ...design, ...(trace ? ['--trace'] : [])],
      ...[...configuration, ...sources],
    ]);
  const factsToCome = readFacts(
    build,
    (format) =>
      execute(build, verilator.path, [...format, '--prefix', 'Vmodel', '--Mdir', 'tree', ...design, ...sources]),
    join(build.folder, 'tree'),
  );
  const makeProbedCpp = async (): Promise<ToolRun> => {
    const facts = await factsToCome;
    // A design with errors has no facts; Verilator then reports them once more.
    if (facts) writeFileSync(join(build.folder, 'probes.vlt'), probeConfiguration(probes, facts));
    return makeCpp(facts ? ['probes.vlt'] : []);
  };
  const [made, facts] = await Promise.all([probes.length > 0 ? makeProbedCpp() : makeCpp([]), factsToCome]);
  if (!made.ok || !facts) {
    const problem = firstProblem(made.log, /^%Error(?!: Exiting)/);
    throw new SimulationBuildError('verilate', 'verilator', `verilator: ${problem}`, made.log);
  }
  const header = readFileSync(join(build.folder, 'obj', 'Vmodel.h'), 'utf8');
  return {
    ports: readVerilatedPorts(header, facts.signs),
    warnings: made.log.split('\n').filter((line) => line.startsWith('%Warning')),
  };
}

interface RuntimeUnit {
  readonly unit: Unit;
  readonly cachedAs: string;
}

/** What of Verilator's own runtime a model is linked with. */
function runtimeUnits(verilator: VerilatorInstallation, trace: boolean): RuntimeUnit[] {
  const header = readFileSync(join(verilator.root, 'include', 'verilated_threads.h'), 'utf8');
  const pool = /^\s*(?:explicit )?VlThreadPool\((VerilatedContext[^)]*)\)/m.exec(header)?.[1] ?? '';
  const flags = [...compileFlags, ...runtimeFlags, `-DSOTTO_THREAD_POOL_ARGUMENTS=${pool}`];
  const units = [
    { name: 'verilated', text: '#include "verilated.cpp"\n#include "verilator-hooks.cpp"\n', flags: ['-O1', ...flags] },
    ...(trace ? [{ name: 'verilated-vcd', text: '#include "verilated_vcd_c.cpp"\n', flags: ['-O2', ...flags] }] : []),
  ];
  const hooks = runtimeFiles().filter(([name]) => /signal\.h|verilator-hooks/.test(name));
  return units.map((unit) => {
    const parts = [unit.name, verilator.version, ...commonFlags, ...unit.flags, unit.text].join('\n');
    return { unit, cachedAs: `${unit.name}-${contentKey([['unit', parts], ...hooks])}.o` };
  });
}

async function runtimeObjects(
  build: Build,
  units: readonly RuntimeUnit[],
  mounts: Readonly<Record<string, string>>,
): Promise<string[]> {
  const objects: string[] = [];
  // One after the other: the model is compiled at the same time, and a clang takes a core for itself.
  for (const { unit, cachedAs } of units) objects.push(await cachedObject(build, cachedAs, unit, mounts));
  return objects;
}

function modelUnit(build: Build, ports: readonly VerilatedPort[], trace: boolean): string {
  const generated = readdirSync(join(build.folder, 'obj'))
    .filter((name) => name.endsWith('.cpp'))
    .sort();
  const portLines = ports.map(
    ({ direction, name, width, member }) =>
      `addPort(signals, "${direction}", "${name}", ${width}, &model->${member}, sizeof(model->${member}));`,
  );
  const probeLines = (build.options.probes ?? []).map((path) => {
    const dot = path.lastIndexOf('.');
    const [scope, leaf] = [`TOP.${path.slice(0, dot)}`, path.slice(dot + 1)];
    return `addProbe(signals, context, ${JSON.stringify(path)}, ${JSON.stringify(scope)}, ${JSON.stringify(leaf)});`;
  });
  return [
    ...generated.map((name) => `#include "${name}"`),
    trace ? '#define SOTTO_TRACE' : '',
    `#define SOTTO_PORTS ${portLines.join(' ')}`,
    `#define SOTTO_PROBES ${probeLines.join(' ')}`,
    '#include "verilator-engine.h"',
    '#include "harness.h"',
    '',
  ].join('\n');
}
