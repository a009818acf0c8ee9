import type { ModuleIr, SignalIr } from '../ir.js';
import type { VerilogExpression, VerilogItem } from './ast.js';
import { name, number, range, unary } from './build-expression.js';
import type { Namer } from '../naming/namer.js';
import { portName } from './module-names.js';
import { Usage } from './usage.js';

export interface Declared {
  readonly name: string;
  readonly width: number;
}

function outputPorts(module: ModuleIr, moduleKey: (module: ModuleIr) => string): Set<string> {
  const isOutput = ({ kind }: SignalIr) => kind === 'output';
  return new Set(
    module.instances.flatMap(({ module: child }) =>
      child.ports.filter(isOutput).map((port) => `${moduleKey(child)} ${portName(port) ?? ''}`),
    ),
  );
}

/** One wire that reads every bit that nothing else reads, so that lint stays silent about them. */
export function unusedItems(
  module: ModuleIr,
  body: readonly (readonly VerilogItem[])[],
  declared: Iterable<Declared>,
  namer: Namer,
  moduleKey: (module: ModuleIr) => string,
): VerilogItem[] {
  const usage = new Usage();
  const outputs = outputPorts(module, moduleKey);
  for (const item of body.flat()) usage.readItem(item, (child, port) => outputs.has(`${child} ${port}`));
  const parts: VerilogExpression[] = [];
  for (const { name: text, width } of declared) {
    for (const [low, high] of usage.unread(text, width)) {
      parts.push(low === 0 && high === width - 1 ? name(text) : range(text, high, low));
    }
  }
  if (parts.length === 0) return [];
  const text = namer.merge('_unused', '');
  const value = unary('&', { kind: 'concat', parts: [number(1, 0n), ...parts] });
  const comment: VerilogItem = { kind: 'comment', text: 'Bits that nothing reads.' };
  return [comment, { kind: 'declaration', storage: 'wire', signed: false, width: 1, name: text, value }];
}
