import type { ExpressionIr, MemoryIr, MemoryReadPortIr, MemoryWritePortIr, SignalIr } from '../ir.js';
import type { VerilogExpression, VerilogItem, VerilogStatement } from './ast.js';
import { binary, call, integer, name, number, unary } from './build-expression.js';
import { constantValue, indexWidth } from './constant-value.js';
import { DomainKeys } from './processes.js';

/** Masks of up to this many groups become one guarded assignment a group, which block memories implement. */
const mostByteEnables = 32;

export interface MemoryScope {
  value(node: ExpressionIr): VerilogExpression;
  unsignedOfWidth(node: ExpressionIr, bits: number): VerilogExpression;
  signalName(signal: SignalIr): string;
  /** The name of a wire that holds the expression, for taking bits of it. */
  wireName(node: ExpressionIr): string;
  events(domain: NonNullable<MemoryReadPortIr['domain']>): { edge: 'posedge' | 'negedge'; name: string }[];
}

function elementAt(memory: string, port: { address: ExpressionIr }, depth: number, scope: MemoryScope) {
  const index = scope.unsignedOfWidth(port.address, indexWidth(depth));
  return { kind: 'element' as const, name: memory, index };
}

function guarded(enable: ExpressionIr | undefined, body: VerilogStatement[], scope: MemoryScope): VerilogStatement[] {
  if (enable === undefined || constantValue(enable) === 1n) return body;
  return [{ kind: 'if', condition: scope.value(enable), then: body, otherwise: [] }];
}

function writeStatements(memory: MemoryIr, text: string, port: MemoryWritePortIr, scope: MemoryScope) {
  const target = elementAt(text, port, memory.depth, scope);
  const { mask, data } = port;
  const store = (value: VerilogExpression): VerilogStatement => ({ kind: 'assign', target, value, blocking: false });
  if (mask === undefined || constantValue(mask) === (1n << BigInt(mask.width)) - 1n) return [store(scope.value(data))];
  const lane = memory.width / mask.width;
  if (mask.width === 1) {
    return [{ kind: 'if' as const, condition: scope.value(mask), then: [store(scope.value(data))], otherwise: [] }];
  }
  if (lane > 1 && mask.width <= mostByteEnables) {
    const maskName = scope.wireName(mask);
    const dataName = scope.wireName(data);
    return Array.from({ length: mask.width }, (_, index): VerilogStatement => {
      const bits = { high: index * lane + lane - 1, low: index * lane };
      return {
        kind: 'if',
        condition: { kind: 'range', name: maskName, high: index, low: index },
        then: [
          {
            kind: 'assign',
            target: { ...target, range: bits },
            value: { kind: 'range', name: dataName, ...bits },
            blocking: false,
          },
        ],
        otherwise: [],
      };
    });
  }
  const bits = lane === 1 ? scope.value(mask) : spreadMask(scope.wireName(mask), mask.width, lane);
  const kept = binary('&', target, unary('~', bits));
  return [store(binary('|', kept, binary('&', scope.value(data), bits)))];
}

/** Each mask bit as often as it guards data bits. */
function spreadMask(mask: string, groups: number, lane: number): VerilogExpression {
  const parts = Array.from({ length: groups }, (_, index): VerilogExpression => {
    const bit = groups - 1 - index;
    return { kind: 'replicate', count: lane, part: { kind: 'range', name: mask, high: bit, low: bit } };
  });
  return { kind: 'concat', parts };
}

function imageItems(memory: MemoryIr, text: string): VerilogItem[] {
  const { image, depth, width } = memory;
  if (image === undefined) return [];
  if (image.kind === 'inline') {
    const body = image.words.map(
      (value, index): VerilogStatement => ({
        kind: 'assign',
        target: { kind: 'element', name: text, index: integer(index) },
        value: number(width, value),
        blocking: true,
      }),
    );
    return [{ kind: 'initial', body }];
  }
  const file: VerilogExpression = image.kind === 'file' ? { kind: 'string', text: image.file } : name(image.parameter);
  const load = call('$readmemh', file, name(text), integer(0), integer(depth - 1));
  return [
    {
      kind: 'initial',
      body: [{ kind: 'task', name: '$readmemh', operands: load.kind === 'call' ? load.operands : [] }],
    },
  ];
}

export function memoryDeclaration(memory: MemoryIr, text: string): VerilogItem {
  return {
    kind: 'declaration',
    storage: 'reg',
    signed: false,
    width: memory.width,
    name: text,
    depth: memory.depth,
    ...(memory.style && {
      attributes: [[memory.image && memory.writes.length === 0 ? 'rom_style' : 'ram_style', memory.style]],
    }),
    ...(memory.comment !== undefined && { comment: memory.comment }),
  };
}

/** The image, the write ports (one block a clock, so that the last port wins) and the read ports. */
export function lowerMemory(memory: MemoryIr, text: string, scope: MemoryScope): VerilogItem[] {
  const items = imageItems(memory, text);
  const keys = new DomainKeys();
  const writes = new Map<string, { port: MemoryWritePortIr; body: VerilogStatement[] }>();
  for (const port of memory.writes) {
    const body = guarded(port.enable, writeStatements(memory, text, port, scope), scope);
    const key = keys.of({ clock: port.domain.clock, edge: port.domain.edge });
    const known = writes.get(key);
    if (known === undefined) writes.set(key, { port, body });
    else known.body.push(...body);
  }
  for (const { port, body } of writes.values()) items.push({ kind: 'always', events: scope.events(port.domain), body });
  for (const port of memory.reads) {
    const target = name(scope.signalName(port.data));
    const value = elementAt(text, port, memory.depth, scope);
    if (port.domain === undefined) items.push({ kind: 'continuous', target, value });
    else {
      const body = guarded(port.enable, [{ kind: 'assign', target, value, blocking: false }], scope);
      items.push({ kind: 'always', events: scope.events(port.domain), body });
    }
  }
  return items;
}
