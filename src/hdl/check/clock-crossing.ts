import type { SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { type ClockIdentity, type ModuleAnalysis, type ModulePaths, noFanIn, Witness } from './fan-in.js';
import type { Reporter } from './reporter.js';
import { allStatements } from './walk.js';

interface Destination {
  readonly node: number;
  readonly clock: ClockIdentity;
  readonly witness: Witness;
}

/**
 * Values of one clock that are sampled by another. Clocks are compared by the signal that carries them, followed
 * through the ports of instances; two edges of one clock are one clock here. Returns the paths that reach the ports,
 * for whoever instantiates the module. Input ports of the design's top belong to no clock.
 */
export function checkClockCrossings(analysis: ModuleAnalysis, reporter: Reporter): ModulePaths {
  const { module } = analysis;
  const samplers = new Map<string, Map<ClockIdentity, Witness>>();
  for (const { node, clock, witness } of destinations(analysis, reporter)) {
    const { inputs, clocks } = analysis.fanIn(node);
    for (const [source, from] of clocks) {
      if (source === clock) continue;
      reporter.report('HDL0302', {
        message: `${witness.what} (clock ${witness.clock}) samples ${from.what} (clock ${from.clock})`,
        locator: witness.locator,
        notes: [{ message: `${from.what} is of clock ${from.clock}`, locator: from.locator }],
        hint: 'synchronise it, or tag the source or the destination `clockCrossing` if it is safe',
      });
    }
    for (const input of inputs) {
      if (reporter.exempts(input, 'HDL0302')) continue;
      let known = samplers.get(input.name!);
      if (known === undefined) samplers.set(input.name!, (known = new Map<ClockIdentity, Witness>()));
      if (!known.has(clock)) known.set(clock, witness);
    }
  }

  const outputs = new Map(
    module.ports
      .filter((port) => port.kind === 'output')
      .map((port) => {
        const fanIn = analysis.fanIn(analysis.graph.idOf(port));
        return [port.name!, reporter.exempts(port, 'HDL0302') ? { ...fanIn, clocks: noFanIn.clocks } : fanIn];
      }),
  );
  const dependencies = new Map(
    [...outputs].map(([port, { inputs }]) => [port, new Set([...inputs].map((input) => input.name!))]),
  );
  return { outputs, dependencies, samplers };
}

/** Every place where a clock samples a value; those inside instances are at the instance's port. */
function* destinations(analysis: ModuleAnalysis, reporter: Reporter): Generator<Destination, void, undefined> {
  const assigned = firstAssignments(analysis);
  for (const [node, owner] of analysis.graph.nodes.entries()) {
    if (owner.kind === 'next') {
      const { signal } = owner;
      const { domain } = signal;
      if (domain === undefined || reporter.exempts(signal, 'HDL0302')) continue;
      const locator = assigned.get(signal) ?? signal.locator;
      const what = (): string => `register ${reporter.name(signal)}`;
      const witness = new Witness(locator, what, () => reporter.name(domain.clock));
      yield { node, clock: analysis.clockOf(domain), witness };
    } else if (owner.kind === 'sampler') {
      const { what, memory, domain, locator } = owner.sampler;
      if (memory !== undefined && reporter.exempts(memory, 'HDL0302')) continue;
      const name = (): string => (memory === undefined ? `an ${what}` : `a ${what} of ${reporter.name(memory)}`);
      const witness = new Witness(locator, name, () => reporter.name(domain.clock));
      yield { node, clock: analysis.clockOf(domain), witness };
    } else if (owner.kind === 'port') {
      const { instance, port } = owner;
      for (const [clock, inner] of analysis.pathsOf(instance.module).samplers.get(port) ?? []) {
        const what = (): string => reporter.connection(instance, 'input', port);
        const witness = new Witness(instance.locator, what, () => inner.clock);
        yield { node, clock: analysis.clockOfInstance(instance, clock), witness };
      }
    }
  }
}

function firstAssignments({ module }: ModuleAnalysis): Map<SignalIr, Locator> {
  const result = new Map<SignalIr, Locator>();
  for (const statement of allStatements(module.statements)) {
    if (statement.kind !== 'assign' || result.has(statement.target.signal)) continue;
    result.set(statement.target.signal, statement.locator);
  }
  return result;
}
