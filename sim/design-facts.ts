import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Build } from './build.js';
import { readDesign, readYosysPorts, runYosys } from './yosys.js';

/** What Verilator's C++ no longer tells of a design. */
export interface DesignFacts {
  /** Whether a port is signed, in order of declaration. */
  readonly signs: ReadonlyMap<string, boolean>;
  /** Module names by path of instance, without generate blocks; absent where Verilator writes no XML. */
  readonly modules?: ReadonlyMap<string, readonly string[]>;
}

/** Reads the facts from Verilator's XML. */
export function factsFromXml(xml: string): DesignFacts {
  const types = new Set([...xml.matchAll(/<basicdtype [^>]*\bid="(\d+)"[^>]*\bsigned="true"/g)].map(([, id]) => id));
  const top = /<module [^>]*topModule="1"[^>]*>([\s\S]*?)<\/module>/.exec(xml)?.[1] ?? '';
  const ports = [...top.matchAll(/<var [^>]*\bname="([^"]+)"[^>]*\bdtype_id="(\d+)"[^>]*\bdir="/g)];
  const cells = xml.slice(0, Math.max(0, xml.indexOf('</cells>')));
  const originals = new Map(
    [...xml.matchAll(/<module [^>]*\bname="([^"]+)" origName="([^"]+)"/g)].map(([, name = '', original = '']) => [
      name,
      original,
    ]),
  );
  const modules = new Map<string, string[]>();
  for (const [, module = '', path = ''] of cells.matchAll(/<cell [^>]*\bsubmodname="([^"]+)" hier="([^"]+)"/g)) {
    const known = modules.get(path) ?? [];
    const name = originals.get(module) ?? module;
    if (!known.includes(name)) modules.set(path, [...known, name]);
  }
  return { signs: new Map(ports.map(([, name = '', type]) => [name, types.has(type)])), modules };
}

/** Reads the facts with Yosys. */
export async function factsFromYosys(build: Build): Promise<DesignFacts> {
  await runYosys(build, readDesign(build), ['ports.json']);
  return { signs: new Map(readYosysPorts(build).map(({ name, signed }) => [name, signed])) };
}

type RunVerilator = (format: readonly string[]) => Promise<{ ok: boolean; log: string }>;

/**
 * The facts of a design: from Verilator's XML, or where a version no longer writes it (its JSON holds no signs), from
 * Yosys. A design with errors has none.
 */
export async function readFacts(build: Build, run: RunVerilator, folder: string): Promise<DesignFacts | undefined> {
  const { ok, log } = await run(['--xml-only']);
  if (ok) {
    const name = readdirSync(folder).find((file) => file.endsWith('.xml'));
    if (name !== undefined) return factsFromXml(readFileSync(join(folder, name), 'utf8'));
  }
  return /invalid option/i.test(log) ? factsFromYosys(build) : undefined;
}

/**
 * The modules that a probe may lie in: those of the innermost instance on its path. Generate blocks stand in a path
 * but not in the facts, so a path of instances may leave out segments of the probe's.
 */
export function modulesOfProbe({ modules }: DesignFacts, probe: string): readonly string[] {
  if (modules === undefined) return ['*'];
  const scope = probe.split('.').slice(0, -1);
  const depth = (path: string): number => {
    const instances = path.split('.');
    let matched = 0;
    for (const segment of scope) if (segment === instances[matched]) matched += 1;
    return matched === instances.length ? matched : 0;
  };
  const depths = new Map([...modules.keys()].map((path) => [path, depth(path)]));
  const deepest = Math.max(0, ...depths.values());
  if (deepest === 0) return [];
  return [...new Set([...modules].flatMap(([path, names]) => (depths.get(path) === deepest ? names : [])))];
}
