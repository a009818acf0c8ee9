import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Build, type BuildOptions } from './build.js';
import { Clang, commonFlags, writeRuntime } from './clang.js';
import { type Model, cachedModel, checkProbes, storeModel } from './model.js';
import type { AnyPorts, Port, PortShapes } from './port-types.js';
import { readDataFiles, writeStaged } from './sources.js';
import { readDesign, readYosysPorts, runYosys, yosysVersion } from './yosys.js';

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
    const version = yosysVersion();
    const key = build.key([
      ['engine', `cxxrtl ${version}`],
      ['flags', [...commonFlags, ...compileFlags].join(' ')],
      ['write', writeCommand(build)],
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
  build.expect(3);
  writeStaged(build.folder, [...build.sources, ...build.includes]);
  writeRuntime(build, (path) => mkdirSync(path, { recursive: true }));
  await writeCxxrtlHeaders(build);
  const clang = new Clang(build, {});
  try {
    const script = [...readDesign(build), writeCommand(build)];
    const warnings = await build.step('synthesize', `yosys ${version}`, () =>
      runYosys(build, script, ['ports.json', 'design.cpp']),
    );
    const design = readFileSync(join(build.folder, 'design.cpp'), 'utf8');
    checkSignals(build, design);
    const ports = readYosysPorts(build);
    const model = await clang.compile({ name: 'model', text: modelUnit(build, ports, design), flags: compileFlags });
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

/** Whether the model has to show more than its ports. */
function showsInside({ options: { probes = [], trace = false } }: Build): boolean {
  return probes.length > 0 || trace !== false;
}

/**
 * A module's C++ is written once, however often the module is used: flattened, an engine takes clang four times as long.
 * What only probes and waves read is left out without them.
 */
function writeCommand(build: Build): string {
  return `write_cxxrtl -noflatten -O6 -g${showsInside(build) ? 4 : 0} design.cpp`;
}

/** Refuses unknown probes before the long compilation. */
function checkSignals(build: Build, design: string): void {
  const { top, probes = [] } = build.options;
  if (probes.length === 0) return;
  const known = new Set(shownSignals(design, cxxName(top), top));
  checkProbes('cxxrtl', probes, (probe) => known.has(probe));
}

/** Paths of all signals that the C++ can show, below an instance of a class: it lists signals and instances by class. */
function shownSignals(design: string, className: string, path: string): string[] {
  const start = design.indexOf(`\nvoid ${className}::debug_info(`);
  const body = design.slice(start, design.indexOf('\n}\n', start));
  const names = [...body.matchAll(/items->add\(path, "([^"]+)"/g)].map(([, name = '']) => name);
  const inner = [...body.matchAll(/(\w+)\.debug_info\(items, scopes, path \+ "([^"]+) "/g)].flatMap(
    ([, member = '', name = '']) => {
      const [, type = ''] = new RegExp(`^\\t(\\w+) ${member} \\{`, 'm').exec(classText(design, className)) ?? [];
      return shownSignals(design, type, `${path}.${name}`);
    },
  );
  return [...names.map((name) => `${path}.${name.replaceAll(' ', '.')}`), ...inner];
}

function classText(design: string, className: string): string {
  const start = design.indexOf(`\nstruct ${className} : `);
  return design.slice(start, design.indexOf('\n};', start));
}

/** The name of a public Yosys object in the generated C++. */
function cxxName(name: string): string {
  return `p_${name.replace(/[^A-Za-z0-9]/g, (character) =>
    character === '_' ? '__' : `_${character.charCodeAt(0).toString(16)}_`,
  )}`;
}

function modelUnit(build: Build, ports: readonly Port[], design: string): string {
  const { top, probes = [], trace } = build.options;
  const portLines = ports.map(
    ({ direction, name }) => `addPort(signals, "${direction}", "${name}", top.${cxxName(name)});`,
  );
  const probeLines = probes.map((path) => `addProbe(signals, ${JSON.stringify(path)});`);
  return [
    '#include "design.cpp"',
    trace ? '#define SOTTO_TRACE' : '',
    showsInside(build) ? '#define SOTTO_INSIDE' : '',
    /\bnegedge_p_/.test(design) ? '#define SOTTO_FALLING_EDGES' : '',
    `#define SOTTO_TOP cxxrtl_design::${cxxName(top)}`,
    `#define SOTTO_TOP_NAME "${top}"`,
    `#define SOTTO_PORTS ${portLines.join(' ')}`,
    `#define SOTTO_PROBES ${probeLines.join(' ')}`,
    '#include "cxxrtl-engine.h"',
    '#include "harness.h"',
    '',
  ].join('\n');
}
