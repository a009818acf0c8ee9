import { describe, expect, test } from 'vitest';
import { IrError, verifyIr } from '../../../src/hdl/check/index.js';
import type { ExpressionIr } from '../../../src/hdl/ir.js';
import { assign, binary, concat, expression, input, module, mux, output, resize, slice, unary } from './ir-builder.js';

const x = input('x', 4, 1);
const s = input('s', 4, 2, { signed: true });
const c = input('c', 1, 3);

function using(value: ExpressionIr): () => void {
  const y = output('y', value.width, 4);
  return () => verifyIr(module([x, s, c, y], [assign(y, value, 10)]));
}

describe('every expression follows the width and sign rules', () => {
  const legal: ExpressionIr[] = [
    binary('add', x, x),
    binary('multiply', s, s),
    binary('less', s, s),
    binary('shiftRight', s, c),
    unary('reduceAnd', s),
    mux(c, x, x),
    concat(x, s, c),
    slice(x, 3, 1),
  ];
  test.each(legal.map((node) => [node.kind, node] as const))('%s', (_, node) => {
    expect(using(node)).not.toThrow();
    expect(using({ ...node, width: node.width + 100 })).toThrow(IrError);
  });

  test('an extension may have any width', () => {
    expect(using(resize(s, 9))).not.toThrow();
    expect(using({ ...resize(s, 9), signed: false })).toThrow('resize: it keeps the sign');
  });

  test('operands that do not go together', () => {
    expect(using(binary('add', x, s))).toThrow('binary: add has one width and one sign');
    expect(using(binary('equal', x, c))).toThrow('one width');
    expect(using(mux(x, x, x))).toThrow('the condition has one bit');
    expect(using(slice(x, 4, 1))).toThrow('the bits lie in the operand');
    expect(using({ ...expression(x), kind: 'constant', value: 16n })).toThrow('the bit pattern fits');
  });
});

test('a signal of another module and a value of another width', () => {
  const y = output('y', 4, 4);
  expect(() => verifyIr(module([y], [assign(y, x, 10)]))).toThrow('a reference is to a signal of its module');
  expect(() => verifyIr(module([c, y], [assign(y, c, 10)]))).toThrow('a value has the width of its target');
});
