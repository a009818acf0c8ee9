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

/** The body after a head such as `if (a)`: on the same line when it is one short assignment, else a block. */
function printBody(head: string, body: readonly VerilogStatement[], indent: number, short: boolean): string[] {
  const [only] = body;
  if (short && only?.kind === 'assign') return [`${head} ${printAssign(only, 0)}`];
  return [`${head} begin`, ...printStatements(body, indent + 2), `${' '.repeat(indent)}end`];
}

function fitsOnHead(head: string, body: readonly VerilogStatement[]): boolean {
  const [only] = body;
  if (body.length !== 1 || only?.kind !== 'assign') return false;
  const text = printAssign(only, 0);
  return !text.includes('\n') && head.length + 1 + text.length <= lineWidth;
}

/** An `if … else if … else` chain. Its arms are all on one line each, or all blocks. */
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
  const short = arms.every((arm) => fitsOnHead(arm.head, arm.body));
  const lines: string[] = [];
  for (const arm of arms) {
    const printed = printBody(arm.head, arm.body, indent, short);
    if (!short && lines.length > 0) printed[0] = `${lines.pop() ?? ''} ${printed[0]!.trimStart()}`;
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
  const short = arms.every((arm) => arm.body.length === 0 || fitsOnHead(aligned(arm.label), arm.body));
  for (const arm of arms) {
    const head = short ? aligned(arm.label) : `${arm.label}:`;
    if (arm.body.length === 0) lines.push(`${head} ;`);
    else lines.push(...printBody(head, arm.body, indent + 2, fitsOnHead(head, arm.body)));
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
