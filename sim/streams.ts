import { SimulationError } from './errors.js';
import type { Signal } from './signals.js';

/** Names of the signals of a stream, where they do not follow from a prefix. `ready` may be absent: always ready. */
export interface StreamSignals {
  readonly valid: string;
  readonly ready?: string;
  /** Signal by field name. */
  readonly payload: Readonly<Record<string, string>>;
}

/** A stream resolved to the signals of an instance. */
export interface BoundStream {
  readonly name: string;
  readonly valid: Signal;
  readonly ready: Signal | undefined;
  readonly fields: ReadonlyMap<string, Signal>;
}

function oneBit(signal: Signal, stream: string, role: string): Signal {
  if (signal.width === 1) return signal;
  throw new SimulationError(`stream ${stream}: its ${role} signal ${signal.name} has ${signal.width} bits, not 1`);
}

function need(signals: ReadonlyMap<string, Signal>, name: string, stream: string): Signal {
  const signal = signals.get(name);
  if (signal) return signal;
  throw new SimulationError(`stream ${stream}: no port or probe ${name}; there are ${[...signals.keys()].join(', ')}`);
}

/**
 * Finds a stream by the prefix of its ports: `name_valid`, `name_ready` (optional), and as payload every other port of
 * the valid signal's direction that is called `name` (field `data`) or starts with `name_` and belongs to no longer
 * prefix that has a valid signal of its own.
 */
function bindPrefix(signals: ReadonlyMap<string, Signal>, name: string): BoundStream {
  const valid = oneBit(need(signals, `${name}_valid`, name), name, 'valid');
  const ready = signals.get(`${name}_ready`);
  const prefixes = [...signals.keys()].filter((key) => key.endsWith('_valid')).map((key) => key.slice(0, -6));
  const longer = prefixes.filter((prefix) => prefix.startsWith(`${name}_`));
  const fields = new Map<string, Signal>();
  for (const signal of signals.values()) {
    if (signal === valid || signal === ready || signal.kind !== valid.kind) continue;
    if (signal.name === name) fields.set('data', signal);
    else if (!signal.name.startsWith(`${name}_`)) continue;
    else if (!longer.some((prefix) => signal.name === prefix || signal.name.startsWith(`${prefix}_`))) {
      fields.set(signal.name.slice(name.length + 1), signal);
    }
  }
  return { name, valid, ready: ready && oneBit(ready, name, 'ready'), fields };
}

/** Resolves a stream by its prefix, or by the names that are given. */
export function bindStream(signals: ReadonlyMap<string, Signal>, name: string, given?: StreamSignals): BoundStream {
  if (!given) return bindPrefix(signals, name);
  const payload = Object.entries(given.payload).map(([field, port]) => [field, need(signals, port, name)] as const);
  return {
    name,
    valid: oneBit(need(signals, given.valid, name), name, 'valid'),
    ready: given.ready === undefined ? undefined : oneBit(need(signals, given.ready, name), name, 'ready'),
    fields: new Map(payload),
  };
}

/** @throws SimulationError when a stream cannot be driven from outside in the given role. */
export function checkDirection(stream: BoundStream, role: 'source' | 'sink'): void {
  const [valid, ready] = role === 'source' ? ['input', 'output'] : ['output', 'input'];
  const refuse = (signal: Signal, wanted: string | undefined): never => {
    throw new SimulationError(
      `stream ${stream.name} as a ${role}: ${signal.name} is an ${signal.kind}, not an ${wanted}`,
    );
  };
  if (stream.valid.kind !== valid) refuse(stream.valid, valid);
  if (stream.ready && stream.ready.kind !== ready) refuse(stream.ready, ready);
  for (const signal of stream.fields.values()) if (signal.kind !== valid) refuse(signal, valid);
}
