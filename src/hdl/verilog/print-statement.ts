import type { VerilogStatement } from './ast.js';
import { lineWidth, printExpression, printFlat } from './print-expression.js';

function unknown(node: never): never {
  throw new Error(`The Verilog printer does not know the statement ${JSON.stringify(node)}.`);
}

export function placeSuffix(place: string | undefined): string {
  return place === undefined ? '' : ` // ${place}`;
}

/** The statements, one or more lines each, every line indented by at least `indent` spaces. */
export function printStatements(statements: readonly VerilogStatement[], indent: number): string[] {
  return statements.flatMap((statement) => printStatement(statement, indent));
}

function printAssign(node: VerilogStatement & { kind: 'assign' }, indent: number): string {
  const left = `${printFlat(node.target)} ${node.blocking ? '=' : '<='} `;
  const value = printExpression(node.value, indent + left.length, indent, 1);
  return `${' '.repeat(indent)}${left}${value};${placeSuffix(node.place)}`;
}

/** Head and body on one line, if the body is one assignment that fits there. */
export function onHead(head: string, body: readonly VerilogStatement[]): string | undefined {
  const [only] = body;
  if (body.length !== 1 || only?.kind !== 'assign') return undefined;
  const text = `${head} ${printAssign(only, 0)}`;
  return text.includes('\n') || text.length > lineWidth ? undefined : text;
}

/** The body below a head such as `if (a)`: a single statement is indented, anything else is a block. */
function printBody(head: string, body: readonly VerilogStatement[], indent: number, block: boolean): string[] {
  if (!block) return [onHead(head, body) ?? [head, ...printStatements(body, indent + 2)]].flat();
  return [`${head} begin`, ...printStatements(body, indent + 2), `${' '.repeat(indent)}end`];
}

/** Whether a body may stand without `begin` and `end`: one statement that no following `else` could join. */
function isSingle(body: readonly VerilogStatement[]): boolean {
  return body.length === 1 && (body[0]!.kind === 'assign' || body[0]!.kind === 'case');
}

/** An `if … else if … else` chain. Its arms are all single statements, or all blocks. */
function printIf(node: VerilogStatement & { kind: 'if' }, indent: number): string[] {
  const arms: { head: string; body: readonly VerilogStatement[] }[] = [];
  let current: VerilogStatement & { kind: 'if' } = node;
  let head = `${' '.repeat(indent)}if (`;
  for (;;) {
    arms.push({ head: `${head}${printExpression(current.condition, head.length, indent, 8)})`, body: current.then });
    const [next] = current.otherwise;
    if (current.otherwise.length === 1 && next?.kind === 'if') {
      head = `${' '.repeat(indent)}else if (`;
      current = next;
      continue;
    }
    if (current.otherwise.length > 0) arms.push({ head: `${' '.repeat(indent)}else`, body: current.otherwise });
    break;
  }
  const block = !arms.every((arm) => isSingle(arm.body));
  const lines: string[] = [];
  for (const arm of arms) {
    const printed = printBody(arm.head, arm.body, indent, block);
    if (block && lines.length > 0) printed[0] = `${lines.pop() ?? ''} ${printed[0]!.trimStart()}`;
    lines.push(...printed);
  }
  return lines;
}

function printCase(node: VerilogStatement & { kind: 'case' }, indent: number): string[] {
  const lead = ' '.repeat(indent);
  const lines = [`${lead}case (${printExpression(node.subject, indent + 6, indent, 1)})`];
  const arms = node.items.map((item) => ({
    label: printLabels(item.labels.map(printFlat), indent + 2),
    body: item.body,
  }));
  if (node.otherwise !== undefined) arms.push({ label: `${lead}  default`, body: node.otherwise });
  const labelWidth = Math.max(...arms.map((arm) => arm.label.length)) + 1;
  const aligned = (label: string) => `${label}:`.padEnd(labelWidth);
  const short = arms.every((arm) => arm.body.length === 0 || onHead(aligned(arm.label), arm.body) !== undefined);
  for (const arm of arms) {
    const head = short ? aligned(arm.label) : `${arm.label}:`;
    if (arm.body.length === 0) lines.push(`${head} ;`);
    else lines.push(...printBody(head, arm.body, indent + 2, !isSingle(arm.body)));
  }
  return [...lines, `${lead}endcase`];
}

function printLabels(labels: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  for (const [index, label] of labels.entries()) {
    const text = index === labels.length - 1 ? label : `${label},`;
    if (line.length > indent && line.length + 1 + text.length > lineWidth - 10) {
      lines.push(line);
      line = ' '.repeat(indent);
    }
    line += line.length > indent ? ` ${text}` : text;
  }
  return [...lines, line].join('\n');
}

/** `$display` reads `%` as a format. */
function displayText(message: string): string {
  return `assertion failed in %m: ${message.replaceAll('%', '%%')}`;
}

function printAssertion(node: VerilogStatement & { kind: 'assertion' }, indent: number): string[] {
  const lead = ' '.repeat(indent);
  const text = printFlat({ kind: 'string', text: displayText(node.message) });
  return [
    '`ifdef FORMAL',
    `${lead}assert (${printExpression(node.condition, indent + 8, indent, 2)});`,
    '`else',
    `${lead}if (!(${printExpression(node.condition, indent + 6, indent, 8)})) begin`,
    `${lead}  $display(${text});`,
    `${lead}  $finish;`,
    `${lead}end`,
    '`endif',
  ];
}

function printStatement(node: VerilogStatement, indent: number): string[] {
  const lead = ' '.repeat(indent);
  switch (node.kind) {
    case 'assign':
      return [printAssign(node, indent)];
    case 'if':
      return printIf(node, indent);
    case 'case':
      return printCase(node, indent);
    case 'comment':
      return node.text.split('\n').map((line) => `${lead}// ${line}`.trimEnd());
    case 'task':
      return [
        `${lead}${node.name}${node.operands.length === 0 ? '' : `(${node.operands.map(printFlat).join(', ')})`};`,
      ];
    case 'assertion':
      return printAssertion(node, indent);
    default:
      return unknown(node);
  }
}
