import { expect, test } from 'vitest';
import type { VerilogBinaryOperator, VerilogExpression } from '../../../src/hdl/verilog/ast.js';
import { binary, call, concat, name, number, ternary, unary } from '../../../src/hdl/verilog/build-expression.js';
import { lineWidth, printExpression, printFlat } from '../../../src/hdl/verilog/print-expression.js';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name) as [
  VerilogExpression,
  VerilogExpression,
  VerilogExpression,
  VerilogExpression,
];
const op = (operator: VerilogBinaryOperator, left: VerilogExpression, right: VerilogExpression) =>
  binary(operator, left, right);

test.each([
  ['a - (b - c)', op('-', a, op('-', b, c))],
  ['a - b - c', op('-', op('-', a, b), c)],
  ['a + b * c', op('+', a, op('*', b, c))],
  ['(a + b) * c', op('*', op('+', a, b), c)],
  ['a - (b + c)', op('-', a, op('+', b, c))],
  ['a & b & c', op('&', op('&', a, b), c)],
  ['(a & b) | (c & d)', op('|', op('&', a, b), op('&', c, d))],
  ['(a == b) & (c == d)', op('&', op('==', a, b), op('==', c, d))],
  ['(a == b) == c', op('==', op('==', a, b), c)],
  ['(a << b) << c', op('<<', op('<<', a, b), c)],
  ['a + b == c', op('==', op('+', a, b), c)],
  ['a & ~b', op('&', a, unary('~', b))],
  ['a & (&b)', op('&', a, unary('&', b))],
  ['~(&a)', unary('~', unary('&', a))],
  ['a - (-b)', op('-', a, unary('-', b))],
  ["a - (-8'sd3)", op('-', a, number(8, 253n, true))],
  ['(a | b) ? c : d', ternary(op('|', a, b), c, d)],
  ['a ? (b ? c : d) : c', ternary(a, ternary(b, c, d), c)],
  ['a ? b : c ? d : a', ternary(a, b, ternary(c, d, a))],
  ['(a ? b : c) + d', op('+', ternary(a, b, c), d)],
  ['$signed(a + b) >>> c', op('>>>', call('$signed', op('+', a, b)), c)],
  ['{a, b, c}', concat([concat([a, b]), c])],
])('%s', (text, expression) => {
  expect(printFlat(expression)).toBe(text);
});

test.each([
  ["1'b1", 1, 1n, false],
  ["8'd12", 8, 12n, false],
  ["24'sd0", 24, 0n, true],
  ["-8'sd1", 8, 255n, true],
  ["8'sh80", 8, 128n, true],
  ["32'hdeadbeef", 32, 0xdeadbeefn, false],
])('the literal %s', (text, width, value, signed) => {
  expect(printFlat(number(width, value, signed))).toBe(text);
});

test('a literal too wide for a line is put together from parts', () => {
  expect(printFlat(number(512, 1n << 511n))).toBe(`{256'h8${'0'.repeat(63)}, 256'd0}`);
});

test('long expressions are broken into lines that fit', () => {
  const long = Array.from({ length: 60 }, (_, index) => name(`operand_${index}`));
  const sum = long.reduce((left, right) => op('+', left, right));
  for (const expression of [concat(long), sum, ternary(a, sum, concat(long))]) {
    const lines = printExpression(expression, 12, 2, 1).split('\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(lineWidth);
  }
});

test('a node that the printer does not know is refused', () => {
  expect(() => printFlat({ kind: 'mystery' } as unknown as VerilogExpression)).toThrow(/does not know/);
});
