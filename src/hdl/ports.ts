import { Input, Output } from './signal.js';
import type { SignalIr } from './ir.js';
import { snakeCase } from './naming/snake-case.js';
import { Sink, Source } from './stream.js';

/** What the body of a module returns: its ports, by name; records and vectors nest, and an undefined port is none. */
export type PortTree =
  | Input
  | Output
  | Source
  | Sink
  | { readonly [name: string]: PortTree | undefined }
  | readonly PortTree[];

export interface Port {
  readonly name: string;
  readonly signal: SignalIr;
  readonly comment?: string;
}

/** Leaves of a port tree with their names, in order: `{input: {plane}}` → `input_plane`. */
export function flattenPorts(tree: PortTree | undefined, prefix = ''): Port[] {
  if (tree === undefined) return [];
  if (tree instanceof Input || tree instanceof Output) return [{ name: prefix, signal: tree.signal }];
  const record: Readonly<Record<string, PortTree | undefined>> | readonly PortTree[] =
    tree instanceof Source || tree instanceof Sink ? tree.ports() : tree;
  return Object.entries(record).flatMap(([key, value]: [string, PortTree | undefined]) => {
    const name = snakeCase(key) ?? key;
    return flattenPorts(value, prefix === '' ? name : `${prefix}_${name}`);
  });
}
