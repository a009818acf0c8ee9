import { SimulationError } from './errors.js';
import type { RecordedValues, StreamValues } from './stream-data.js';
import type { StreamSignals } from './streams.js';

export interface SourceRun {
  /** Values by payload field, or the values themselves where the payload is one port. */
  readonly data: StreamValues | Readonly<Record<string, StreamValues>>;
  readonly signals?: StreamSignals;
}

export interface SinkRun {
  /** Beats to take. */
  readonly count: number;
  readonly signals?: StreamSignals;
}

export interface StallOptions {
  readonly seed: number;
  /** Probability from 0 to 1 that a cycle holds a stream back, by stream, or one for all. */
  readonly probability: number | Readonly<Record<string, number>>;
}

export interface RunOptions {
  readonly sources?: Readonly<Record<string, SourceRun>>;
  readonly sinks?: Readonly<Record<string, SinkRun>>;
  /** Streams that are only watched: `true` for one bound by prefix. */
  readonly monitors?: Readonly<Record<string, true | StreamSignals>>;
  /** Ports or probes: in how many cycles was each bit 1? */
  readonly counters?: readonly string[];
  /** 1 to 2³² − 1. */
  readonly maxCycles: number;
  /** Cycles without a beat after which the run counts as deadlocked. Default 10,000. */
  readonly idleCycles?: number;
  readonly stall?: StallOptions;
}

/** What a sink or a monitor saw. */
export interface RecordedStream {
  readonly beats: number;
  /** Values by payload field. */
  readonly data: Readonly<Record<string, RecordedValues>>;
  /** Cycle of each beat; 0 is the first of the run. */
  readonly cycles: Uint32Array;
}

/** What a source sent. */
export interface SentStream {
  readonly beats: number;
  /** Cycle of each beat; 0 is the first of the run. */
  readonly cycles: Uint32Array;
}

export interface RunResult {
  readonly cycles: number;
  readonly sources: Readonly<Record<string, SentStream>>;
  readonly sinks: Readonly<Record<string, RecordedStream>>;
  readonly monitors: Readonly<Record<string, RecordedStream>>;
  /** Cycles in which a bit was 1, by signal, least significant bit first. */
  readonly counters: Readonly<Record<string, readonly number[]>>;
}

type Named<Group, Value> = { readonly [Name in keyof NonNullable<Group>]: Value };

/** The result of a run with these options: its records have the names of the streams and signals that were asked for. */
export interface RunResultOf<Options extends RunOptions> extends RunResult {
  readonly sources: Named<Options['sources'], SentStream>;
  readonly sinks: Named<Options['sinks'], RecordedStream>;
  readonly monitors: Named<Options['monitors'], RecordedStream>;
}

export type RunFailure = 'deadlock' | 'maxCycles' | 'finish';

/** A run ended before all its beats had moved. */
export class RunIncompleteError extends SimulationError {
  override readonly name = 'RunIncompleteError';
  readonly reason: RunFailure;
  // No property of its own: an uncaught error prints its properties, and a run may have moved millions of beats.
  readonly #result: RunResult;

  constructor(reason: RunFailure, message: string, result: RunResult) {
    super(message);
    this.reason = reason;
    this.#result = result;
  }

  /** What moved until the run ended. */
  get result(): RunResult {
    return this.#result;
  }
}
