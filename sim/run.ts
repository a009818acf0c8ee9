import { SimulationError } from './errors.js';
import type { Instance } from './instance.js';
import {
  type RecordedStream,
  RunIncompleteError,
  type RunFailure,
  type RunOptions,
  type RunResult,
  type SinkRun,
  type SourceRun,
  type StallOptions,
} from './run-options.js';
import type { Signal } from './signals.js';
import { type RecordedValues, type StreamValues, beatsOf, decodeValues, encodeValues, limbsOf } from './stream-data.js';
import { type BoundStream, type StreamSignals, bindStream, checkDirection } from './streams.js';

type Role = 'source' | 'sink' | 'monitor';
const roles: readonly Role[] = ['source', 'sink', 'monitor'];
const streamWords = 11;
const fieldWords = 4;
const counterWords = 3;

interface Plan {
  readonly role: Role;
  readonly stream: BoundStream;
  readonly count: number;
  readonly data: Readonly<Record<string, StreamValues>>;
  /** Address of the harness's record. */
  address: number;
}

/** Hash of a name and a seed to a state of xorshift32, which must not be 0. */
function randomState(seed: number, name: string): number {
  let state = (seed ^ 0x9e37_79b9) >>> 0;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x0100_0193) >>> 0;
  // Two rounds of mixing, so that near seeds give unlike sequences.
  state = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2_ae35);
  return (state ^ (state >>> 16)) >>> 0 || 1;
}

function stallThreshold({ probability }: StallOptions, name: string): number {
  const value = typeof probability === 'number' ? probability : (probability[name] ?? 0);
  if (!(value >= 0 && value < 1)) {
    throw new SimulationError(`stall probability of ${name}: ${value} is not from 0 to below 1`);
  }
  return Math.floor(value * 2 ** 32);
}

function fieldData(stream: BoundStream, given: SourceRun['data']): Readonly<Record<string, StreamValues>> {
  const fields = [...stream.fields.keys()];
  if (Array.isArray(given) || ArrayBuffer.isView(given)) {
    if (fields.length === 1) return { [fields[0]!]: given as StreamValues };
    throw new SimulationError(
      `stream ${stream.name} has the fields ${fields.join(', ')}: give values for each by name`,
    );
  }
  const data = given as Readonly<Record<string, StreamValues>>;
  const missing = fields.filter((field) => data[field] === undefined);
  const unknown = Object.keys(data).filter((field) => !stream.fields.has(field));
  if (missing.length + unknown.length > 0) {
    const what = missing.length > 0 ? `no values for ${missing.join(', ')}` : `no field ${unknown.join(', ')}`;
    throw new SimulationError(`stream ${stream.name}: ${what}; its fields are ${fields.join(', ')}`);
  }
  return data;
}

function planSource(name: string, run: SourceRun, signals: ReadonlyMap<string, Signal>): Plan {
  const stream = bindStream(signals, name, run.signals);
  checkDirection(stream, 'source');
  const data = fieldData(stream, run.data);
  const lengths = Object.entries(data).map(([field, values]) => beatsOf(stream.fields.get(field)!, values));
  if (new Set(lengths).size > 1) {
    throw new SimulationError(`stream ${name}: its fields have different numbers of beats, ${lengths.join(', ')}`);
  }
  return { role: 'source', stream, count: lengths[0] ?? 0, data, address: 0 };
}

function planSink(name: string, run: SinkRun, signals: ReadonlyMap<string, Signal>): Plan {
  const stream = bindStream(signals, name, run.signals);
  checkDirection(stream, 'sink');
  if (!Number.isInteger(run.count) || run.count < 0) {
    throw new SimulationError(`sink ${name}: a count of ${run.count} beats is no natural number`);
  }
  return { role: 'sink', stream, count: run.count, data: {}, address: 0 };
}

function planMonitor(name: string, given: true | StreamSignals, signals: ReadonlyMap<string, Signal>): Plan {
  const stream = bindStream(signals, name, given === true ? undefined : given);
  return { role: 'monitor', stream, count: 0, data: {}, address: 0 };
}

/** One run: its records in the module's memory, and their release. */
class Run {
  readonly #instance: Instance;
  readonly #options: RunOptions;
  readonly #plans: readonly Plan[];
  readonly #counters: readonly Signal[];

  constructor(instance: Instance, options: RunOptions) {
    const { signals } = instance;
    this.#instance = instance;
    this.#options = options;
    this.#plans = [
      ...Object.entries(options.sources ?? {}).map(([name, run]) => planSource(name, run, signals)),
      ...Object.entries(options.sinks ?? {}).map(([name, run]) => planSink(name, run, signals)),
      ...Object.entries(options.monitors ?? {}).map(([name, given]) => planMonitor(name, given, signals)),
    ];
    this.#counters = (options.counters ?? []).map((name) => {
      const signal = signals.get(name);
      if (!signal) throw new SimulationError(`counter ${name}: no such port or probe`);
      return signal;
    });
    const { maxCycles } = options;
    if (!Number.isInteger(maxCycles) || maxCycles < 1 || maxCycles >= 2 ** 32) {
      throw new SimulationError(`maxCycles: ${maxCycles} is not an integer from 1 to 2^32 - 1`);
    }
    if (this.#plans.every((plan) => plan.role === 'monitor')) {
      throw new SimulationError('a run needs a source or a sink: use step() to only pass time');
    }
  }

  #allocate(words: number): number {
    return this.#instance.call(() => this.#instance.harness.sotto_allocate(words * 4)) >>> 0;
  }

  #writeStream(plan: Plan, address: number): void {
    const { stream, role, count } = plan;
    const fields = this.#allocate(stream.fields.size * fieldWords);
    const cycles = this.#allocate(count);
    const { stall } = this.#options;
    const record = [
      roles.indexOf(role),
      stream.valid.address,
      stream.ready?.address ?? 0,
      stream.fields.size,
      fields,
      count,
      0,
      cycles,
      stall && role !== 'monitor' ? stallThreshold(stall, stream.name) : 0,
      stall ? randomState(stall.seed, stream.name) : 1,
      0,
    ];
    this.#instance.words(address, streamWords).set(record);
    plan.address = address;
    [...stream.fields].forEach(([name, signal], index) => {
      const limbs = limbsOf(signal.width);
      const buffer = this.#allocate(count * limbs);
      this.#instance
        .words(fields + index * fieldWords * 4, fieldWords)
        .set([signal.address, signal.storageBytes, limbs, buffer]);
      const values = plan.data[name];
      if (values) encodeValues(signal, values, this.#instance.words(buffer, count * limbs));
    });
  }

  execute(): RunResult {
    const { harness } = this.#instance;
    const streams = this.#allocate(this.#plans.length * streamWords);
    const counters = this.#allocate(this.#counters.length * counterWords);
    try {
      this.#plans.forEach((plan, index) => this.#writeStream(plan, streams + index * streamWords * 4));
      this.#counters.forEach((signal, index) => {
        const counts = this.#allocate(signal.width * 2 + 16);
        this.#instance
          .words(counters + index * counterWords * 4, counterWords)
          .set([signal.address, signal.width, counts]);
      });
      const { maxCycles, idleCycles = 10_000 } = this.#options;
      const usesProbes = this.#usesProbes() ? 1 : 0;
      const end = this.#instance.call(() =>
        harness.sotto_run(
          streams,
          this.#plans.length,
          counters,
          this.#counters.length,
          maxCycles,
          idleCycles,
          usesProbes,
        ),
      );
      const result = this.#result(counters);
      const failure = ([undefined, 'maxCycles', 'deadlock', 'finish'] as const)[end];
      if (failure) throw new RunIncompleteError(failure, this.#explain(failure, result.cycles), result);
      return result;
    } finally {
      this.#release(streams, counters);
    }
  }

  #usesProbes(): boolean {
    const watched = this.#plans.flatMap(({ stream }) => [stream.valid, stream.ready, ...stream.fields.values()]);
    return [...watched, ...this.#counters].some((signal) => signal?.kind === 'probe');
  }

  #fieldsOf(plan: Plan): { name: string; signal: Signal; limbs: number; buffer: number }[] {
    const fields = this.#instance.words(plan.address, streamWords)[4]!;
    return [...plan.stream.fields].map(([name, signal], index) => {
      const [, , limbs = 0, buffer = 0] = this.#instance.words(fields + index * fieldWords * 4, fieldWords);
      return { name, signal, limbs, buffer };
    });
  }

  #recorded(plan: Plan): RecordedStream {
    const record = this.#instance.words(plan.address, streamWords);
    const beats = record[6]!;
    const cycles = this.#instance.words(record[7]!, beats).slice();
    const values = this.#fieldsOf(plan).map(({ name, signal, limbs, buffer }) => [
      name,
      decodeValues(signal, this.#instance.words(buffer, beats * limbs)),
    ]);
    return { beats, data: Object.fromEntries(values) as Record<string, RecordedValues>, cycles };
  }

  #result(counters: number): RunResult {
    const of = (role: Role): readonly Plan[] => this.#plans.filter((plan) => plan.role === role);
    const record = (plans: readonly Plan[]): Record<string, RecordedStream> =>
      Object.fromEntries(plans.map((plan) => [plan.stream.name, this.#recorded(plan)]));
    const sources = of('source').map((plan) => {
      const { beats, cycles } = this.#recorded(plan);
      return [plan.stream.name, { beats, cycles }] as const;
    });
    const counts = this.#counters.map((signal, index) => {
      const address = this.#instance.words(counters + index * counterWords * 4, counterWords)[2]!;
      const bits = new BigUint64Array(this.#instance.harness.memory.buffer, address, signal.width);
      return [signal.name, Array.from(bits, Number)] as const;
    });
    return {
      cycles: this.#instance.harness.sotto_cycles_run() >>> 0,
      sources: Object.fromEntries(sources),
      sinks: record(of('sink')),
      monitors: record(of('monitor')),
      counters: Object.fromEntries(counts),
    };
  }

  #explain(failure: RunFailure, cycles: number): string {
    const { view } = this.#instance;
    const waits = this.#plans.flatMap(({ role, stream, count, address }) => {
      const moved = this.#instance.words(address, streamWords)[6]!;
      if (role === 'monitor' || moved >= count) return [];
      const valid = view.getUint8(stream.valid.address);
      const ready = stream.ready ? view.getUint8(stream.ready.address) : 1;
      const awaited = role === 'source' ? stream.ready?.name : stream.valid.name;
      const state = valid && ready ? 'was moving' : `waits for ${awaited ?? 'the end of a stall'}`;
      return [`${role} ${stream.name} ${state} (${moved} of ${count} beats, valid ${valid}, ready ${ready})`];
    });
    const what = {
      deadlock: `deadlock: no beat in ${this.#options.idleCycles ?? 10_000} cycles`,
      maxCycles: `not done after ${cycles} cycles (maxCycles)`,
      finish: `the design called $finish after ${cycles} cycles`,
    }[failure];
    return `${what}; ${waits.join('; ')}`;
  }

  /** Inputs go back to rest, so that a later step moves no beat. */
  #release(streams: number, counters: number): void {
    const { harness, view } = this.#instance;
    for (const plan of this.#plans) {
      if (plan.role === 'source') view.setUint8(plan.stream.valid.address, 0);
      if (plan.role === 'sink' && plan.stream.ready) view.setUint8(plan.stream.ready.address, 0);
      if (plan.address === 0) continue;
      const record = this.#instance.words(plan.address, streamWords).slice();
      for (const { buffer } of this.#fieldsOf(plan)) harness.sotto_release(buffer);
      harness.sotto_release(record[4]!);
      harness.sotto_release(record[7]!);
    }
    this.#counters.forEach((_, index) => {
      harness.sotto_release(this.#instance.words(counters + index * counterWords * 4, counterWords)[2]!);
    });
    harness.sotto_release(streams);
    harness.sotto_release(counters);
    this.#instance.call(() => harness.sotto_settle());
  }
}

/** Moves beats until every source is sent and every sink has its count. */
export function runStreams(instance: Instance, options: RunOptions): RunResult {
  return new Run(instance, options).execute();
}
