import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Build, type BuildOptions, packageVersion, parameterText } from './build.js';
import { Clang, commonFlags, writeRuntime } from './clang.js';
import { SimulationBuildError, firstProblem } from './errors.js';
import { type Model, cachedModel, storeModel } from './model.js';
import type { AnyPorts, Port, PortShapes } from './port-types.js';
import { readDataFiles, restoreNames, writeStaged } from './sources.js';
import { ToolProcess } from './tool-process.js';

const compileFlags = ['-O2', '-Icxxrtl-runtime'];

/**
 * Builds a model with Yosys' CXXRTL and clang, both WebAssembly from npm: an engine that shares no code with Verilator.
 * Yosys reads memory images when it builds, so they are part of the cache key here.
 *
 * @throws SimulationBuildError when the design has errors.
 */
export async function cxxrtl<Ports extends PortShapes = AnyPorts>(options: BuildOptions): Promise<Model<Ports>> {
  const build = new Build(options);
  try {
    const images = readDataFiles(options.dataFiles ?? []);
    const version = packageVersion('@yowasp/yosys');
    const key = build.key([
      ['engine', `cxxrtl ${version}`],
      ['flags', [...commonFlags, ...compileFlags].join(' ')],
      ...[...images].sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    const known = cachedModel<Ports>(build, 'cxxrtl', key);
    if (known) return known;
    for (const [name, content] of images) writeFileSync(join(build.folder, name), content);
    return await make<Ports>(build, version, key);
  } finally {
    build.dispose();
  }
}

async function make<Ports extends PortShapes>(build: Build, version: string, key: string): Promise<Model<Ports>> {
  writeStaged(build.folder, [...build.sources, ...build.includes]);
  writeRuntime(build, (path) => mkdirSync(path, { recursive: true }));
  await writeCxxrtlHeaders(build);
  const clang = new Clang(build, {});
  try {
    const { ports, warnings } = await runYosys(build, version);
    const model = await clang.compile({ name: 'model', text: modelUnit(build, ports), flags: compileFlags });
    const wasm = await clang.link([model]);
    return storeModel<Ports>(build, 'cxxrtl', key, wasm, ports, warnings);
  } finally {
    clang.close();
  }
}

type Tree = Readonly<Record<string, unknown>>;

/** The headers of CXXRTL are part of the npm package of Yosys, in its module of resources. */
async function writeCxxrtlHeaders(build: Build): Promise<void> {
  const bundle = createRequire(import.meta.url).resolve('@yowasp/yosys');
  const resources = (await import(pathToFileURL(join(dirname(bundle), 'resources-yosys.js')).href)) as {
    filesystem: Tree;
  };
  const folder = 'share/include/backends/cxxrtl/runtime'
    .split('/')
    .reduce<Tree>((tree, name) => tree[name] as Tree, resources.filesystem);
  const write = (tree: Tree, path: string): void => {
    mkdirSync(path, { recursive: true });
    for (const [name, content] of Object.entries(tree)) {
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(join(path, name), content);
      else write(content as Tree, join(path, name));
    }
  };
  write(folder, join(build.folder, 'cxxrtl-runtime'));
}

function yosysScript({
  options,
  sources,
  includeFolders,
}: Pick<Build, 'options' | 'sources'> & { includeFolders: string[] }): string {
  const { top, parameters = {}, defines = {} } = options;
  const defineFlags = Object.entries(defines).map(([name, value]) =>
    value === true ? `-D${name}` : `-D${name}=${value}`,
  );
  const read = ['read_verilog', '-sv', '-defer', ...defineFlags, ...includeFolders.map((folder) => `-I${folder}`)];
  const set = Object.entries(parameters).map(([name, value]) => `-chparam ${name} ${parameterText(value)}`);
  return [
    `${read.join(' ')} ${sources.map((file) => file.staged).join(' ')}`,
    `hierarchy -check -top ${top} ${set.join(' ')}`,
    'proc',
    // Only the ports of the top are wanted, so only the top is written.
    `select =A:top=1`,
    'write_json -selected ports.json',
    'select -clear',
    'write_cxxrtl -O6 -g4 design.cpp',
    '',
  ].join('\n');
}

async function runYosys(build: Build, version: string): Promise<{ ports: Port[]; warnings: string[] }> {
  const includeFolders = build.includeFolders();
  writeFileSync(
    join(build.folder, 'build.ys'),
    yosysScript({ options: build.options, sources: build.sources, includeFolders }),
  );
  build.start('synthesize', `yosys ${version}`);
  const yosys = new ToolProcess('@yowasp/yosys');
  try {
    const strict = build.options.warnings === 'error' ? ['-e', '.'] : [];
    const result = await yosys.run({
      command: 'yosys',
      arguments: ['-q', ...strict, '-s', 'build.ys'],
      folder: build.folder,
      outputs: ['ports.json', 'design.cpp'],
    });
    const log = restoreNames(result.log, build.sources.concat(build.includes));
    if (!result.ok) {
      throw new SimulationBuildError('synthesize', 'yosys', `yosys: ${firstProblem(log, /ERROR/)}`, log);
    }
    return { ports: readPorts(build), warnings: log.split('\n').filter((line) => line.includes('Warning:')) };
  } finally {
    yosys.close();
  }
}

interface YosysNetlist {
  readonly modules: Record<
    string,
    { readonly ports: Record<string, { direction: string; bits: readonly unknown[]; signed?: number }> }
  >;
}

function readPorts(build: Build): Port[] {
  const netlist = JSON.parse(readFileSync(join(build.folder, 'ports.json'), 'utf8')) as YosysNetlist;
  const top = Object.values(netlist.modules)[0];
  return Object.entries(top?.ports ?? {}).map(([name, { direction, bits, signed }]) => {
    if (direction !== 'input' && direction !== 'output') {
      const message = `port ${name} is bidirectional: wrap the module in one with plain ports`;
      throw new SimulationBuildError('describe', 'sotto', message);
    }
    return { name, direction, width: bits.length, signed: signed === 1 };
  });
}

/** The name of a public Yosys object in the generated C++. */
function cxxName(name: string): string {
  return `p_${name.replace(/[^A-Za-z0-9]/g, (character) =>
    character === '_' ? '__' : `_${character.charCodeAt(0).toString(16)}_`,
  )}`;
}

function modelUnit(build: Build, ports: readonly Port[]): string {
  const { top, probes = [], trace } = build.options;
  const portLines = ports.map(({ direction, name }) => `add(signals, "${direction}", "${name}", "${top}.${name}");`);
  const probeLines = probes.map((path) => `add(signals, "probe", ${JSON.stringify(path)}, ${JSON.stringify(path)});`);
  return [
    '#include "design.cpp"',
    trace ? '#define SOTTO_TRACE' : '',
    `#define SOTTO_TOP cxxrtl_design::${cxxName(top)}`,
    `#define SOTTO_TOP_NAME "${top}"`,
    `#define SOTTO_PORTS ${portLines.join(' ')}`,
    `#define SOTTO_PROBES ${probeLines.join(' ')}`,
    '#include "cxxrtl-engine.h"',
    '#include "harness.h"',
    '',
  ].join('\n');
}
