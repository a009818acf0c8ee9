import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Build, packageVersion } from './build.js';
import { SimulationBuildError, firstProblem } from './errors.js';
import type { Port } from './port-types.js';
import { restoreNames } from './sources.js';
import { ToolProcess } from './tool-process.js';

export const yosysVersion = (): string => packageVersion('@yowasp/yosys');

/** A parameter as `hierarchy -chparam` reads it: a string is its bits, an integer has 32 bits or what it needs. */
export function yosysParameter(value: number | bigint | string): string {
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return `${Math.max(bytes.length, 1) * 8}'h${Buffer.from(bytes).toString('hex') || '00'}`;
  }
  const integer = BigInt(value);
  const magnitude = integer < 0n ? -integer : integer;
  const width = Math.max(32, magnitude.toString(2).length + 1);
  return `${width}'sh${BigInt.asUintN(width, integer).toString(16)}`;
}

/** The lines of a script that read a design, set its parameters and write its ports to `ports.json`. */
export function readDesign(build: Build): string[] {
  const { top, parameters = {}, defines = {} } = build.options;
  const read = [
    ...['read_verilog', '-sv', '-defer'],
    ...Object.entries(defines).map(([name, value]) => (value === true ? `-D${name}` : `-D${name}=${value}`)),
    ...build.includeFolders().map((folder) => `-I${folder}`),
    ...build.sources.map((file) => file.staged),
  ];
  const set = Object.entries(parameters).map(([name, value]) => `-chparam ${name} ${yosysParameter(value)}`);
  return [
    read.join(' '),
    `hierarchy -check -top ${top} ${set.join(' ')}`,
    'proc',
    // Only the ports of the top are wanted, so only the top is written.
    'select =A:top=1',
    'write_json -selected ports.json',
    'select -clear',
  ];
}

/** Runs a script in the build folder; its warnings. */
export async function runYosys(build: Build, script: readonly string[], outputs: readonly string[]): Promise<string[]> {
  writeFileSync(join(build.folder, 'build.ys'), `${script.join('\n')}\n`);
  const yosys = new ToolProcess('@yowasp/yosys');
  try {
    const strict = build.options.warnings === 'error' ? ['-e', '.'] : [];
    const result = await yosys.run({
      command: 'yosys',
      arguments: ['-q', ...strict, '-s', 'build.ys'],
      folder: build.folder,
      outputs,
    });
    const log = restoreNames(result.log, build.sources.concat(build.includes));
    if (!result.ok) {
      throw new SimulationBuildError('synthesize', 'yosys', `yosys: ${firstProblem(log, /ERROR/)}`, log);
    }
    return log.split('\n').filter((line) => line.includes('Warning:'));
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

/** The ports that `readDesign` wrote, in order of declaration. */
export function readYosysPorts(build: Build): Port[] {
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
