import { RunIncompleteError, type RunOptions, type RunResult, type Simulation } from '../../sim/index.js';

/**
 * Runs until every beat has moved, then `rest` cycles more, so that monitors and counters see the end of work that no
 * result waits for: a pool that leaves out the last rows of its map, for instance, does not read what becomes of them.
 *
 * @returns the first run, with what monitors and counters saw in both; `surplus` says that a sink was offered more
 * beats than it should get
 * @throws RunIncompleteError where the first run does not end
 */
export function runToRest(
  simulation: Simulation,
  options: RunOptions,
  rest: number,
): { readonly result: RunResult; readonly surplus: boolean } {
  const first = simulation.run(options);
  const { monitors = {}, counters = [] } = options;
  const sinks = Object.fromEntries(Object.keys(options.sinks ?? {}).map((name) => [name, { count: 1 }]));
  try {
    simulation.run({ sinks, monitors, counters, maxCycles: rest, idleCycles: rest + 1 });
    return { result: first, surplus: true };
  } catch (error) {
    if (!(error instanceof RunIncompleteError) || error.reason !== 'maxCycles') throw error;
    return { result: joined(first, error.result), surplus: false };
  }
}

function joined(first: RunResult, then: RunResult): RunResult {
  const monitors = Object.entries(first.monitors).map(([name, watched]) => {
    const more = then.monitors[name]!;
    const data = Object.entries(watched.data).map(([field, values]) => [
      field,
      concatenated(values, more.data[field]!),
    ]);
    return [
      name,
      {
        beats: watched.beats + more.beats,
        data: Object.fromEntries(data) as typeof watched.data,
        cycles: concatenated(
          watched.cycles,
          Uint32Array.from(more.cycles, (cycle) => first.cycles + cycle),
        ),
      },
    ];
  });
  const counters = Object.entries(first.counters).map(([name, counts]) => [
    name,
    counts.map((count, bit) => count + then.counters[name]![bit]!),
  ]);
  return {
    ...first,
    monitors: Object.fromEntries(monitors) as RunResult['monitors'],
    counters: Object.fromEntries(counters) as RunResult['counters'],
  };
}

type Values = RunResult['monitors'][string]['data'][string];

function concatenated<T extends Values>(first: T, then: T): T {
  const all = new (first.constructor as new (length: number) => T)(first.length + then.length);
  all.set(first as never);
  all.set(then as never, first.length);
  return all;
}
