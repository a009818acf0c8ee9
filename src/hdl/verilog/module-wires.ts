import type { ExpressionIr, SignalIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { snakeCase } from '../naming/snake-case.js';
import type { VerilogDeclaration, VerilogExpression } from './ast.js';
import { operandsOf } from '../operands.js';
import { shortHash } from './hash.js';
import { ExpressionLowering } from './lower-expression.js';
import type { ModuleScope } from './module-names.js';
import { planWires } from './plan-wires.js';

/** An expression that the module reads, and the name of what it is for. */
export interface Root {
  readonly node: ExpressionIr;
  readonly user?: string;
}

/** The expressions of one module that have a wire, and all others as Verilog. */
export class ModuleWires {
  readonly #scope: ModuleScope;
  readonly #place: (node: { readonly locator: Locator }) => { readonly place?: string };
  readonly #names = new Map<ExpressionIr, string>();
  readonly #declared = new Map<string, { node: ExpressionIr; declaration: VerilogDeclaration }>();
  readonly #users = new Map<ExpressionIr, string>();
  readonly #held = new Set<ExpressionIr>();
  /** Bases of temporaries, with the content that has each. */
  readonly #temporaries = new Map<string, string>();
  readonly lowering: ExpressionLowering;

  constructor(scope: ModuleScope, place: (node: { readonly locator: Locator }) => { readonly place?: string }) {
    this.#scope = scope;
    this.#place = place;
    this.lowering = new ExpressionLowering({
      signalName: (signal) => scope.signalName(signal),
      memberName: (constant) => scope.memberName(constant),
      wireOf: (node) => {
        const wire = this.#names.get(node);
        if (wire !== undefined) this.#define(node, wire);
        return wire;
      },
      makeWire: (node) => this.wireName(node),
    });
  }

  /** @param holders Signals that always have the value of an expression: they are its wire, if it is to have one. */
  plan(roots: readonly Root[], holders: ReadonlyMap<ExpressionIr, SignalIr>): void {
    this.#rememberUsers(roots);
    const plans = planWires(roots.map(({ node }) => node));
    for (const { node } of plans) {
      const holder = holders.get(node);
      if (holder === undefined) continue;
      this.#names.set(node, this.#scope.signalName(holder));
      this.#held.add(node);
    }
    const own = plans.filter(({ node }) => !this.#held.has(node));
    const named = own.filter((plan) => plan.name !== undefined);
    const texts = this.#scope.namer.rename(named.map((plan) => plan.name!));
    named.forEach((plan, index) => this.#names.set(plan.node, texts[index]!));
    for (const { node } of own) if (!this.#names.has(node)) this.#names.set(node, this.#temporary(node));
    // Operands first, so that lowering one never descends through another, however long the chain.
    for (const { node } of own) this.#define(node, this.#names.get(node)!);
  }

  /** The name of the wire that holds the expression, made if there is none. */
  wireName(node: ExpressionIr): string {
    if (node.kind === 'reference') return this.#scope.signalName(node.signal);
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    const text = this.#temporary(node);
    this.#names.set(node, text);
    this.#define(node, text);
    return text;
  }

  value(node: ExpressionIr): VerilogExpression {
    return this.lowering.value(node);
  }

  /** Every wire with its declaration, in the order of definition. */
  get declared(): ReadonlyMap<string, { readonly node: ExpressionIr; readonly declaration: VerilogDeclaration }> {
    return this.#declared;
  }

  #rememberUsers(roots: readonly Root[]): void {
    for (const { node: root, user } of roots) {
      if (user === undefined) continue;
      const stack = [root];
      for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
        if (this.#users.has(node)) continue;
        this.#users.set(node, user);
        stack.push(...operandsOf(node));
      }
    }
  }

  /** `_<first user>_<operation>`; where others of the module would have that name too, with a hash of the content. */
  #temporary(node: ExpressionIr): string {
    const hash = shortHash(node, (signal) => this.#scope.signalName(signal));
    const what = node.kind === 'binary' || node.kind === 'unary' ? snakeCase(node.operator)! : node.kind;
    const user = this.#users.get(node);
    const base = user === undefined ? `_${what}_${hash}` : `_${user.replace(/^_+/, '')}_${what}`;
    const content = this.#temporaries.get(base);
    if (content === undefined) this.#temporaries.set(base, hash);
    const isFirst = content === undefined || content === hash;
    return this.#scope.namer.merge(isFirst ? base : `${base}_${hash}`, `${node.signed} ${hash}`);
  }

  #define(node: ExpressionIr, text: string): void {
    if (this.#declared.has(text) || this.#held.has(node)) return;
    const head = { kind: 'declaration', storage: 'wire', signed: node.signed, width: node.width, name: text } as const;
    this.#declared.set(text, { node, declaration: head });
    const declaration = { ...head, value: this.lowering.definition(node), ...this.#place(node) };
    this.#declared.set(text, { node, declaration });
  }
}
