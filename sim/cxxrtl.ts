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
    const script = [...readDesign(build), 'write_cxxrtl -O6 -g4 design.cpp'];
    const warnings = await build.step('synthesize', `yosys ${version}`, () =>
      runYosys(build, script, ['ports.json', 'design.cpp']),
    );
    checkSignals(build);
    const ports = readYosysPorts(build);
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

/** Refuses unknown probes before the long compilation: the C++ lists every signal that it can show. */
function checkSignals(build: Build): void {
  const { top, probes = [] } = build.options;
  if (probes.length === 0) return;
  const text = readFileSync(join(build.folder, 'design.cpp'), 'utf8');
  const names = [...text.matchAll(/items->add\(path, "([^"]+)"/g)].map(([, name = '']) => name.replaceAll(' ', '.'));
  const known = new Set(names.map((name) => `${top}.${name}`));
  checkProbes('cxxrtl', probes, (probe) => known.has(probe));
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
