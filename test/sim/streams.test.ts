import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Model, RunIncompleteError } from '../../sim/index.js';
import { engines, verilog } from './engines.js';

/** The error that an action throws. */
function failure(action: () => unknown): RunIncompleteError {
  try {
    action();
  } catch (error) {
    if (error instanceof RunIncompleteError) return error;
    throw error;
  }
  throw new Error('the action did not fail');
}

describe.each(engines)('streams of a %s simulation', (_, build) => {
  const fifo = (): Promise<Model> =>
    build({ sources: [verilog('fifo')], top: 'fifo', probes: ['fifo.push', 'fifo.used'] });
  const accumulator = (): Promise<Model> => build({ sources: [verilog('accumulator')], top: 'accumulator' });

  const samples = Int8Array.from({ length: 400 }, (_, index) => ((index * 73) % 256) - 128);
  const sums = Int32Array.from({ length: 100 }, (_, group) =>
    samples.subarray(group * 4, group * 4 + 4).reduce((sum, sample) => sum + sample, 0),
  );

  it('moves a payload that is one port, signed', async () => {
    using simulation = (await accumulator()).instantiate();
    simulation.reset();
    const result = simulation.run({
      sources: { sample: { data: samples } },
      sinks: { sum: { count: 100 } },
      maxCycles: 1000,
    });
    expect(result.sinks.sum.data['data']).toEqual(sums);
    expect(result.sources.sample.cycles).toEqual(Uint32Array.from({ length: 400 }, (_, index) => index));
    // A sum is registered: it is seen in the cycle after its fourth sample.
    expect(result.sinks.sum.cycles).toEqual(Uint32Array.from({ length: 100 }, (_, group) => group * 4 + 4));
    expect(result.cycles).toBe(401);
    expect(simulation.cycle).toBe(402);
  });

  it('gives the same data under stalls, and the same stalls for a seed', async () => {
    const model = await accumulator();
    const run = (seed: number): { cycles: number; data: unknown } => {
      using simulation = model.instantiate();
      simulation.reset();
      const result = simulation.run({
        sources: { sample: { data: samples } },
        sinks: { sum: { count: 100 } },
        maxCycles: 10_000,
        stall: { seed, probability: { sample: 0.3, sum: 0.6 } },
      });
      return { cycles: result.cycles, data: result.sinks.sum.data['data'] };
    };
    const [first, again, other] = [run(1), run(1), run(2)];
    expect(first.data).toEqual(sums);
    expect(other.data).toEqual(sums);
    expect(again).toEqual(first);
    expect(first.cycles).toBeGreaterThan(480);
    expect(other.cycles).not.toBe(first.cycles);
  });

  it('moves wide payloads of several fields, and watches and counts', async () => {
    using simulation = (await fifo()).instantiate();
    simulation.reset();
    const words = Array.from(
      { length: 50 },
      (_, index) => (BigInt(index + 1) * 0x0123_4567_89ab_cdef_11n) % (1n << 72n),
    );
    const last = Uint8Array.from(words, (_, index) => Number(index % 5 === 4));
    const result = simulation.run({
      sources: { input: { data: { word: words, last } } },
      sinks: { output: { count: 50 } },
      monitors: { input: true, inside: { valid: 'fifo.push', payload: { used: 'fifo.used' } } },
      counters: ['full', 'output_valid', 'fifo.push'],
      maxCycles: 5000,
      stall: { seed: 7, probability: { output: 0.5 } },
    });
    const packed = result.sinks.output.data['word'] as Uint32Array;
    const received = words.map(
      (_, beat) =>
        BigInt(packed[beat * 3]!) | (BigInt(packed[beat * 3 + 1]!) << 32n) | (BigInt(packed[beat * 3 + 2]!) << 64n),
    );
    expect(received).toEqual(words);
    expect(result.sinks.output.data['last']).toEqual(Uint32Array.from(last));
    expect(result.monitors.input.data['word']).toEqual(packed);
    expect(result.monitors.input.cycles).toEqual(result.sources.input.cycles);
    expect(result.monitors.inside.beats).toBe(50);
    expect(Math.max(...(result.monitors.inside.data['used'] as Uint32Array))).toBe(3);
    expect(result.counters['fifo.push']).toEqual([50]);
    expect(result.counters['full']?.[0]).toBeGreaterThan(10);
    expect(result.counters['output_valid']?.[0]).toBeLessThan(result.cycles);
    // The same words, packed by the caller, come out the same.
    const again = simulation.run({
      sources: { input: { data: { word: packed, last } } },
      sinks: { output: { count: 50 } },
      maxCycles: 5000,
    });
    expect(again.sinks.output.data['word']).toEqual(packed);
  });

  it('ends a deadlock with what each stream waits for', async () => {
    using simulation = (await accumulator()).instantiate();
    simulation.reset();
    const error = failure(() =>
      simulation.run({
        sources: { sample: { data: samples.subarray(0, 6) } },
        sinks: { sum: { count: 2 } },
        maxCycles: 1000,
        idleCycles: 20,
      }),
    );
    expect(error.reason).toBe('deadlock');
    expect(error.message).toBe(
      'deadlock: no beat in 20 cycles; sink sum waits for sum_valid (1 of 2 beats, valid 0, ready 1)',
    );
    expect(inspect(error)).not.toContain('Int32Array');
    expect(error.result.sinks['sum']?.data['data']).toEqual(sums.subarray(0, 1));
  });

  it('names the source that is not taken, and stops at maxCycles', async () => {
    using simulation = (await fifo()).instantiate();
    simulation.reset();
    const error = failure(() =>
      simulation.run({
        sources: { input: { data: { word: [1n, 2n, 3n, 4n, 5n, 6n], last: [0, 0, 0, 0, 0, 0] } } },
        maxCycles: 30,
      }),
    );
    expect(error.reason).toBe('maxCycles');
    expect(error.message).toBe(
      'not done after 30 cycles (maxCycles); source input waits for input_ready (4 of 6 beats, valid 1, ready 0)',
    );
  });

  it('refuses streams and data that do not fit', async () => {
    using simulation = (await fifo()).instantiate();
    const run = (data: Record<string, bigint[] | number[]>) => () =>
      simulation.run({ sources: { input: { data } }, maxCycles: 10 });
    expect(run({ word: [1n] })).toThrow('stream input: no values for last; its fields are word, last');
    expect(run({ word: [1n], last: [0], first: [0] })).toThrow('stream input: no field first');
    expect(run({ word: [1n, 2n], last: [0] })).toThrow('different numbers of beats, 2, 1');
    expect(run({ word: [1n, 1n << 72n], last: [0, 0] })).toThrow('port input_word (72 bits), beat 1: ');
    expect(() => simulation.run({ sinks: { input: { count: 1 } }, maxCycles: 10 })).toThrow(
      'stream input as a sink: input_valid is an input, not an output',
    );
    expect(() => simulation.run({ sinks: { result: { count: 1 } }, maxCycles: 10 })).toThrow(
      'no port or probe result_valid',
    );
  });
});
