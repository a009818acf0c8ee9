import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Build } from '../../sim/build.js';
import { factsFromXml, factsFromYosys, modulesOfProbe } from '../../sim/design-facts.js';
import { findVerilator } from '../../sim/index.js';
import { writeStaged } from '../../sim/sources.js';
import { readVerilatedPorts } from '../../sim/verilator-ports.js';
import { temporaryFolder, verilog } from './engines.js';

const folder = temporaryFolder();

function xmlOf(name: string): string {
  const output = ['--xml-only', '--Mdir', folder, '--prefix', name, '-Wno-fatal', '--top-module', name];
  execFileSync(findVerilator().path, [...output, verilog(name)], { stdio: 'pipe' });
  return readFileSync(join(folder, `${name}.xml`), 'utf8');
}

it('tells signs and order of ports, from the XML of Verilator and from Yosys alike', async () => {
  const { signs } = factsFromXml(xmlOf('arithmetic'));
  expect([...signs].slice(0, 5)).toEqual([
    ['a', true],
    ['b', true],
    ['wide', false],
    ['long_a', true],
    ['exact', true],
  ]);
  const build = new Build({ sources: [verilog('arithmetic')], top: 'arithmetic' });
  try {
    writeStaged(build.folder, build.sources);
    expect([...(await factsFromYosys(build)).signs]).toEqual([...signs]);
  } finally {
    build.dispose();
  }
});

it('finds the module that a probe lies in', () => {
  const facts = factsFromXml(xmlOf('counter'));
  expect(modulesOfProbe(facts, 'counter.count')).toEqual(['counter']);
  // The module of an instance with parameters goes by its name in the source.
  expect(modulesOfProbe(facts, 'counter.slow.phase')).toEqual(['prescaler']);
  expect(modulesOfProbe(facts, 'counter.lanes[2].slow.phase')).toEqual(['prescaler']);
  expect(modulesOfProbe(facts, 'other.count')).toEqual([]);
  expect(modulesOfProbe({ signs: new Map() }, 'counter.count')).toEqual(['*']);
});

it('refuses a port whose sign no one tells', () => {
  expect(() => readVerilatedPorts('    VL_IN8(&a,6,0);\n', new Map())).toThrow('port a: whether it is signed');
});
