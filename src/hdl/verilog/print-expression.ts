import type { VerilogBinaryOperator, VerilogExpression } from './ast.js';
import { printNumber } from './print-number.js';

/** Longest line that the printer makes when it has a choice. */
export const lineWidth = 110;

const precedence: Readonly<Record<VerilogBinaryOperator, number>> = {
  '*': 10,
  '+': 9,
  '-': 9,
  '<<': 8,
  '>>': 8,
  '>>>': 8,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '==': 6,
  '!=': 6,
  '&': 5,
  '^': 4,
  '|': 3,
};

/**
 * Parentheses are left out only where precedence and left association allow it and where a reader needs no table of
 * precedences: chains of one operator, products in sums, sums in comparisons.
 */
function operandNeedsParentheses(parent: VerilogBinaryOperator, child: VerilogExpression, side: 'left' | 'right') {
  if (child.kind === 'ternary') return true;
  if (child.kind === 'unary') return child.operator !== '~' && child.operator !== '!';
  if (child.kind === 'number') return printNumber(child).startsWith('-');
  if (child.kind !== 'binary') return false;
  const isSum = parent === '+' || parent === '-';
  if (side === 'left' && child.operator === parent && !'<<>>>===!='.includes(parent)) return false;
  if (side === 'left' && isSum && precedence[child.operator] === precedence['+']) return false;
  if (isSum && child.operator === '*') return false;
  const isComparison = precedence[parent] === 6 || precedence[parent] === 7;
  return !(isComparison && precedence[child.operator] >= precedence['+']);
}

function unknown(node: never): never {
  throw new Error(`The Verilog printer does not know the expression ${JSON.stringify(node)}.`);
}

function escapeString(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

const flatTexts = new WeakMap<VerilogExpression, string>();

/** The expression on one line. Each node is printed once and remembered, so that wrapping stays linear. */
export function printFlat(node: VerilogExpression): string {
  const known = flatTexts.get(node);
  if (known !== undefined) return known;
  const text = flat(node);
  flatTexts.set(node, text);
  return text;
}

function parenthesize(text: string, wanted: boolean): string {
  return wanted ? `(${text})` : text;
}

function isPrimary(node: VerilogExpression): boolean {
  if (node.kind === 'number') return !printNumber(node).startsWith('-');
  return node.kind !== 'unary' && node.kind !== 'binary' && node.kind !== 'ternary';
}

function flat(node: VerilogExpression): string {
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'range':
      return node.high === node.low ? `${node.name}[${node.high}]` : `${node.name}[${node.high}:${node.low}]`;
    case 'element': {
      const word = `${node.name}[${printFlat(node.index)}]`;
      return node.range === undefined ? word : flat({ kind: 'range', name: word, ...node.range });
    }
    case 'window':
      return `${node.name}[${printFlat(node.base)} +: ${node.width}]`;
    case 'number':
      return printNumber(node);
    case 'integer':
      return String(node.value);
    case 'string':
      return `"${escapeString(node.text)}"`;
    case 'unary':
      return `${node.operator}${parenthesize(printFlat(node.operand), !isPrimary(node.operand))}`;
    case 'binary': {
      const left = parenthesize(printFlat(node.left), operandNeedsParentheses(node.operator, node.left, 'left'));
      const right = parenthesize(printFlat(node.right), operandNeedsParentheses(node.operator, node.right, 'right'));
      return `${left} ${node.operator} ${right}`;
    }
    case 'ternary': {
      const condition = parenthesize(printFlat(node.condition), needsConditionParentheses(node.condition));
      const whenTrue = parenthesize(printFlat(node.whenTrue), node.whenTrue.kind === 'ternary');
      return `${condition} ? ${whenTrue} : ${printFlat(node.whenFalse)}`;
    }
    case 'concat':
      return `{${node.parts.map(printFlat).join(', ')}}`;
    case 'replicate':
      return `{${node.count}${printFlat(asConcat(node.part))}}`;
    case 'call':
      return `${node.name}(${node.operands.map(printFlat).join(', ')})`;
    default:
      return unknown(node);
  }
}

function needsConditionParentheses(node: VerilogExpression): boolean {
  return node.kind === 'binary' || node.kind === 'ternary';
}

function asConcat(node: VerilogExpression): VerilogExpression {
  return node.kind === 'concat' ? node : { kind: 'concat', parts: [node] };
}

/**
 * The expression, broken over lines when it does not fit.
 *
 * @param column Column at which the text starts, 0-based.
 * @param indent Indentation of the line on which it starts; continuation lines are indented further.
 * @param trailing Characters that follow on the last line.
 */
export function printExpression(node: VerilogExpression, column: number, indent: number, trailing: number): string {
  const text = printFlat(node);
  if (column + text.length + trailing <= lineWidth) return text;
  const inner = indent + 2;
  const newline = `\n${' '.repeat(inner)}`;
  switch (node.kind) {
    case 'concat':
      return `{${fillLines(node.parts, inner)}\n${' '.repeat(indent)}}`;
    case 'ternary': {
      const condition = parenthesize(printFlat(node.condition), needsConditionParentheses(node.condition));
      const nested = node.whenTrue.kind === 'ternary';
      const whenTrue = parenthesize(printExpression(node.whenTrue, inner + 2, inner, 2), nested);
      return `${condition}${newline}? ${whenTrue}${newline}: ${printExpression(node.whenFalse, inner + 2, indent, trailing)}`;
    }
    case 'binary': {
      const open = operandNeedsParentheses(node.operator, node.left, 'left');
      const left = parenthesize(printExpression(node.left, column + (open ? 1 : 0), indent, open ? 1 : 0), open);
      const close = operandNeedsParentheses(node.operator, node.right, 'right');
      const start = inner + node.operator.length + 1 + (close ? 1 : 0);
      const right = parenthesize(printExpression(node.right, start, inner, trailing + (close ? 1 : 0)), close);
      return `${left}${newline}${node.operator} ${right}`;
    }
    case 'unary': {
      const open = !isPrimary(node.operand);
      return `${node.operator}${parenthesize(printExpression(node.operand, column + 2, indent, trailing + 1), open)}`;
    }
    case 'call':
      if (node.operands.length === 1) {
        return `${node.name}(${printExpression(node.operands[0]!, column + node.name.length + 1, indent, trailing + 1)})`;
      }
      return text;
    default:
      return text;
  }
}

/** Comma-separated parts, as many on a line as fit. */
function fillLines(parts: readonly VerilogExpression[], indent: number): string {
  let result = '';
  let used = lineWidth;
  for (const [index, part] of parts.entries()) {
    const comma = index === parts.length - 1 ? '' : ',';
    const text = printExpression(part, indent, indent, comma.length);
    if (used + 1 + text.length + comma.length > lineWidth || text.includes('\n')) {
      result += `\n${' '.repeat(indent)}${text}${comma}`;
      used = text.includes('\n') ? lineWidth : indent + text.length + comma.length;
    } else {
      result += ` ${text}${comma}`;
      used += 1 + text.length + comma.length;
    }
  }
  return result;
}
