import type { ExpressionIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import { constantValue } from './constant-value.js';
import type { ModuleScope } from './module-names.js';
import type { Root } from './module-wires.js';
import { type ContinuousDriver, visitStatements } from './processes.js';

function firstTarget(statements: readonly StatementIr[]): SignalIr | undefined {
  for (const statement of statements) {
    if (statement.kind === 'assign') return statement.target.signal;
    const inner =
      statement.kind === 'if'
        ? [...statement.then, ...statement.otherwise]
        : statement.kind === 'switch'
          ? [...statement.cases.flatMap(({ body }) => body), ...(statement.otherwise ?? [])]
          : [];
    const target = firstTarget(inner);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Every expression that the module reads, with the name of the signal, memory or instance that reads it. */
export function rootsOf(module: ModuleIr, scope: ModuleScope): Root[] {
  const roots: Root[] = [];
  visitStatements(module.statements, (statement) => {
    if (statement.kind === 'assign') {
      roots.push({ node: statement.value, user: scope.signalName(statement.target.signal) });
    } else if (statement.kind !== 'comment') {
      const target = firstTarget([statement]);
      const node = statement.kind === 'switch' ? statement.subject : statement.condition;
      roots.push({ node, ...(target && { user: scope.signalName(target) }) });
    }
  });
  for (const memory of module.memories) {
    const user = scope.memories.get(memory)!;
    const add = (...nodes: readonly (ExpressionIr | undefined)[]) => {
      for (const node of nodes) if (node !== undefined) roots.push({ node, user });
    };
    for (const { address, enable } of memory.reads) add(address, enable);
    for (const { address, data, enable, mask } of memory.writes) add(address, data, enable, mask);
  }
  for (const instance of module.instances) {
    for (const [port, node] of instance.inputs) roots.push({ node, user: `${scope.instances.get(instance)!}_${port}` });
  }
  return roots;
}

export function isWhole({ target }: ContinuousDriver): boolean {
  return target.low === 0 && target.high === target.signal.width - 1;
}

/** Wires and ports that always have the value of one expression, which then needs no wire of its own. */
export function holdersOf(continuous: readonly ContinuousDriver[]): Map<ExpressionIr, SignalIr> {
  const holders = new Map<ExpressionIr, SignalIr>();
  for (const driver of continuous) {
    const { value, target } = driver;
    if (typeof value === 'bigint' || !isWhole(driver) || value.signed !== target.signal.signed) continue;
    if (value.kind === 'reference' || constantValue(value) !== undefined) continue;
    if (!holders.has(value)) holders.set(value, target.signal);
  }
  return holders;
}
