import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BuildOptions,
  type BuildProgress,
  SimulationBuildError,
  defaultCacheFolder,
  findVerilator,
  verilate,
} from '../../sim/index.js';
import { engines, temporaryFolder, verilog } from './engines.js';

async function failure(build: Promise<unknown>): Promise<SimulationBuildError> {
  const error = await build.then(
    () => new Error('the build did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof SimulationBuildError) return error;
  throw error;
}

describe.each(engines)('a %s build', (engine, build) => {
  const cacheDir = temporaryFolder();

  // Verilator's runtime takes long to compile and is no part of what these tests look at.
  beforeAll(async () => {
    if (engine !== 'verilator') return;
    await build({ sources: [verilog('accumulator')], top: 'accumulator' });
    const objects = readdirSync(defaultCacheFolder()).filter((name) => /^verilated-[0-9a-f]+\.o$/.test(name));
    for (const name of objects) copyFileSync(join(defaultCacheFolder(), name), join(cacheDir, name));
  });

  const gate = (operator: string): BuildOptions => ({
    sources: [
      { name: 'gate.v', text: `module gate(input a, input b, output y); assign y = a ${operator} b; endmodule\n` },
    ],
    top: 'gate',
    cacheDir,
  });

  it('starts no tool for content that the cache has', async () => {
    const progress: BuildProgress[] = [];
    const steps: BuildProgress[] = [];
    const first = await build({ ...gate('&'), onProgress: (event) => void steps.push(event) });
    const second = await build({ ...gate('&'), onProgress: (event) => void progress.push(event) });
    expect(first.build.cached).toBe(false);
    expect(first.build.toolRuns.length).toBeGreaterThan(1);
    expect(second.build).toMatchObject({ cached: true, toolRuns: [], key: first.build.key });
    expect(progress).toEqual([{ stage: 'cached', detail: 'gate', completed: 1, total: 1 }]);
    const translate = engine === 'verilator' ? 'verilate' : 'synthesize';
    expect(steps.map(({ stage, completed, total }) => [stage, completed, total])).toEqual([
      [translate, 0, 3],
      ['compile', 1, 3],
      ['link', 2, 3],
      ['done', 3, 3],
    ]);
    expect(second.ports).toEqual(first.ports);
    using simulation = second.instantiate();
    simulation.poke('a', 1);
    expect(simulation.peek('y')).toBe(0);
    simulation.poke('b', 1);
    expect(simulation.peek('y')).toBe(1);
    expect(readdirSync(cacheDir).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('says where a syntax error is, in the name of the caller', async () => {
    const error = await failure(
      build({
        sources: [{ name: 'rtl/broken.v', text: 'module broken(input a);\n  assign = a;\nendmodule\n' }],
        top: 'broken',
        cacheDir,
      }),
    );
    expect(error.message).toContain('rtl/broken.v:2');
    expect(error.message).toMatch(/syntax error/);
    expect(error.log).not.toContain('src/broken.v');
    // An uncaught error is printed with its properties: the log is none of them.
    const printed = inspect(error, { compact: false });
    expect(printed.split('\n').filter((line) => !/^\s+at /.test(line)).length).toBeLessThan(10);
  });

  it('refuses a missing file, a wrong top, an unknown probe and an fst trace', async () => {
    const missing = await failure(build({ ...gate('|'), sources: ['nowhere/none.v'] }));
    expect(missing.message).toBe('source nowhere/none.v: no such file');
    expect(missing.stage).toBe('inputs');
    const wrongTop = await failure(build({ ...gate('|'), top: 'gaet' }));
    expect(wrongTop.message).toMatch(/gaet/);
    const fst = await failure(build({ ...gate('|'), trace: 'fst' }));
    expect(fst.message).toMatch(/needs zlib/);
    const rootless = await failure(build({ ...gate('|'), probes: ['y'] }));
    expect(rootless.message).toMatch(/starts with the top/);
  });

  it('refuses a probe that names no signal', async () => {
    const error = await failure(build({ ...gate('&'), probes: ['gate.inner.z'] }));
    expect(error.message).toMatch(/no such signal in the design: gate.inner.z/);
  });
});

it('names the installation of Verilator', () => {
  expect(findVerilator().version).toMatch(/^5\.\d+/);
});

it('says in one line how to install Verilator', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    const error = await failure(verilate({ sources: [verilog('counter')], top: 'counter' }));
    expect(error.message).toMatch(/^verilator was not found: install it with `apt install verilator`.*$/);
  } finally {
    process.env['PATH'] = path;
  }
});
