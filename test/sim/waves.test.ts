import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engines, temporaryFolder, verilog } from './engines.js';

/** Value changes of each variable, as `time:value`, by hierarchical path. */
function readVcd(path: string): Map<string, string[]> {
  const changes = new Map<string, string[]>();
  const paths = new Map<string, string[]>();
  const scopes: string[] = [];
  let time = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '$scope') scopes.push(words[2]!);
    else if (words[0] === '$upscope') scopes.pop();
    else if (words[0] === '$var') {
      const name = [...scopes, words[4]!].join('.').replace(/^TOP\./, '');
      changes.set(name, []);
      paths.set(words[3]!, [...(paths.get(words[3]!) ?? []), name]);
    } else if (words[0]?.startsWith('#')) time = Number(words[0].slice(1));
    else if (words[0] !== '' && !words[0]!.startsWith('$')) {
      const [value, identifier] =
        words.length === 2 ? [words[0]!.slice(1), words[1]!] : [words[0]![0]!, words[0]!.slice(1)];
      for (const name of paths.get(identifier) ?? []) {
        const list = changes.get(name)!;
        const text = words.length === 2 && !words[0]!.startsWith('s') ? String(Number.parseInt(value, 2)) : value;
        if (list.at(-1)?.split(':')[1] !== text) list.push(`${time}:${text}`);
      }
    }
  }
  return changes;
}

describe.each(engines)('waves of a %s simulation', (engine, build) => {
  const folder = temporaryFolder();

  it('hold every signal, clock edges at 5 of 10 ns, and names of states', async () => {
    const model = await build({
      sources: [verilog('traffic')],
      top: 'traffic',
      trace: true,
      probes: ['traffic.main.state'],
    });
    const waves = join(folder, `${engine}.vcd`);
    const simulation = model.instantiate({
      reset: 'rst_n',
      resetActive: 'low',
      waves,
      stateNames: { 'traffic.main.state': { 0: 'RED', 1: 'GREEN', 2: 'YELLOW' } },
    });
    simulation.reset();
    simulation.poke('button', 1);
    simulation.step(5);
    simulation.close();
    expect(readFileSync(waves, 'utf8')).toMatch(/\$timescale\s+1\s*ns/);
    const vcd = readVcd(waves);
    expect(vcd.get('traffic.clk')?.slice(0, 5)).toEqual(['0:0', '5:1', '10:0', '15:1', '20:0']);
    expect(vcd.get('traffic.button')).toEqual(['0:0', '11:1']);
    expect(vcd.get('traffic.main.state')).toEqual(['0:0', '15:1', '45:2', '55:0']);
    expect(vcd.get('traffic.main.state_name')).toEqual(['0:RED', '15:GREEN', '45:YELLOW', '55:RED']);
  });

  it('need a model that was built for them', async () => {
    const model = await build({ sources: [verilog('accumulator')], top: 'accumulator' });
    expect(() => model.instantiate({ waves: join(folder, 'none.vcd') })).toThrow(
      'build the model of accumulator with trace: true',
    );
  });
});
