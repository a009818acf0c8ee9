import type { AssignIr, BinaryIr, ExpressionIr, InstanceIr, ModuleIr, SignalIr, StatementIr } from '../ir.js';
import type { Locator } from '../locator.js';

/** One module as it stands in the hierarchy under the root of the search. */
export interface Scope {
  readonly module: ModuleIr;
  /** Absent for the root. */
  readonly parent?: { readonly scope: Scope; readonly instance: InstanceIr };
  readonly children: Map<InstanceIr, Scope>;
  readonly blocks: Map<object, Block>;
}

/** The condition of a block of statements within the conditions around it. */
interface Control {
  readonly condition: ExpressionIr;
  readonly outer: Control | undefined;
}

type Owner =
  | { readonly kind: 'signal'; readonly signal: SignalIr }
  | { readonly kind: 'expression'; readonly expression: ExpressionIr }
  | { readonly kind: 'control'; readonly control: Control };

/** The nodes of one object: its bit i is node `base + i`. */
export type Block = Owner & { readonly scope: Scope; readonly base: number; readonly index: number };

interface GuardedAssign {
  readonly assign: AssignIr;
  readonly control: Control | undefined;
}

/** What drives each signal of a module. */
interface Drivers {
  readonly assigns: Map<SignalIr, GuardedAssign[]>;
  readonly instances: Map<SignalIr, { readonly instance: InstanceIr; readonly port: string }>;
  readonly asynchronousReads: Map<SignalIr, { readonly locator: Locator; readonly sources: readonly ExpressionIr[] }>;
}

/**
 * Dependencies within one cycle bit by bit, flattened through the instances that are reached. Nodes are made when they
 * are first asked for. In the root module only `members`, the objects of one word-level cycle, are nodes; what lies
 * beside the cycle cannot be on it.
 */
export class BitGraph {
  readonly root: Scope;
  readonly #members: ReadonlySet<object>;
  readonly #blocks: Block[] = [];
  #nodes = 0;
  readonly #drivers = new Map<ModuleIr, Drivers>();
  readonly #assignsByBit = new Map<SignalIr, GuardedAssign[][]>();

  constructor(module: ModuleIr, members: ReadonlySet<object>) {
    this.root = { module, children: new Map(), blocks: new Map() };
    this.#members = members;
  }

  /** Nodes made so far. */
  get size(): number {
    return this.#nodes;
  }

  /** The node of one bit of a signal of the root module. */
  signalBit(signal: SignalIr, bit: number): number {
    return this.#block(this.root, signal, signal.width, { kind: 'signal', signal }).base + bit;
  }

  /** True if a statement of the root module assigns the signal. */
  isAssigned(signal: SignalIr): boolean {
    return this.#driversOf(this.root.module).assigns.has(signal);
  }

  /** The object whose bit the node is. */
  blockOf(node: number): Block {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.base <= node) low = middle;
      else high = middle - 1;
    }
    return this.#blocks[low]!;
  }

  /** The nodes that a node directly depends on. */
  successors(node: number): number[] {
    const block = this.blockOf(node);
    const bit = node - block.base;
    const result: number[] = [];
    switch (block.kind) {
      case 'signal':
        this.#signalSuccessors(block.scope, block.signal, bit, result);
        break;
      case 'expression':
        this.#expressionSuccessors(block.scope, block.expression, bit, node, result);
        break;
      case 'control':
        this.#pushAll(block.scope, block.control.condition, result);
        if (block.control.outer !== undefined) result.push(this.#control(block.scope, block.control.outer));
        break;
    }
    return result;
  }

  /** The place in the source that makes `node`, a bit of a signal, depend directly on `successor`. */
  stepLocator(node: number, successor: number): Locator {
    const block = this.blockOf(node);
    if (block.kind !== 'signal') throw new Error('internal: a step of a loop starts at a signal');
    const { scope, signal } = block;
    if (signal.kind === 'input') return scope.parent?.instance.locator ?? signal.locator;
    const drivers = this.#driversOf(scope.module);
    for (const { assign, control } of this.#assignsOf(scope.module, signal, node - block.base)) {
      const value = scope.blocks.get(assign.value);
      const inValue = value !== undefined && value.base <= successor && successor < value.base + assign.value.width;
      if (inValue || (control !== undefined && scope.blocks.get(control)?.base === successor)) return assign.locator;
    }
    return (
      drivers.instances.get(signal)?.instance.locator ??
      drivers.asynchronousReads.get(signal)?.locator ??
      signal.locator
    );
  }

  #block(scope: Scope, key: object, width: number, owner: Owner): Block {
    let block = scope.blocks.get(key);
    if (block === undefined) {
      block = { ...owner, scope, base: this.#nodes, index: this.#blocks.length };
      this.#nodes += width;
      this.#blocks.push(block);
      scope.blocks.set(key, block);
    }
    return block;
  }

  #control(scope: Scope, control: Control): number {
    return this.#block(scope, control, 1, { kind: 'control', control }).base;
  }

  #push(scope: Scope, expression: ExpressionIr, bit: number, result: number[]): void {
    if (expression.kind === 'constant' || bit >= expression.width) return;
    if (scope === this.root && !this.#members.has(expression)) return;
    result.push(this.#block(scope, expression, expression.width, { kind: 'expression', expression }).base + bit);
  }

  #pushAll(scope: Scope, expression: ExpressionIr, result: number[]): void {
    for (let bit = 0; bit < expression.width; bit++) this.#push(scope, expression, bit, result);
  }

  #pushSignal(scope: Scope, signal: SignalIr, bit: number, result: number[]): void {
    if (signal.kind === 'register' || (scope === this.root && !this.#members.has(signal))) return;
    result.push(this.#block(scope, signal, signal.width, { kind: 'signal', signal }).base + bit);
  }

  #signalSuccessors(scope: Scope, signal: SignalIr, bit: number, result: number[]): void {
    if (signal.kind === 'register') return;
    if (signal.kind === 'input') {
      const outside = scope.parent?.instance.inputs.get(signal.name!);
      if (scope.parent !== undefined && outside !== undefined) this.#push(scope.parent.scope, outside, bit, result);
      return;
    }
    for (const { assign, control } of this.#assignsOf(scope.module, signal, bit)) {
      this.#push(scope, assign.value, bit - assign.target.low, result);
      if (control !== undefined) result.push(this.#control(scope, control));
    }
    const drivers = this.#driversOf(scope.module);
    for (const source of drivers.asynchronousReads.get(signal)?.sources ?? []) this.#pushAll(scope, source, result);
    const instance = drivers.instances.get(signal);
    if (instance === undefined) return;
    const port = instance.instance.module.ports.find(({ name }) => name === instance.port);
    if (port !== undefined && bit < port.width)
      this.#pushSignal(this.#child(scope, instance.instance), port, bit, result);
  }

  #expressionSuccessors(scope: Scope, expression: ExpressionIr, bit: number, node: number, result: number[]): void {
    const push = (operand: ExpressionIr, position: number): void => this.#push(scope, operand, position, result);
    switch (expression.kind) {
      case 'constant':
        break;
      case 'reference':
        this.#pushSignal(scope, expression.signal, bit, result);
        break;
      case 'unary':
        if (expression.operator === 'not' || expression.operator === 'negate') push(expression.operand, bit);
        else this.#pushAll(scope, expression.operand, result);
        // The borrow of a negation runs upwards.
        if (expression.operator === 'negate' && bit > 0) result.push(node - 1);
        break;
      case 'binary':
        this.#binarySuccessors(scope, expression, bit, node, result);
        break;
      case 'mux':
        push(expression.condition, 0);
        push(expression.whenTrue, bit);
        push(expression.whenFalse, bit);
        break;
      case 'concat': {
        let low = expression.width;
        for (const part of expression.parts) {
          low -= part.width;
          if (bit >= low) {
            push(part, bit - low);
            break;
          }
        }
        break;
      }
      case 'repeat':
        push(expression.operand, bit % expression.operand.width);
        break;
      case 'slice':
        push(expression.operand, bit + expression.low);
        break;
      case 'select': {
        const { operand, index, stride } = expression;
        if (index.kind === 'constant') {
          const position = index.value * BigInt(stride) + BigInt(bit);
          if (position < BigInt(operand.width)) push(operand, Number(position));
          break;
        }
        this.#pushAll(scope, index, result);
        for (let position = bit; position < operand.width; position += stride) push(operand, position);
        break;
      }
      case 'resize': {
        const { operand } = expression;
        if (bit < operand.width) push(operand, bit);
        else if (operand.signed) push(operand, operand.width - 1);
        break;
      }
      case 'reinterpret':
        push(expression.operand, bit);
        break;
    }
  }

  #binarySuccessors(scope: Scope, expression: BinaryIr, bit: number, node: number, result: number[]): void {
    const { operator, left, right, width } = expression;
    switch (operator) {
      case 'and':
      case 'or':
      case 'xor':
        this.#push(scope, left, bit, result);
        this.#push(scope, right, bit, result);
        break;
      case 'add':
      case 'subtract':
      case 'multiply':
        // A bit of the result depends on the operands' bits up to its place: through the bit below it.
        this.#push(scope, left, bit, result);
        this.#push(scope, right, bit, result);
        if (bit > 0) result.push(node - 1);
        break;
      case 'shiftLeft':
      case 'shiftRight': {
        const towardsSource = operator === 'shiftLeft' ? -1 : 1;
        const first = operator === 'shiftLeft' ? 0 : width - 1;
        if (right.kind === 'constant') {
          const distance = right.value < BigInt(width) ? Number(right.value) : width;
          const position = bit + towardsSource * distance;
          if (position >= 0 && position < width) this.#push(scope, left, position, result);
          else if (operator === 'shiftRight' && expression.signed) this.#push(scope, left, width - 1, result);
          break;
        }
        this.#push(scope, left, bit, result);
        if (bit === first) this.#pushAll(scope, right, result);
        else result.push(node + towardsSource);
        break;
      }
      case 'equal':
      case 'notEqual':
      case 'less':
      case 'lessEqual':
      case 'greater':
      case 'greaterEqual':
        this.#pushAll(scope, left, result);
        this.#pushAll(scope, right, result);
        break;
    }
  }

  #child(scope: Scope, instance: InstanceIr): Scope {
    let child = scope.children.get(instance);
    if (child === undefined) {
      child = { module: instance.module, parent: { scope, instance }, children: new Map(), blocks: new Map() };
      scope.children.set(instance, child);
    }
    return child;
  }

  #assignsOf(module: ModuleIr, signal: SignalIr, bit: number): readonly GuardedAssign[] {
    let byBit = this.#assignsByBit.get(signal);
    if (byBit === undefined) {
      byBit = Array.from({ length: signal.width }, () => []);
      for (const guarded of this.#driversOf(module).assigns.get(signal) ?? []) {
        const { high, low } = guarded.assign.target;
        for (let position = low; position <= high; position++) byBit[position]?.push(guarded);
      }
      this.#assignsByBit.set(signal, byBit);
    }
    return byBit[bit] ?? [];
  }

  #driversOf(module: ModuleIr): Drivers {
    let drivers = this.#drivers.get(module);
    if (drivers === undefined) this.#drivers.set(module, (drivers = findDrivers(module)));
    return drivers;
  }
}

function findDrivers(module: ModuleIr): Drivers {
  const drivers: Drivers = { assigns: new Map(), instances: new Map(), asynchronousReads: new Map() };
  const visit = (block: readonly StatementIr[], control: Control | undefined): void => {
    for (const statement of block) {
      if (statement.kind === 'assign') {
        const known = drivers.assigns.get(statement.target.signal);
        if (known === undefined) drivers.assigns.set(statement.target.signal, [{ assign: statement, control }]);
        else known.push({ assign: statement, control });
      } else if (statement.kind === 'if') {
        const inner: Control = { condition: statement.condition, outer: control };
        visit(statement.then, inner);
        visit(statement.otherwise, inner);
      } else if (statement.kind === 'switch') {
        const inner: Control = { condition: statement.subject, outer: control };
        for (const branch of statement.cases) visit(branch.body, inner);
        visit(statement.otherwise ?? [], inner);
      }
    }
  };
  visit(module.statements, undefined);
  for (const instance of module.instances) {
    for (const [port, signal] of instance.outputs) drivers.instances.set(signal, { instance, port });
  }
  for (const memory of module.memories) {
    for (const { data, address, enable, domain, locator } of memory.reads) {
      if (domain !== undefined) continue;
      drivers.asynchronousReads.set(data, { locator, sources: enable === undefined ? [address] : [address, enable] });
    }
  }
  return drivers;
}
