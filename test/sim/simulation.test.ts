import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Model, type Simulation, SimulationError } from '../../sim/index.js';
import { engines, verilog } from './engines.js';

describe.each(engines)('a %s simulation', (_, build) => {
  const counter = (): Promise<Model> =>
    build({ sources: [verilog('counter')], top: 'counter', parameters: { STEP: 3 }, probes: ['counter.slow.phase'] });

  it('finds the ports by itself', async () => {
    const { ports } = await counter();
    expect(Object.fromEntries(ports.map(({ name, direction, width }) => [name, `${direction} ${width}`]))).toEqual({
      clk: 'input 1',
      rst: 'input 1',
      enable: 'input 1',
      load: 'input 1',
      start: 'input 8',
      count: 'output 8',
      is_zero: 'output 1',
      tick: 'output 1',
    });
  });

  it('counts cycles, time and the parameter step', async () => {
    using simulation = (await counter()).instantiate();
    simulation.reset(2);
    simulation.poke('enable', 1);
    simulation.step(5);
    expect(simulation.peek('count')).toBe(15);
    expect(simulation.cycle).toBe(7);
    expect(simulation.time).toBe(70);
    simulation.poke('load', 1);
    simulation.poke('start', 255);
    simulation.step();
    expect(simulation.peek('count')).toBe(255);
    simulation.poke('load', 0);
    simulation.step();
    expect(simulation.peek('count')).toBe(2);
  });

  it('keeps instances apart and starts each at power-up', async () => {
    const model = await counter();
    using first = model.instantiate();
    using second = model.instantiate();
    first.poke('enable', 1);
    first.step(10);
    expect([first.peek('count'), second.peek('count'), second.cycle]).toEqual([30, 0, 0]);
    using third = model.instantiate();
    expect([third.peek('count'), third.peek('is_zero')]).toEqual([0, 1]);
  });

  it('reads probes, and refuses others', async () => {
    using simulation = (await counter()).instantiate();
    simulation.reset();
    simulation.step(7);
    expect(simulation.probe('counter.slow.phase')).toBe(3);
    expect(simulation.peek('tick')).toBe(1);
    expect(() => simulation.probe('counter.slow.tick')).toThrow(
      'counter has no probe counter.slow.tick; there are: counter.slow.phase',
    );
  });

  it('names port, width and value when a poke does not fit', async () => {
    using simulation = (await counter()).instantiate();
    expect(() => simulation.poke('start', 256)).toThrow('port start (8 bits): 256 is not an integer from 0 to 255');
    expect(() => simulation.poke('start', -1)).toThrow('port start (8 bits): -1 is not');
    expect(() => simulation.poke('start', 1.5)).toThrow(SimulationError);
    expect(() => simulation.poke('count', 1)).toThrow('counter has no input count (it is an output)');
    expect(() => simulation.poke('cuont', 1)).toThrow('counter has no input cuont; there are: clk, rst');
    expect(() => simulation.peek('cuont')).toThrow('counter has no port cuont');
  });

  it('computes signed and wide values', async () => {
    const model = await build({ sources: [verilog('arithmetic')], top: 'arithmetic' });
    using simulation = model.instantiate();
    for (const [a, b] of [
      [-64, -2048],
      [63, -2048],
      [-1, 1],
      [0, 5],
      [17, 99],
    ] as const) {
      simulation.poke('a', a);
      simulation.poke('b', b);
      expect(simulation.peek('product')).toBe(a * b);
      expect(simulation.peek('a')).toBe(a);
      expect(simulation.peek('negated')).toBe(a === -64 ? -64 : 0 - a);
    }
    const wide = 0xa_12345678_9abcdef0_fedcba98n;
    simulation.poke('wide', wide);
    expect(simulation.peek('wide_sum')).toBe(wide + (1n << 100n) - 1n);
    expect(simulation.peek('low_word')).toBe(0xfedcba98);
    simulation.poke('long_a', (1n << 63n) - 1n);
    expect(simulation.peek('long_sum')).toBe(1n << 63n);
    simulation.poke('long_a', -(1n << 63n));
    expect(simulation.peek('long_sum')).toBe(1n - (1n << 63n));
    for (const exact of [2 ** 52 - 1, -(2 ** 52) + 1, -1, 0x1_2345_6789]) {
      simulation.poke('exact', exact);
      expect(simulation.peek('exact')).toBe(exact);
      expect(simulation.peek('exact_negated')).toBe(-exact);
    }
    expect(() => simulation.poke('a', 64)).toThrow('port a (7 bits, signed): 64 is not an integer from -64 to 63');
    expect(() => simulation.poke('wide', 1n << 100n)).toThrow('port wide (100 bits)');
    expect(() => simulation.step()).toThrow('arithmetic has no clock');
  });

  it('reads memory images by their plain names', async () => {
    const text = Array.from({ length: 16 }, (_, index) => (index * 0x1111 + 0x80000).toString(16)).join('\n');
    const model = await build({
      sources: [verilog('rom')],
      top: 'rom',
      parameters: { IMAGE: 'words.mem' },
      dataFiles: [{ name: 'words.mem', text }],
      probes: ['rom.words'],
    });
    using simulation = model.instantiate();
    for (let address = 0; address < 16; address += 1) {
      simulation.poke('address', address);
      simulation.step();
      expect(simulation.peek('data')).toBe(address * 0x1111 + 0x80000);
      expect(simulation.probe('rom.words', address)).toBe(address * 0x1111 + 0x80000);
    }
    expect(() => simulation.probe('rom.words', 16)).toThrow('index 16 is not from 0 to 15');
  });

  it('lets inputs pass through inner modules before either edge', async () => {
    const model = await build({ sources: [verilog('edges')], top: 'edges' });
    using simulation = model.instantiate();
    // No peek between poke and step: nothing but the step itself settles the input.
    simulation.poke('word', 5);
    simulation.step();
    expect(simulation.peek('pair_rise')).toBe(10);
    simulation.poke('word', 0);
    simulation.step();
    expect([simulation.peek('pair_rise'), simulation.peek('pair_fall')]).toEqual([15, 10]);
    const { sinks } = simulation.run({
      sources: { word: { data: [1, 2, 4, 8] } },
      sinks: { pair: { count: 4 } },
      maxCycles: 20,
    });
    expect([...sinks.pair.data['rise']!]).toEqual([14, 13, 11, 7]);
    // The first word was there only after the last falling edge of the steps before.
    expect([...sinks.pair.data['fall']!]).toEqual([15, 13, 11, 7]);
  });

  it('resets with an active-low port', async () => {
    const model = await build({
      sources: [verilog('traffic')],
      top: 'traffic',
      trace: true,
      probes: ['traffic.main.state'],
    });
    using simulation = model.instantiate({ reset: 'rst_n', resetActive: 'low' });
    simulation.reset();
    simulation.poke('button', 1);
    const states = Array.from({ length: 6 }, () => {
      simulation.step();
      return simulation.probe('traffic.main.state');
    });
    expect(states).toEqual([1, 1, 1, 2, 0, 1]);
  });
});

it('types values by literal widths', () => {
  type Typed = Simulation<{
    readonly narrow: { readonly direction: 'input'; readonly width: 53 };
    readonly wide: { readonly direction: 'input'; readonly width: 54 };
    readonly any: { readonly direction: 'output'; readonly width: number };
    readonly out: { readonly direction: 'output'; readonly width: 1 };
  }>;
  expectTypeOf<Parameters<Typed['poke']>[0]>().toEqualTypeOf<'narrow' | 'wide'>();
  const check = (simulation: Typed): void => {
    expectTypeOf(simulation.peek('narrow')).toEqualTypeOf<number>();
    expectTypeOf(simulation.peek('wide')).toEqualTypeOf<bigint>();
    expectTypeOf(simulation.peek('any')).toEqualTypeOf<number | bigint>();
    // @ts-expect-error an output cannot be poked
    simulation.poke('out', 1);
    // @ts-expect-error 54 bits need a bigint
    simulation.poke('wide', 1);
    // @ts-expect-error no such port
    simulation.peek('none');
  };
  expectTypeOf(check).toBeFunction();
  expectTypeOf<ReturnType<Simulation['peek']>>().toEqualTypeOf<number | bigint>();
});
