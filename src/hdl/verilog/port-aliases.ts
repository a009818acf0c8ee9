import type { MemoryIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import { portName, wantedName } from './module-names.js';
import { visitStatements } from './processes.js';

export interface PortAliases {
  /** The output port that a local signal is. */
  readonly portOf: ReadonlyMap<SignalIr, SignalIr>;
  /** What is left of the statements. */
  readonly statements: readonly StatementIr[];
}

function readData(memories: readonly MemoryIr[]): SignalIr[] {
  return memories.flatMap((memory) => memory.reads.map(({ data }) => data));
}

/** Wires that conditions drive: a block assigns them, as it can the port itself. */
function conditionalWires(statements: readonly StatementIr[]): Set<SignalIr> {
  const wires = new Set<SignalIr>();
  const conditional = statements.filter(({ kind }) => kind !== 'assign');
  visitStatements(conditional, (statement) => {
    if (statement.kind === 'assign' && statement.target.signal.kind === 'wire') wires.add(statement.target.signal);
  });
  return wires;
}

/**
 * Registers, memory words and wires of blocks that an output of the same wanted name always has the value of: the port is declared as
 * that register, and the assignment between the two goes.
 *
 * @param looped Signals whose bits depend on each other: they stay apart, as a port is not taken apart into bits.
 */
export function findPortAliases(module: ModuleIr, looped: ReadonlySet<SignalIr>): PortAliases {
  const candidates = new Set(readData(module.memories));
  for (const signal of module.signals) if (signal.kind === 'register') candidates.add(signal);
  for (const wire of conditionalWires(module.statements)) if (!looped.has(wire)) candidates.add(wire);
  const assigned = new Map<SignalIr, number>();
  visitStatements(module.statements, (statement) => {
    if (statement.kind !== 'assign') return;
    const { signal } = statement.target;
    assigned.set(signal, (assigned.get(signal) ?? 0) + 1);
  });
  const locals = new Set(module.signals);
  const portOf = new Map<SignalIr, SignalIr>();
  const statements = module.statements.filter((statement, index, all) => {
    if (statement.kind !== 'assign' || all[index - 1]?.kind === 'comment') return true;
    const { target, value } = statement;
    const port = target.signal;
    if (port.kind !== 'output' || target.low !== 0 || target.high !== port.width - 1) return true;
    if (assigned.get(port) !== 1 || value.kind !== 'reference') return true;
    const { signal } = value;
    const fits = candidates.has(signal) && locals.has(signal) && !portOf.has(signal) && signal.signed === port.signed;
    if (!fits || wantedName(signal) !== portName(port)) return true;
    portOf.set(signal, port);
    return false;
  });
  return { portOf, statements };
}
