import { describe, expect, test } from 'vitest';
import { checkDesign } from '../../../src/hdl/check/index.js';
import { expectFindings, expectSound } from './harness.js';
import {
  assign,
  assignBits,
  binary,
  clock,
  concat,
  constant,
  expression,
  input,
  instance,
  memory,
  module,
  mux,
  output,
  register,
  select,
  slice,
  switchOver,
  unary,
  when,
  wire,
} from './ir-builder.js';

describe('loops', () => {
  test('through two wires, with the path', () => {
    const [x, y] = [input('x', 4, 1), output('y', 4, 2)];
    const [a, b] = [wire('a', 4, 3), wire('b', 4, 4)];
    const top = module(
      [x, y, a, b],
      [assign(a, binary('xor', b, x), 10), assign(b, unary('not', a), 11), assign(y, a, 12)],
    );
    expectFindings(top, 'HDL0301@10: `a` depends on itself within one cycle');
    expect(checkDesign(top)[0]?.notes.map(({ message, locator }) => `${locator.line}: ${message}`)).toEqual([
      '10: `a[0]` depends on `b[0]`',
      '11: `b[0]` depends on `a[0]`',
    ]);
  });

  test('of some bits of a word', () => {
    const [x, y] = [input('x', 4, 1), output('y', 4, 2)];
    const a = wire('a', 4, 3);
    const top = module(
      [x, y, a],
      [
        assignBits(a, 1, 0, slice(x, 1, 0), 10),
        assignBits(a, 3, 2, binary('and', slice(a, 3, 2), slice(x, 3, 2)), 11),
        assign(y, a, 12),
      ],
    );
    expectFindings(top, 'HDL0301@11: bits 3:2 of `a` depend on themselves within one cycle');
  });

  test('through a condition', () => {
    const [x, y] = [input('x', 1, 1), output('y', 1, 2)];
    const a = wire('a', 1, 3, { default: 0n });
    expectFindings(
      module([x, y, a], [when(a, 10, [assign(a, x, 11)]), assign(y, a, 12)]),
      'HDL0301@11: `a` depends on itself within one cycle',
    );
  });

  test('through the subject of a switch', () => {
    const [x, y] = [input('x', 2, 1), output('y', 2, 2)];
    const a = wire('a', 2, 3);
    expectFindings(
      module([x, y, a], [switchOver(a, 10, [[[0], [assign(a, x, 11)], 11]], [assign(a, x, 12)]), assign(y, a, 13)]),
      'HDL0301@11: `a` depends on itself within one cycle',
    );
  });

  test('through a carry', () => {
    const [x, y] = [input('x', 4, 1), output('y', 4, 2)];
    const s = wire('s', 4, 3);
    // The top bit of the sum feeds its own bottom bit.
    const top = module(
      [x, y, s],
      [assign(s, binary('add', x, concat(constant(0, 3), slice(s, 3))), 10), assign(y, s, 11)],
    );
    // Only the top bit is on the loop: the others depend on it, and it depends on their carries, not on them.
    expectFindings(top, 'HDL0301@10: bit 3 of `s` depends on itself within one cycle');
  });

  test('through an asynchronous read, but not through a synchronous one', () => {
    const [clk, y] = [input('clk', 1, 1), output('y', 3, 2)];
    const data = wire('data', 3, 3);
    const words = Array.from({ length: 8 }, () => 0n);
    const read = { data, address: expression(data), locator: data.locator };
    const table = (ports: { domain?: ReturnType<typeof clock> }) =>
      memory('table', 3, 8, 4, { image: { kind: 'inline', words }, reads: [{ ...read, ...ports }] });
    const top = (ports: { domain?: ReturnType<typeof clock> }) =>
      module([clk, y, data], [assign(y, data, 10)], { memories: [table(ports)] });
    expectFindings(
      top({}),
      'HDL0403@1: input `clk` is never read',
      'HDL0301@3: `data` depends on itself within one cycle',
    );
    expectSound(top({ domain: clock(clk) }));
  });

  test('across the hierarchy, with the path inside the instance', () => {
    const [i, o] = [input('i', 4, 20), output('o', 4, 21)];
    const inverter = module([i, o], [assign(o, unary('not', i), 22)], { name: 'inverter' });
    const [x, y, a] = [input('x', 4, 1), output('y', 4, 2), wire('a', 4, 3)];
    const top = module([x, y, a], [assign(y, a, 10)], {
      instances: [instance(inverter, 11, { i: binary('or', a, x) }, { o: a })],
    });
    expectFindings(top, 'HDL0301@11: `a` depends on itself within one cycle');
    expect(checkDesign(top)[0]?.notes.map(({ message, locator }) => `${locator.line}: ${message}`)).toEqual([
      '11: `a[0]` depends on `u_inverter.o[0]`',
      '22: `u_inverter.o[0]` depends on `u_inverter.i[0]`',
      '11: `u_inverter.i[0]` depends on `a[0]`',
    ]);
  });

  test('inside an instance are found once, in its module', () => {
    const [i, o, a] = [input('i', 1, 20), output('o', 1, 21), wire('a', 1, 22)];
    const inner = module([i, o, a], [assign(a, binary('and', a, i), 23), assign(o, a, 24)], { name: 'inner' });
    const [x, y, z] = [input('x', 1, 1), output('y', 1, 2), output('z', 1, 3)];
    const top = module([x, y, z], [], {
      instances: [instance(inner, 11, { i: x }, { o: y }), instance(inner, 12, { i: x }, { o: z })],
    });
    expectFindings(top, 'HDL0301@23: `a` depends on itself within one cycle');
  });

  test('are exempt by a tag on any signal of the path', () => {
    const [x, y, a] = [input('x', 1, 1), output('y', 1, 2), wire('a', 1, 3, { tags: ['combinationalLoop'] })];
    expectSound(module([x, y, a], [assign(a, binary('and', a, x), 10), assign(y, a, 11)]));
  });
});

describe('no loops', () => {
  test('a chain within one word', () => {
    const [x, y, a] = [input('x', 1, 1), output('y', 8, 2), wire('a', 8, 3)];
    const chain = Array.from({ length: 7 }, (_, bit) => assignBits(a, bit + 1, bit + 1, slice(a, bit), 11));
    expectSound(module([x, y, a], [assignBits(a, 0, 0, x, 10), ...chain, assign(y, a, 12)]));
  });

  test('a ripple of carries from low to high', () => {
    const [x, y, a] = [input('x', 4, 1), output('y', 8, 2), wire('a', 8, 3)];
    const upper = binary('add', slice(a, 3, 0), x);
    expectSound(module([x, y, a], [assignBits(a, 3, 0, x, 10), assignBits(a, 7, 4, upper, 11), assign(y, a, 12)]));
    const sum = wire('sum', 8, 4);
    // Bits 7:4 of an addend come from bits 3:0 of the sum: carries never run down.
    const addend = concat(slice(sum, 3, 0), x);
    expectSound(module([x, y, sum], [assign(sum, binary('add', addend, concat(x, x)), 10), assign(y, sum, 11)]));
  });

  test('a register on the path', () => {
    const [clk, y] = [input('clk', 1, 1), output('y', 4, 2)];
    const [count, next] = [register('count', 4, 3, clock(clk), { reset: 0n }), wire('next', 4, 4)];
    expectSound(
      module(
        [clk, y, count, next],
        [assign(next, binary('add', count, constant(1, 4)), 10), assign(count, next, 11), assign(y, count, 12)],
      ),
    );
  });

  test('an instance whose outputs do not depend on that input', () => {
    const ports = [input('a', 1, 20), input('b', 1, 21), output('p', 1, 22), output('q', 1, 23)] as const;
    const [a, b, p, q] = ports;
    const pair = module([...ports], [assign(p, a, 24), assign(q, b, 25)], { name: 'pair' });
    const [x, y, middle] = [input('x', 1, 1), output('y', 1, 2), wire('middle', 1, 3)];
    expectSound(
      module([x, y, middle], [], { instances: [instance(pair, 10, { a: x, b: middle }, { p: middle, q: y })] }),
    );
  });

  test('an instance that passes bits to other bits of one port', () => {
    const [i, o] = [input('i', 2, 20), output('o', 2, 21)];
    const pass = module([i, o], [assign(o, i, 22)], { name: 'pass' });
    const [x, y, w] = [input('x', 1, 1), output('y', 1, 2), wire('w', 2, 3)];
    expectSound(
      module([x, y, w], [assign(y, slice(w, 1), 10)], {
        instances: [instance(pass, 11, { i: concat(slice(w, 0), x) }, { o: w })],
      }),
    );
  });

  test('elements of one word selected by another', () => {
    const [x, y, a] = [input('x', 1, 1), output('y', 1, 2), wire('a', 4, 3)];
    const statements = [
      assignBits(a, 1, 0, concat(x, x), 10),
      assignBits(a, 3, 2, concat(select(slice(a, 1, 0), x, 1), mux(slice(a, 0), x, slice(a, 1))), 11),
      assign(y, unary('reduceXor', a), 12),
    ];
    expectSound(module([x, y, a], statements));
  });
});
