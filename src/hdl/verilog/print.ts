import type { VerilogDeclaration, VerilogItem, VerilogModule, VerilogPort } from './ast.js';
import { fastSimulationMacro } from './fast-simulation.js';
import { moduleFrame } from './frame.js';
import { printExpression, printFlat } from './print-expression.js';
import { onHead, placeSuffix, printStatements } from './print-statement.js';

function unknown(node: never): never {
  throw new Error(`The Verilog printer does not know the item ${JSON.stringify(node)}.`);
}

function commentSuffix(comment: string | undefined, place: string | undefined): string {
  return `${comment === undefined ? '' : ` // ${comment.replaceAll('\n', ' ')}`}${placeSuffix(place)}`;
}

function vectorRange(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function printDeclaration(node: VerilogDeclaration, indent: number): string[] {
  const lead = ' '.repeat(indent);
  const attributes = (node.attributes ?? []).map(([name, value]) => `${lead}(* ${name} = "${value}" *)`);
  const depth = node.depth === undefined ? '' : ` [0:${node.depth - 1}]`;
  const head = `${lead}${words(node.storage, node.signed ? 'signed' : '', vectorRange(node.width), node.name)}${depth}`;
  const split = node.splitByBits === true ? ' /* verilator split_var */' : '';
  const value = node.value === undefined ? '' : ` = ${printExpression(node.value, head.length + 3, indent, 1)}`;
  return [...attributes, `${head}${split}${value};${commentSuffix(node.comment, node.place)}`];
}

/** Comments of neighbouring lines begin in one column; code and comment are parted by the first ` // ` behind code. */
function alignComments(lines: readonly string[]): string[] {
  const parts = lines.map((line) => /^( *[^\s/"][^"\n]*?;) (\/\/ .*)$/.exec(line));
  const aligned: string[] = [];
  for (let start = 0; start < lines.length; ) {
    let end = start;
    while (parts[end]) end++;
    const run = parts.slice(start, end);
    const column = Math.max(0, ...run.map((part) => part![1]!.length));
    aligned.push(...run.map((part) => `${part![1]!.padEnd(column)} ${part![2]!}`));
    if (end < lines.length) aligned.push(lines[end]!);
    start = end + 1;
  }
  return aligned;
}

/** `.name (value)` lists, aligned. */
function printNamed(
  list: readonly { name: string; value: Parameters<typeof printFlat>[0] }[],
  indent: number,
): string[] {
  const width = Math.max(...list.map(({ name }) => name.length));
  return list.map(({ name, value }, index) => {
    const head = `${' '.repeat(indent)}.${name.padEnd(width)} (`;
    const comma = index === list.length - 1 ? '' : ',';
    return `${head}${printExpression(value, head.length, indent, 2)})${comma}`;
  });
}

function printItem(node: VerilogItem, indent: number, moduleName: (key: string) => string): string[] {
  const lead = ' '.repeat(indent);
  switch (node.kind) {
    case 'comment':
      return node.text.split('\n').map((line) => `${lead}// ${line}`.trimEnd());
    case 'declaration':
      return printDeclaration(node, indent);
    case 'localparam': {
      const value = printFlat({ kind: 'number', width: node.width, value: node.value, signed: false });
      return [`${lead}${words('localparam', vectorRange(node.width), node.name)} = ${value};`];
    }
    case 'continuous': {
      const head = `${lead}assign ${printFlat(node.target)} = `;
      const value = printExpression(node.value, head.length, indent, 1);
      return [`${head}${value};${commentSuffix(node.comment, node.place)}`];
    }
    case 'always': {
      const events = node.events.map(({ edge, name }) => `${edge} ${name}`).join(' or ');
      const head = `${lead}always ${events === '' ? '@*' : `@(${events})`}`;
      const short = onHead(head, node.body);
      return short !== undefined ? [short] : [`${head} begin`, ...printStatements(node.body, indent + 2), `${lead}end`];
    }
    case 'initial': {
      const [only] = node.body;
      if (node.body.length === 1 && only?.kind === 'task') {
        return [`${lead}initial ${printStatements([only], 0).join('')}`];
      }
      return [`${lead}initial begin`, ...printStatements(node.body, indent + 2), `${lead}end`];
    }
    case 'instance': {
      const lines = node.comment === undefined ? [] : [`${lead}// ${node.comment}`];
      const name = moduleName(node.module);
      if (node.parameters.length > 0) {
        lines.push(`${lead}${name} #(`, ...printNamed(node.parameters, indent + 2), `${lead}) ${node.name} (`);
      } else lines.push(`${lead}${name} ${node.name} (`);
      if (node.connections.length > 0) lines.push(...printNamed(node.connections, indent + 2));
      return [...lines, `${lead});${placeSuffix(node.place)}`];
    }
    case 'simulationOnly':
      return ['`ifndef SYNTHESIS', ...node.items.flatMap((item) => printItem(item, indent, moduleName)), '`endif'];
    default:
      return unknown(node);
  }
}

/** One line a port: direction, sign and range in columns, comments aligned. */
function printPorts(ports: readonly VerilogPort[]): string {
  const ranges = ports.map((port) => words(port.signed ? 'signed' : '', vectorRange(port.width)));
  const signWidth = ports.some((port) => port.signed) ? 'signed '.length : 0;
  const rangeWidth = Math.max(0, ...ports.map((port) => vectorRange(port.width).length));
  const storageWidth = Math.max(...ports.map((port) => port.storage.length));
  const texts = ports.map((port, index) => {
    const sign = ranges[index]!.startsWith('signed') ? 'signed ' : '';
    const range = vectorRange(port.width).padStart(rangeWidth);
    const columns = [port.direction.padEnd(6), port.storage.padEnd(storageWidth)].join(' ');
    const type = `${sign.padEnd(signWidth)}${range}`;
    const value = port.value === undefined ? '' : ` = ${printFlat(port.value)}`;
    return `  ${columns} ${type}${type === '' ? '' : ' '}${port.name}${value}${index === ports.length - 1 ? '' : ','}`;
  });
  const textWidth = Math.max(0, ...texts.map((text) => text.length));
  return texts
    .map((text, index) => {
      const comment = ports[index]?.comment;
      return comment === undefined ? text : `${text.padEnd(textWidth)}  // ${comment.replaceAll('\n', ' ')}`;
    })
    .join('\n');
}

function printParameters(parameters: VerilogModule['parameters']): string {
  if (parameters.length === 0) return '';
  return ` #(\n${parameters.map(({ name, value }) => `  parameter ${name} = ${printFlat(value)}`).join(',\n')}\n)`;
}

/**
 * Puts a body for Verilator beside the sections. It needs SystemVerilog, so whoever simulates asks for it with the macro,
 * and every other tool reads Verilog-2001. Functions of its own give 32 bits
 * whatever they count, and Verilog-2001 has no cast to say that fewer will do.
 */
function wrapForVerilator(sections: string[], body: NonNullable<VerilogModule['verilatorBody']>): void {
  const assigns = body.map(([port, expression]) => `  assign ${port} = ${expression};`);
  sections.unshift(
    [
      `\`ifdef ${fastSimulationMacro}`,
      '  // the same function, as the simulator computes it fastest',
      '  /* verilator lint_off WIDTH */',
      ...assigns,
      '  /* verilator lint_on WIDTH */',
      '`else',
    ].join('\n'),
  );
  sections.push('`endif');
}

/**
 * The text of one module. Holds no semantics: everything printed is in the tree.
 *
 * @param name Name of the module.
 * @param moduleName Resolves the key of an instance to the name of the instantiated module.
 */
export function printModule(module: VerilogModule, name: string, moduleName: (key: string) => string): string {
  const sections = module.sections
    .filter((section) => section.length > 0)
    .map((section) => alignComments(section.flatMap((item) => printItem(item, 2, moduleName))).join('\n'));
  if (module.verilatorBody !== undefined) wrapForVerilator(sections, module.verilatorBody);
  const ports = module.ports.length === 0 ? '' : ` (\n${printPorts(module.ports)}\n)`;
  return moduleFrame({
    header: module.header.map((line) => `// ${line}`.trimEnd()),
    before: module.blackBox
      ? ['/* verilator lint_off UNUSED */', '/* verilator lint_off UNDRIVEN */', '(* blackbox *)']
      : [],
    name,
    parameters: printParameters(module.parameters),
    ports,
    sections,
    after: module.blackBox ? ['/* verilator lint_on UNUSED */', '/* verilator lint_on UNDRIVEN */'] : [],
  });
}
