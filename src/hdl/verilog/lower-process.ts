import type { ClockDomainIr, SignalIr } from '../ir.js';
import type { VerilogExpression, VerilogItem, VerilogStatement } from './ast.js';
import { name, number, range, unary } from './build-expression.js';
import { isIncomplete, lowerStatements, type StatementScope } from './lower-statement.js';
import { type Process, visitStatements } from './processes.js';
import { Usage } from './usage.js';

export interface ProcessScope extends StatementScope {
  signalName(signal: SignalIr): string;
  /** The bit pattern as a value of the signal. */
  valueOf(signal: SignalIr, value: bigint): VerilogExpression;
  /** Whether the name is that of a parameter. */
  isParameter(name: string): boolean;
}

type Always = VerilogItem & { kind: 'always' };
type Event = Always['events'][number];

export function clockEvents(domain: ClockDomainIr, scope: Pick<ProcessScope, 'signalName'>): Event[] {
  return [{ edge: domain.edge === 'rising' ? 'posedge' : 'negedge', name: scope.signalName(domain.clock) }];
}

function resetCondition(domain: ClockDomainIr, scope: ProcessScope): VerilogExpression {
  const reset = name(scope.signalName(domain.reset!.signal));
  return domain.reset!.active === 'high' ? reset : unary('!', reset);
}

/**
 * An `always @*` block; signals with a default get it first. A block that turns out to read nothing would wait for ever
 * for a change, so it runs once, at the start.
 */
export function combinationalBlock(process: Process, scope: ProcessScope): VerilogItem {
  let incomplete = false;
  visitStatements(process.statements, (statement) => {
    if (statement.kind === 'switch' && statement.otherwise === undefined && isIncomplete(statement)) incomplete = true;
  });
  const defaults = process.drives.flatMap(({ signal, high, low }): VerilogStatement[] => {
    // An enumeration that does not fill its bits leaves codes that never occur; they must not make a latch.
    const value = signal.default ?? (incomplete ? 0n : undefined);
    if (value === undefined) return [];
    const whole = low === 0 && high === signal.width - 1;
    const bits = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
    const text = scope.signalName(signal);
    return [
      {
        kind: 'assign',
        target: whole ? name(text) : range(text, high, low),
        value: whole && signal.default !== undefined ? scope.valueOf(signal, bits) : number(high - low + 1, bits),
        blocking: true,
      },
    ];
  });
  const body = [...defaults, ...lowerStatements(process.statements, scope, true)];
  const usage = new Usage();
  usage.readStatements(body);
  const isConstant = [...usage.names()].every((text) => scope.isParameter(text));
  return isConstant ? { kind: 'initial', body } : { kind: 'always', events: [], body };
}

/** A block on the edge of a clock, with its reset. */
export function clockedBlock(process: Process, scope: ProcessScope): Always {
  const domain = process.domain!;
  const body = lowerStatements(process.statements, scope, false);
  const events = clockEvents(domain, scope);
  if (!process.hasReset) return { kind: 'always', events, body };
  const reset = domain.reset!;
  if (reset.kind === 'asynchronous') {
    events.push({ edge: reset.active === 'high' ? 'posedge' : 'negedge', name: scope.signalName(reset.signal) });
  }
  const then = process.drives.map(
    ({ signal }): VerilogStatement => ({
      kind: 'assign',
      target: name(scope.signalName(signal)),
      value: scope.valueOf(signal, signal.reset!),
      blocking: false,
    }),
  );
  const first = body.findIndex(({ kind }) => kind !== 'comment');
  const comments = body.slice(0, Math.max(0, first));
  const otherwise = body.slice(comments.length);
  return {
    kind: 'always',
    events,
    body: [...comments, { kind: 'if', condition: resetCondition(domain, scope), then, otherwise }],
  };
}

/** Assertions of one clock, outside reset, that only a simulator or a formal tool sees. */
export function assertionBlock(process: Process, scope: ProcessScope): VerilogItem {
  const domain = process.domain!;
  const body = lowerStatements(process.statements, scope, false);
  const guarded: VerilogStatement[] =
    domain.reset === undefined
      ? body
      : [{ kind: 'if', condition: unary('!', resetCondition(domain, scope)), then: body, otherwise: [] }];
  return {
    kind: 'simulationOnly',
    items: [{ kind: 'always', events: clockEvents(domain, scope), body: guarded }],
  };
}
