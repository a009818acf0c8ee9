import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Module,
  bits,
  bool,
  defineModule,
  input,
  memory,
  outputOf,
  register,
  registered,
  signedBits,
  stateMachine,
  streamIn,
  streamOut,
  when,
} from '../../src/hdl/index.js';
import { type AnyPorts, type PortsOf, type SnakeCase, modelOf, simulate } from '../../sim/index.js';
import { temporaryFolder } from './engines.js';

/** Doubles a stream of signed samples and looks a factor up in a table. */
const doubler = defineModule('doubler', () => {
  const samples = streamIn({ value: signedBits(7), lastOfFrame: bool() });
  const doubled = streamOut({ value: signedBits(8) });
  const held = registered(samples);
  doubled.connect({ value: held.payload.value.resize(8).shiftLeft(1) }, { valid: held.valid });
  held.ready.connect(doubled.ready);
  const tableAddress = input(bits(2));
  const table = memory(bits(60), { depth: 4, image: { file: 'table.mem', words: [7n, 1n << 59n, 3n, 4n] } });
  return { samples, doubled, table: { address: tableAddress, word: outputOf(table.readNow(tableAddress)) } };
});

const light = defineModule('light', () => {
  const button = input(bool());
  const machine = stateMachine('Light', {
    dark: { during: (goTo) => when(button, () => goTo('bright')) },
    bright: { during: (goTo) => goTo('dark') },
  });
  const presses = register(bits(4), { reset: 0 });
  when(button, () => presses.next(presses.add(1)));
  return { button, isBright: outputOf(machine.is('bright')), presses: outputOf(presses) };
});

const engines = ['verilator', 'cxxrtl'] as const;

describe.each(engines)('a module under %s', (engine) => {
  const folder = temporaryFolder();

  it('runs with typed ports, streams and its memory images', async () => {
    using simulation = await simulate(doubler(), { engine });
    expectTypeOf(simulation.peek('doubled_value')).toEqualTypeOf<number>();
    expectTypeOf(simulation.peek('table_word')).toEqualTypeOf<bigint>();
    // @ts-expect-error an output cannot be poked
    expect(() => simulation.poke('table_word', 1n)).toThrow('has no input table_word');
    // @ts-expect-error no such port
    expect(() => simulation.peek('tableWord')).toThrow('has no port tableWord');
    simulation.reset();
    simulation.poke('table_address', 1);
    expect(simulation.peek('table_word')).toBe(1n << 59n);
    const { sinks } = simulation.run({
      sources: { samples: { data: { value: [-64, -1, 0, 63], last_of_frame: [0, 0, 0, 1] } } },
      sinks: { doubled: { count: 4 } },
      maxCycles: 20,
    });
    expect(sinks.doubled.data['value']).toEqual(Int32Array.of(-128, -2, 0, 126));
  });

  it('names the states of its machines in waves', async () => {
    const waves = join(folder, 'light.vcd');
    const simulation = await simulate(light(), { engine, waves });
    simulation.reset();
    simulation.poke('button', 1);
    simulation.step(3);
    expect(simulation.peek('presses')).toBe(3);
    simulation.close();
    const vcd = readFileSync(waves, 'utf8');
    const identifier = /\$var string 1 (\S+) state_name \$end/.exec(vcd)?.[1] ?? '';
    const states = vcd.split('\n').flatMap((line) => (line.endsWith(` ${identifier}`) ? [line.split(' ')[0]] : []));
    expect(states).toEqual(['sdark', 'sbright', 'sdark', 'sbright']);
  });
});

it('builds a model once for any number of simulations', async () => {
  const model = await modelOf(doubler());
  using first = model.instantiate();
  using second = model.instantiate();
  first.poke('table_address', 2);
  expect([first.peek('table_word'), second.peek('table_word')]).toEqual([3n, 7n]);
  expect((await modelOf(doubler())).build.cached).toBe(true);
});

it('spells names as the language does', () => {
  expectTypeOf<SnakeCase<'weightPlane'>>().toEqualTypeOf<'weight_plane'>();
  expectTypeOf<SnakeCase<'HTTPServer'>>().toEqualTypeOf<'http_server'>();
  expectTypeOf<SnakeCase<'x2Y'>>().toEqualTypeOf<'x2_y'>();
  expectTypeOf<SnakeCase<'ABcDEf'>>().toEqualTypeOf<'a_bc_d_ef'>();
  expectTypeOf<SnakeCase<'lane0'>>().toEqualTypeOf<'lane0'>();
  expectTypeOf<SnakeCase<'already_snake'>>().toEqualTypeOf<'already_snake'>();
});

it('types vectors, and leaves unknown trees open', () => {
  const lanes = defineModule('lanes', () => {
    const lane = input([bits(3), bits(40)] as const);
    return { lane, first: outputOf(lane[0]), second: outputOf(lane[1]) };
  });
  type Lanes = ReturnType<typeof lanes> extends Module<infer Tree> ? PortsOf<Tree> : never;
  expectTypeOf<keyof Lanes>().toEqualTypeOf<'lane_0' | 'lane_1' | 'first' | 'second' | 'rst'>();
  expectTypeOf<Lanes['lane_1']>().toEqualTypeOf<{ readonly direction: 'input'; readonly width: 40 }>();
  expectTypeOf<PortsOf<Module['ports']>>().toEqualTypeOf<AnyPorts>();
  expect(lanes().ir.ports.map(({ name }) => name)).toEqual(['lane_0', 'lane_1', 'first', 'second']);
});
