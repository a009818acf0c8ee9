import type { Diagnostic } from '../diagnostics.js';
import type { CheckTag, InstanceIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { codes, diagnostic, type DiagnosticCode, type DiagnosticDetails } from './codes.js';

/** Something with a name and a place that a finding can be about. */
export interface Named {
  readonly name?: string;
  readonly locator: Locator;
  readonly tags?: readonly CheckTag[];
}

/** Collects findings, and drops those that the user has switched off on an object concerned. */
export class Reporter {
  readonly #findings = new Map<string, Diagnostic>();
  readonly #connections = new Map<Named, [InstanceIr, 'input' | 'output', string]>();
  readonly #nameOf: (object: Named) => string | undefined;

  /** `nameOf` tells the name of an object that carries none itself; without it such an object is told by its line. */
  constructor(nameOf: (object: Named) => string | undefined = () => undefined) {
    this.#nameOf = nameOf;
  }

  /** The name in backticks, or what else is known of the object. */
  name(object: Named): string {
    const connection = object.name === undefined ? this.#connections.get(object) : undefined;
    if (connection !== undefined) return this.connection(...connection);
    const name = object.name ?? this.#nameOf(object);
    return name === undefined ? `the unnamed object of line ${object.locator.line}` : `\`${name}\``;
  }

  /** The name in backticks, or what it is an instance of. */
  instance(instance: InstanceIr): string {
    const name = instance.name ?? this.#nameOf(instance);
    return name === undefined ? `an instance of \`${instance.module.name}\`` : `\`${name}\``;
  }

  /** `` input `data` of `stage` ``. */
  connection(instance: InstanceIr, direction: 'input' | 'output', port: string): string {
    return `${direction} \`${port}\` of ${this.instance(instance)}`;
  }

  /** Lets wires that exist only to connect an instance, as they were made with it, be told by its ports. */
  addConnections(instance: InstanceIr): void {
    const { inputs, outputs, locator } = instance;
    for (const [port, value] of inputs) {
      if (value.kind !== 'reference' || value.signal.locator !== locator) continue;
      this.#connections.set(value.signal, [instance, 'input', port]);
    }
    for (const [port, wire] of outputs) {
      if (wire.locator === locator) this.#connections.set(wire, [instance, 'output', port]);
    }
  }

  /** Objects whose name begins with an underscore are temporaries: nobody promised to use them. */
  isTemporary(object: Named): boolean {
    return (object.name ?? this.#nameOf(object))?.startsWith('_') ?? false;
  }

  /** True if a tag of the object switches the check off. */
  exempts(object: Named, code: DiagnosticCode): boolean {
    return object.tags?.some((tag) => tag === code || tag === codes[code].tag) ?? false;
  }

  report(code: DiagnosticCode, details: DiagnosticDetails, ...concerned: readonly Named[]): void {
    if (concerned.some((object) => this.exempts(object, code))) return;
    // One line of a user's source may be elaborated a thousand times; it is one mistake.
    const { file, line, column } = details.locator;
    const key = [code, file, line, column, details.message].join('\0');
    if (!this.#findings.has(key)) this.#findings.set(key, diagnostic(code, details));
  }

  /** All findings by file, line, column, code. */
  sorted(): Diagnostic[] {
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.#findings.values()].sort(
      (a, b) =>
        order(a.locator.file, b.locator.file) ||
        a.locator.line - b.locator.line ||
        a.locator.column - b.locator.column ||
        order(a.code, b.code) ||
        order(a.message, b.message),
    );
  }
}

/** `declared here` for a note. */
export function declaration(reporter: Reporter, signal: SignalIr): Diagnostic['notes'][number] {
  return { message: `${reporter.name(signal)} is declared here`, locator: signal.locator };
}
