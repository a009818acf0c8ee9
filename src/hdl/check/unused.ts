import type { ModuleIr, SignalIr } from '../ir.js';
import type { CoverageAnalysis } from './coverage.js';
import type { WholeDriver } from './drivers.js';
import type { Reporter } from './reporter.js';
import type { SignalGraph } from './signal-graph.js';
import { allStatements } from './walk.js';

/** The signals of a module that something other than themselves reads, as a value, a clock or a reset. */
export function readSignals(graph: SignalGraph): ReadonlySet<SignalIr> {
  const { module, nodes, dependencies } = graph;
  const result = new Set(module.ports.filter(({ kind }) => kind === 'output'));
  const domains = [
    ...[...module.ports, ...module.signals].map(({ domain }) => domain),
    ...module.memories.flatMap(({ reads, writes }) => [...reads, ...writes].map(({ domain }) => domain)),
  ];
  for (const statement of allStatements(module.statements)) {
    if (statement.kind === 'assert') domains.push(statement.domain);
  }
  for (const domain of domains) {
    if (domain === undefined) continue;
    result.add(domain.clock);
    if (domain.reset !== undefined) result.add(domain.reset.signal);
  }

  const readers: number[][] = nodes.map(() => []);
  for (const [node, sources] of dependencies.entries()) for (const source of sources) readers[source]!.push(node);
  const isReadByOther = (signal: SignalIr): boolean => {
    const seen = new Set<number>();
    const stack = [graph.idOf(signal)];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (const reader of readers[node]!) {
        const owner = nodes[reader]!;
        if (owner.kind === 'port' || owner.kind === 'sampler') return true;
        if (owner.kind === 'signal' || owner.kind === 'next') {
          if (owner.signal !== signal) return true;
        } else if (!seen.has(reader)) {
          seen.add(reader);
          stack.push(reader);
        }
      }
    }
    return false;
  };
  for (const signal of [...module.ports, ...module.signals]) {
    if (!result.has(signal) && isReadByOther(signal)) result.add(signal);
  }
  return result;
}

/** Signals, instances and memories whose values nobody reads. */
export function checkUnused(
  module: ModuleIr,
  read: ReadonlySet<SignalIr>,
  coverage: CoverageAnalysis,
  whole: ReadonlyMap<SignalIr, readonly WholeDriver[]>,
  reporter: Reporter,
): void {
  const assigned = coverage.ofBlock(module.statements);
  for (const signal of [...module.ports, ...module.signals]) {
    if (read.has(signal) || reporter.isTemporary(signal)) continue;
    const name = reporter.name(signal);
    if (signal.kind === 'input') {
      const hint = 'remove the port, or tag it `unused` if an interface asks for it';
      reporter.report('HDL0403', { message: `input ${name} is never read`, locator: signal.locator, hint }, signal);
      continue;
    }
    // What nothing drives is an error of its own, and what an instance or memory drives is judged with these.
    const driven = assigned.has(signal) || signal.default !== undefined || signal.reset !== undefined;
    if (!driven || whole.has(signal)) continue;
    reporter.report(
      'HDL0401',
      {
        message: `${signal.kind} ${name} is never read${signal.kind === 'register' ? ' but by itself' : ''}`,
        locator: signal.locator,
        hint: 'remove it, or begin its name with an underscore',
      },
      signal,
    );
  }

  for (const instance of module.instances) {
    const wires = [...instance.outputs.values()];
    const hasOutputs = instance.module.ports.some(({ kind }) => kind === 'output');
    if (!hasOutputs || reporter.isTemporary(instance) || wires.some((wire) => read.has(wire))) continue;
    const message = `no output of ${reporter.instance(instance)} is read`;
    reporter.report('HDL0402', { message, locator: instance.locator, hint: 'remove the instance' }, ...wires);
  }

  for (const memory of module.memories) {
    if (reporter.isTemporary(memory) || memory.reads.some(({ data }) => read.has(data))) continue;
    const reason = memory.reads.length === 0 ? 'has no read port' : 'is read, but nothing uses the words';
    const message = `memory ${reporter.name(memory)} ${reason}`;
    const data = memory.reads.map((port) => port.data);
    reporter.report('HDL0702', { message, locator: memory.locator, hint: 'remove the memory' }, memory, ...data);
  }
}
