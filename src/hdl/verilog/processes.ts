import { constantValue } from './constant-value.js';
import type { ClockDomainIr, ExpressionIr, ModuleIr, SignalIr, StatementIr, TargetIr } from '../ir.js';

/** One driver of a combinational signal that no condition guards. */
export interface ContinuousDriver {
  readonly target: TargetIr;
  readonly value: ExpressionIr | bigint;
  readonly comments: readonly string[];
  readonly source?: StatementIr & { kind: 'assign' };
}

/** Bits that one process drives. */
export interface Drive {
  readonly signal: SignalIr;
  readonly high: number;
  readonly low: number;
}

export interface Process {
  readonly domain?: ClockDomainIr;
  readonly hasReset: boolean;
  readonly drives: readonly Drive[];
  readonly statements: readonly StatementIr[];
}

export interface Processes {
  readonly continuous: readonly ContinuousDriver[];
  readonly combinational: readonly Process[];
  readonly clocked: readonly Process[];
  readonly assertions: readonly Process[];
}

interface TopStatement {
  readonly statement: Exclude<StatementIr, { kind: 'comment' }>;
  readonly comments: readonly string[];
  readonly targets: ReadonlySet<SignalIr>;
  readonly domains: ReadonlySet<ClockDomainIr>;
}

/** Calls `visit` for each statement, outer ones first. */
export function visitStatements(statements: readonly StatementIr[], visit: (statement: StatementIr) => void): void {
  for (const statement of statements) {
    visit(statement);
    if (statement.kind === 'if') {
      visitStatements(statement.then, visit);
      visitStatements(statement.otherwise, visit);
    } else if (statement.kind === 'switch') {
      for (const item of statement.cases) visitStatements(item.body, visit);
      if (statement.otherwise !== undefined) visitStatements(statement.otherwise, visit);
    }
  }
}

/** The expressions that the statements read. */
export function expressionsOf(statements: readonly StatementIr[]): ExpressionIr[] {
  const found: ExpressionIr[] = [];
  visitStatements(statements, (statement) => {
    if (statement.kind === 'assign') found.push(statement.value);
    else if (statement.kind === 'if' || statement.kind === 'assert') found.push(statement.condition);
    else if (statement.kind === 'switch') found.push(statement.subject);
  });
  return found;
}

/** What is left of the statements when only the wanted assignments and assertions stay. */
export function filterStatements(
  statements: readonly StatementIr[],
  wanted: (statement: StatementIr & { kind: 'assign' | 'assert' }) => boolean,
): StatementIr[] {
  const kept: StatementIr[] = [];
  let comments: StatementIr[] = [];
  for (const statement of statements) {
    if (statement.kind === 'comment') {
      comments.push(statement);
      continue;
    }
    const rest = filterStatement(statement, wanted);
    if (rest !== undefined) kept.push(...comments, rest);
    comments = [];
  }
  return kept;
}

function filterStatement(
  statement: Exclude<StatementIr, { kind: 'comment' }>,
  wanted: (statement: StatementIr & { kind: 'assign' | 'assert' }) => boolean,
): StatementIr | undefined {
  switch (statement.kind) {
    case 'assign':
    case 'assert':
      return wanted(statement) ? statement : undefined;
    case 'if': {
      const then = filterStatements(statement.then, wanted);
      const otherwise = filterStatements(statement.otherwise, wanted);
      return then.length === 0 && otherwise.length === 0 ? undefined : { ...statement, then, otherwise };
    }
    case 'switch': {
      const cases = statement.cases.map((item) => ({ ...item, body: filterStatements(item.body, wanted) }));
      const otherwise = statement.otherwise && filterStatements(statement.otherwise, wanted);
      const needed = cases.filter((item) => item.body.length > 0);
      if (needed.length === 0 && (otherwise?.length ?? 0) === 0) return undefined;
      // An empty case keeps its value from the default, so it may go only with the default.
      if (otherwise === undefined || otherwise.length === 0) {
        const { kind, subject, locator } = statement;
        return { kind, subject, locator, cases: needed };
      }
      return { ...statement, cases, otherwise };
    }
  }
}

function topStatements(module: ModuleIr): TopStatement[] {
  const tops: TopStatement[] = [];
  let comments: string[] = [];
  for (const statement of module.statements) {
    if (statement.kind === 'comment') {
      comments.push(statement.text);
      continue;
    }
    const targets = new Set<SignalIr>();
    const domains = new Set<ClockDomainIr>();
    visitStatements([statement], (inner) => {
      if (inner.kind === 'assign') targets.add(inner.target.signal);
      if (inner.kind === 'assert') domains.add(inner.domain);
    });
    tops.push({ statement, comments, targets, domains });
    comments = [];
  }
  return tops;
}

/** A key that is equal for domains with the same clock, edge and reset. */
export class DomainKeys {
  readonly #ids = new Map<SignalIr, number>();

  #id(signal: SignalIr): number {
    const id = this.#ids.get(signal) ?? this.#ids.size;
    this.#ids.set(signal, id);
    return id;
  }

  of(domain: ClockDomainIr): string {
    const reset = domain.reset && [this.#id(domain.reset.signal), domain.reset.active, domain.reset.kind];
    return [this.#id(domain.clock), domain.edge, ...(reset ?? [])].join(' ');
  }
}

export function hasReset(signal: SignalIr): boolean {
  return signal.domain?.reset !== undefined && signal.reset !== undefined;
}

/** Sets of signals that are merged by union; the representative is the first signal. */
class Groups {
  readonly #parent = new Map<SignalIr, SignalIr>();

  find(signal: SignalIr): SignalIr {
    let root = signal;
    for (let next = this.#parent.get(root); next !== undefined; next = this.#parent.get(root)) root = next;
    for (let step = signal; step !== root; ) {
      const next = this.#parent.get(step)!;
      this.#parent.set(step, root);
      step = next;
    }
    return root;
  }

  union(a: SignalIr, b: SignalIr): void {
    const first = this.find(a);
    const second = this.find(b);
    if (first !== second) this.#parent.set(second, first);
  }
}

/**
 * Decides which statements become continuous assignments and which share an always block. Signals that the author
 * assigned under one `if` or `switch` share a block, if no reading of one inside the block would come before its final
 * value.
 *
 * @param drivenElsewhere Signals driven by instances and memories.
 * @param split Divides the combinational signals of one group into the drives of one block each.
 */
export function decideProcesses(
  module: ModuleIr,
  drivenElsewhere: ReadonlySet<SignalIr>,
  split: (signals: readonly SignalIr[], statements: readonly StatementIr[]) => readonly (readonly Drive[])[],
): Processes {
  const tops = topStatements(module);
  const keys = new DomainKeys();
  const statementsOf = new Map<SignalIr, TopStatement[]>();
  for (const top of tops) {
    for (const signal of top.targets) {
      const list = statementsOf.get(signal);
      if (list === undefined) statementsOf.set(signal, [top]);
      else list.push(top);
    }
  }

  const continuous: ContinuousDriver[] = [];
  const procedural: SignalIr[] = [];
  for (const signal of [...module.signals, ...module.ports]) {
    const statements = statementsOf.get(signal);
    if (signal.kind === 'input' || drivenElsewhere.has(signal)) continue;
    if (signal.kind === 'register') {
      if (statements !== undefined) procedural.push(signal);
    } else {
      const drivers = continuousDrivers(signal, statements ?? []);
      if (drivers === undefined) procedural.push(signal);
      else continuous.push(...drivers);
    }
  }

  const groups = new Groups();
  const classOf = (signal: SignalIr) =>
    signal.domain === undefined ? '' : `${keys.of(signal.domain)} ${hasReset(signal)}`;
  const proceduralSet = new Set(procedural);
  for (const top of tops) {
    const firsts = new Map<string, SignalIr>();
    for (const signal of top.targets) {
      if (!proceduralSet.has(signal)) continue;
      const key = classOf(signal);
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, signal);
      else groups.union(first, signal);
    }
  }
  const members = new Map<SignalIr, SignalIr[]>();
  for (const signal of procedural) {
    const root = groups.find(signal);
    const list = members.get(root);
    if (list === undefined) members.set(root, [signal]);
    else list.push(signal);
  }

  const order = new Map(tops.map((top, index) => [top, index]));
  const withOrder: { first: number; process: Process }[] = [];
  for (const signals of members.values()) {
    const shared = [...new Set(signals.flatMap((signal) => statementsOf.get(signal)!))];
    shared.sort((a, b) => order.get(a)! - order.get(b)!);
    const all = shared.flatMap((top): StatementIr[] => [
      ...top.comments.map((text) => ({ kind: 'comment' as const, text })),
      top.statement,
    ]);
    const [sample] = signals;
    const domain = sample!.domain;
    const parts =
      domain === undefined
        ? split(signals, all)
        : [signals.map((signal) => ({ signal, high: signal.width - 1, low: 0 }))];
    for (const drives of parts) {
      const statements = filterStatements(
        all,
        (statement) =>
          statement.kind === 'assign' &&
          drives.some(
            ({ signal, high, low }) =>
              signal === statement.target.signal && statement.target.low <= high && statement.target.high >= low,
          ),
      );
      const process: Process = { drives, statements, hasReset: hasReset(sample!), ...(domain && { domain }) };
      withOrder.push({ first: order.get(shared[0]!)!, process });
    }
  }
  withOrder.sort((a, b) => a.first - b.first);
  return {
    continuous,
    combinational: withOrder.filter(({ process }) => process.domain === undefined).map(({ process }) => process),
    clocked: withOrder.filter(({ process }) => process.domain !== undefined).map(({ process }) => process),
    assertions: assertionProcesses(tops, keys),
  };
}

/** The drivers of a signal that is only assigned unconditionally and no bit twice; undefined for any other. */
function continuousDrivers(signal: SignalIr, tops: readonly TopStatement[]): ContinuousDriver[] | undefined {
  const drivers: ContinuousDriver[] = [];
  for (const { statement, comments } of tops) {
    if (statement.kind !== 'assign') return undefined;
    drivers.push({ target: statement.target, value: statement.value, comments, source: statement });
  }
  const inOrder = [...drivers].sort((a, b) => a.target.low - b.target.low);
  const overlaps = inOrder.some(({ target }, index) => target.low <= (inOrder[index - 1]?.target.high ?? -1));
  if (overlaps) return constantDriver(signal, drivers);
  const rest: ContinuousDriver[] = [];
  let next = 0;
  const fill = (end: number) => {
    if (end <= next || signal.default === undefined) return;
    const bits = (signal.default >> BigInt(next)) & ((1n << BigInt(end - next)) - 1n);
    rest.push({ target: { signal, high: end - 1, low: next }, value: bits, comments: [] });
  };
  for (const { target } of inOrder) {
    fill(target.low);
    next = target.high + 1;
  }
  fill(signal.width);
  return [...drivers, ...rest];
}

/** Of constants the last one assigned to a bit is what it always has; a block would wait for a change of one. */
function constantDriver(signal: SignalIr, drivers: readonly ContinuousDriver[]): ContinuousDriver[] | undefined {
  let bits = signal.default ?? 0n;
  for (const { target, value } of drivers) {
    const constant = typeof value === 'bigint' ? value : constantValue(value);
    if (constant === undefined) return undefined;
    const mask = ((1n << BigInt(target.high - target.low + 1)) - 1n) << BigInt(target.low);
    bits = (bits & ~mask) | (constant << BigInt(target.low));
  }
  const comments = drivers.flatMap((driver) => driver.comments);
  return [{ target: { signal, high: signal.width - 1, low: 0 }, value: bits, comments }];
}

function assertionProcesses(tops: readonly TopStatement[], keys: DomainKeys): Process[] {
  const byKey = new Map<string, { domain: ClockDomainIr; tops: TopStatement[] }>();
  for (const top of tops) {
    const seen = new Set<string>();
    for (const domain of top.domains) {
      const key = keys.of(domain);
      if (seen.has(key)) continue;
      seen.add(key);
      const entry = byKey.get(key);
      if (entry === undefined) byKey.set(key, { domain, tops: [top] });
      else entry.tops.push(top);
    }
  }
  return [...byKey].map(([key, entry]) => ({
    domain: entry.domain,
    hasReset: entry.domain.reset !== undefined,
    drives: [],
    statements: filterStatements(
      entry.tops.map((top) => top.statement),
      (statement) => statement.kind === 'assert' && keys.of(statement.domain) === key,
    ),
  }));
}
