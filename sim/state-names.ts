import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Names of the values of enumerated signals, by hierarchical path (`top.unit.state`), then by value. */
export type StateNames = Readonly<Record<string, Readonly<Record<number, string>>>>;

interface NamedVariable {
  readonly identifier: string;
  readonly names: Readonly<Record<number, string>>;
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 20);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

/** A VCD string value holds no spaces. */
const word = (name: string): string => name.replaceAll(/\s+/g, '_');

/**
 * Rewrites VCD lines: beside each variable that `names` knows, a string variable `<name>_name` whose value is the name
 * of the state, or `?` and the number. GTKWave and Surfer show string variables as text.
 */
export class StateNamer {
  readonly #names: StateNames;
  readonly #scopes: string[] = [];
  readonly #found = new Map<string, NamedVariable>();
  readonly #missing: Set<string>;

  constructor(names: StateNames) {
    this.#names = names;
    this.#missing = new Set(Object.keys(names));
  }

  /** Paths of `names` that no variable of the file had. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** The lines that stand in the place of one. */
  rewrite(line: string): string[] {
    const trimmed = line.trim();
    if (trimmed.startsWith('$scope')) this.#scopes.push(trimmed.split(/\s+/)[2] ?? '');
    else if (trimmed.startsWith('$upscope')) this.#scopes.pop();
    else if (trimmed.startsWith('$var')) return this.#declare(line, trimmed);
    else {
      const change = /^(?:b([01xzXZ]+)\s+|([01xzXZ]))(\S+)$/.exec(trimmed);
      const named = change && this.#found.get(change[3]!);
      if (change && named) return [line, `s${word(this.#nameOf(named, change[1] ?? change[2]!))} ${named.identifier}`];
    }
    return [line];
  }

  #nameOf({ names }: NamedVariable, bits: string): string {
    const value = Number.parseInt(bits, 2);
    return names[value] ?? `?${value}`;
  }

  #declare(line: string, trimmed: string): string[] {
    const [, , , identifier = '', name = ''] = trimmed.split(/\s+/);
    // Verilator puts the design below a scope of its own.
    const path = [...this.#scopes, name].join('.').replace(/^TOP\./, '');
    const names = this.#names[path];
    if (!names) return [line];
    this.#missing.delete(path);
    const companion = this.#found.get(identifier)?.identifier ?? `${identifier}~s`;
    this.#found.set(identifier, { identifier: companion, names });
    return [line, `$var string 1 ${companion} ${name.replace(/\[.*$/, '')}_name $end`];
  }
}

/** Copies a VCD and adds state names to it; the paths of `names` that the file has no variable for. */
export function addStateNames(source: string, target: string, names: StateNames): readonly string[] {
  const namer = new StateNamer(names);
  const file = openSync(target, 'w');
  try {
    let pending: string[] = [];
    for (const line of linesOf(source)) {
      pending.push(...namer.rewrite(line));
      if (pending.length > 10_000) {
        writeSync(file, `${pending.join('\n')}\n`);
        pending = [];
      }
    }
    writeSync(file, `${pending.join('\n')}\n`);
  } finally {
    closeSync(file);
  }
  return namer.missing;
}
