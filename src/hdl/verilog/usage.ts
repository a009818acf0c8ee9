import type { VerilogExpression, VerilogItem, VerilogStatement } from './ast.js';

type Range = readonly [low: number, high: number];

/** Which bits of which names a module reads, as Verilog tools count them. */
export class Usage {
  readonly #whole = new Set<string>();
  readonly #ranges = new Map<string, Range[]>();

  read(node: VerilogExpression): void {
    switch (node.kind) {
      case 'name':
        this.#whole.add(node.name);
        return;
      case 'range': {
        const list = this.#ranges.get(node.name);
        if (list === undefined) this.#ranges.set(node.name, [[node.low, node.high]]);
        else list.push([node.low, node.high]);
        return;
      }
      case 'element':
        this.#whole.add(node.name);
        this.read(node.index);
        return;
      case 'window':
        this.#whole.add(node.name);
        this.read(node.base);
        return;
      case 'unary':
        this.read(node.operand);
        return;
      case 'binary':
        this.read(node.left);
        this.read(node.right);
        return;
      case 'ternary':
        this.read(node.condition);
        this.read(node.whenTrue);
        this.read(node.whenFalse);
        return;
      case 'concat':
        node.parts.forEach((part) => this.read(part));
        return;
      case 'replicate':
        this.read(node.part);
        return;
      case 'call':
        node.operands.forEach((operand) => this.read(operand));
        return;
      case 'number':
      case 'integer':
      case 'string':
        return;
    }
  }

  readStatements(statements: readonly VerilogStatement[]): void {
    for (const node of statements) {
      switch (node.kind) {
        case 'assign':
          this.read(node.value);
          if (node.target.kind === 'element') this.read(node.target.index);
          break;
        case 'if':
          this.read(node.condition);
          this.readStatements(node.then);
          this.readStatements(node.otherwise);
          break;
        case 'case':
          this.read(node.subject);
          for (const item of node.items) {
            item.labels.forEach((label) => this.read(label));
            this.readStatements(item.body);
          }
          this.readStatements(node.otherwise ?? []);
          break;
        case 'task':
          node.operands.forEach((operand) => this.read(operand));
          break;
        case 'assertion':
          this.read(node.condition);
          break;
        case 'comment':
          break;
      }
    }
  }

  readItem(item: VerilogItem, isOutput: (module: string, port: string) => boolean): void {
    switch (item.kind) {
      case 'declaration':
        if (item.value !== undefined) this.read(item.value);
        return;
      case 'continuous':
        this.read(item.value);
        return;
      case 'always':
        for (const event of item.events) this.#whole.add(event.name);
        this.readStatements(item.body);
        return;
      case 'initial':
        this.readStatements(item.body);
        return;
      case 'instance':
        for (const { name, value } of item.connections) if (!isOutput(item.module, name)) this.read(value);
        return;
      case 'simulationOnly':
        item.items.forEach((inner) => this.readItem(inner, isOutput));
        return;
      case 'comment':
      case 'localparam':
        return;
    }
  }

  isRead(name: string): boolean {
    return this.#whole.has(name) || this.#ranges.has(name);
  }

  /** Every name that is read, in any part. */
  names(): Set<string> {
    return new Set([...this.#whole, ...this.#ranges.keys()]);
  }

  /** The bits of a name that nothing reads, low ranges first. */
  unread(name: string, width: number): Range[] {
    if (this.#whole.has(name)) return [];
    const ranges = [...(this.#ranges.get(name) ?? [])].sort((a, b) => a[0] - b[0]);
    const gaps: Range[] = [];
    let next = 0;
    for (const [low, high] of [...ranges, [width, width] as const]) {
      if (low > next) gaps.push([next, low - 1]);
      next = Math.max(next, high + 1);
    }
    return gaps;
  }
}
