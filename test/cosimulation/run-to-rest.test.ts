import { expect, test } from 'vitest';
import { RunIncompleteError, type RunOptions, type RunResult, type Simulation } from '../../sim/index.js';
import { runToRest } from '../../src/cosimulation/run-to-rest.js';

const seen = (cycles: number, values: readonly number[], count: number): RunResult => ({
  cycles,
  sources: {},
  sinks: { result: { beats: 1, data: { score: Int32Array.of(9) }, cycles: Uint32Array.of(cycles - 1) } },
  monitors: {
    layer: {
      beats: values.length,
      data: { value: Uint32Array.from(values) },
      cycles: Uint32Array.from(values, (_, i) => i),
    },
  },
  counters: { busy: [count, 0] },
});

const options: RunOptions = {
  sources: { image: { data: [1] } },
  sinks: { result: { count: 1 } },
  monitors: { layer: true },
  counters: ['busy'],
  maxCycles: 100,
};

/** Answers one run after another, and keeps what was asked for. */
function fake(...answers: readonly (() => RunResult)[]): { simulation: Simulation; asked: RunOptions[] } {
  const asked: RunOptions[] = [];
  const run = (given: RunOptions): RunResult => answers[asked.push(given) - 1]!();
  return { simulation: { run } as unknown as Simulation, asked };
}

const ends = (reason: 'maxCycles' | 'finish', result: RunResult) => () => {
  throw new RunIncompleteError(reason, reason, result);
};

test('adds what is seen after the last beat, with its cycles', () => {
  const { simulation, asked } = fake(() => seen(50, [1, 2], 30), ends('maxCycles', seen(40, [3], 4)));
  const { result, surplus } = runToRest(simulation, options, 40);
  expect(surplus).toBe(false);
  expect(result.monitors['layer']).toEqual({
    beats: 3,
    data: { value: Uint32Array.of(1, 2, 3) },
    cycles: Uint32Array.of(0, 1, 50),
  });
  expect(result.counters).toEqual({ busy: [34, 0] });
  expect(result.sinks['result']!.beats).toBe(1);
  expect(asked[1]).toMatchObject({ sinks: { result: { count: 1 } }, maxCycles: 40 });
  expect(asked[1]).not.toHaveProperty('sources');
});

test('a result too many is a surplus', () => {
  const { simulation } = fake(
    () => seen(50, [1], 30),
    () => seen(3, [], 0),
  );
  expect(runToRest(simulation, options, 40)).toMatchObject({ surplus: true });
});

test('any other end is an error', () => {
  const early = fake(ends('maxCycles', seen(100, [], 0)));
  expect(() => runToRest(early.simulation, options, 40)).toThrow(RunIncompleteError);
  const finished = fake(() => seen(50, [1], 30), ends('finish', seen(3, [], 0)));
  expect(() => runToRest(finished.simulation, options, 40)).toThrow('finish');
});
