import { describe, expect, test } from 'vitest';
import { checkDesign } from '../../../src/hdl/check/index.js';
import { expectFindings, expectSound } from './harness.js';
import {
  assign,
  assignBits,
  clock,
  constant,
  expression,
  input,
  instance,
  memory,
  module,
  output,
  register,
  slice,
  switchOver,
  when,
} from './ir-builder.js';

const x = input('x', 8, 1);
const c = input('c', 1, 2);
const y = output('y', 8, 3);

/** A module that reads both inputs, so that only the drivers of `y` are in question. */
function driving(...statements: Parameters<typeof module>[1]) {
  const z = output('z', 8, 4);
  return module([x, c, y, z], [when(c, 5, [assign(z, x, 6)], [assign(z, constant(0, 8), 7)]), ...statements]);
}

const [i, o] = [input('i', 8, 30), output('o', 8, 31)];
const pass = module([i, o], [assign(o, i, 32)], { name: 'pass' });

describe('undriven', () => {
  test('an output that nothing drives', () => {
    expectFindings(driving(), 'HDL0201@3: nothing drives `y`');
  });

  test('bits that nothing drives, as merged ranges', () => {
    expectFindings(
      driving(assignBits(y, 3, 2, slice(x, 1, 0), 10), assignBits(y, 1, 1, slice(x, 0), 11)),
      'HDL0202@3: nothing drives bits 7:4, 0 of `y`, which has 8 bits',
    );
  });

  test('a register without reset that nothing assigns', () => {
    const r = register('r', 8, 5, clock(c));
    const top = module([c, y, r], [assign(y, r, 10)]);
    expectFindings(top, 'HDL0201@5: nothing drives `r`');
  });

  test('not: a default, a reset value, parts that make the whole, an instance, a tag', () => {
    expectSound(driving(assignBits(y, 7, 4, slice(x, 3, 0), 10), assignBits(y, 3, 0, slice(x, 3, 0), 11)));
    const byDefault = output('d', 8, 5, { default: 3n });
    const still = register('r', 8, 6, clock(c), { reset: 1n });
    const open = output('open', 8, 7, { tags: ['undriven'] });
    const z = output('z', 8, 8);
    expectSound(
      module([x, c, y, z, byDefault, still, open], [assign(z, still, 9)], {
        instances: [instance(pass, 10, { i: x }, { o: y })],
      }),
    );
  });
});

describe('several drivers', () => {
  test('two unconditional assignments of the same bits', () => {
    const top = driving(assignBits(y, 7, 2, slice(x, 5, 0), 10), assignBits(y, 3, 0, slice(x, 3, 0), 11));
    expectFindings(top, 'HDL0203@11: bits 3:2 of `y` are already assigned under the same conditions');
    expect(checkDesign(top)[0]?.notes.map(({ locator }) => locator.line)).toEqual([10]);
  });

  test('two assignments in one branch', () => {
    expectFindings(
      driving(assign(y, x, 10), when(c, 11, [assign(y, x, 12), assign(y, constant(1, 8), 13)])),
      'HDL0203@13: `y` is already assigned under the same conditions',
    );
  });

  test('an unconditional assignment after a conditional one', () => {
    const top = driving(when(c, 10, [assign(y, x, 11)]), assign(y, constant(0, 8), 12));
    expectFindings(top, 'HDL0204@12: this always replaces the conditional assignment of `y` before it');
    expect(checkDesign(top)[0]?.notes).toMatchObject([
      { message: 'this assignment never takes effect', locator: { line: 11 } },
    ]);
  });

  test('a statement and an instance', () => {
    const top = module([x, y], [assignBits(y, 0, 0, slice(x, 0), 11)], {
      instances: [instance(pass, 10, { i: x }, { o: y })],
    });
    expectFindings(top, 'HDL0203@11: bit 0 of `y` is assigned here and driven by output `o` of `u_pass`');
  });

  test('two instances', () => {
    const top = module([x, y], [], {
      instances: [
        instance(pass, 10, { i: x }, { o: y }, { name: 'first' }),
        instance(pass, 11, { i: x }, { o: y }, { name: 'second' }),
      ],
    });
    expectFindings(top, 'HDL0203@11: `y` is driven by output `o` of `second` and by output `o` of `first`');
  });

  test('a memory and a statement', () => {
    const words = Array.from({ length: 256 }, () => 0n);
    const rom = memory('rom', 8, 256, 9, {
      image: { kind: 'inline', words },
      reads: [{ data: y, address: expression(x), locator: y.locator }],
    });
    expectFindings(
      module([x, y], [assign(y, x, 11)], { memories: [rom] }),
      'HDL0203@11: `y` is assigned here and driven by a read port of memory `rom`',
    );
  });

  test('an input that is assigned, or driven by an instance', () => {
    expectFindings(
      driving(assign(y, x, 10), assign(x, constant(0, 8), 11)),
      'HDL0205@11: `x` is an input of this module and cannot be driven from inside',
    );
    expectFindings(
      module([x, y], [assign(y, x, 10)], { instances: [instance(pass, 11, { i: x }, { o: x })] }),
      'HDL0205@11: `x` is an input of this module and cannot be driven from inside',
    );
  });

  test('not: a default and exceptions, disjoint bits, branches of one choice', () => {
    expectSound(driving(assign(y, x, 10), when(c, 11, [assign(y, constant(0, 8), 12)])));
    expectSound(driving(assign(y, x, 10), when(c, 11, [assign(y, x, 12)], [assign(y, constant(0, 8), 13)])));
    expectSound(
      driving(
        assign(y, x, 10),
        switchOver(x, 11, [[[1, 2], [assign(y, constant(0, 8), 12)], 12]]),
        when(c, 13, [assignBits(y, 0, 0, c, 14)]),
      ),
    );
  });
});

describe('latch', () => {
  test('an if without otherwise', () => {
    expectFindings(
      driving(when(c, 10, [assign(y, x, 11)])),
      'HDL0206@10: `y` has no value when this condition is false',
    );
  });

  test('one branch of a nested choice, told at the inner one', () => {
    expectFindings(
      driving(when(c, 10, [assign(y, x, 11)], [when(slice(x, 0), 12, [], [assignBits(y, 7, 0, x, 13)])])),
      'HDL0206@12: `y` has no value when this condition is true',
    );
  });

  test('some bits only', () => {
    expectFindings(
      driving(
        assignBits(y, 3, 0, slice(x, 3, 0), 9),
        when(c, 10, [assignBits(y, 7, 4, slice(x, 3, 0), 11)], [assignBits(y, 5, 4, slice(x, 1, 0), 12)]),
      ),
      'HDL0206@10: bits 7:6 of `y` have no value when this condition is false',
    );
  });

  test('a switch that lacks values', () => {
    expectFindings(
      driving(switchOver(slice(x, 1, 0), 10, [[[0, 1, 2], [assign(y, x, 12)], 11]])),
      'HDL0206@10: `y` has no value when the subject has a value without a case',
    );
    expectFindings(
      driving(switchOver(slice(x, 1, 0), 10, [[[0, 1], [], 11]], [assign(y, x, 12)])),
      'HDL0206@11: `y` has no value when the subject is 0, 1',
    );
  });

  test('not: a register, a default, all values of the subject', () => {
    const clk = input('clk', 1, 5);
    const r = register('r', 8, 6, clock(clk));
    expectSound(module([clk, x, c, y, r], [when(c, 10, [assign(r, x, 11)]), assign(y, r, 12)]));
    const d = output('d', 8, 5, { default: 0n });
    expectSound(module([x, c, d], [when(c, 10, [assign(d, x, 11)])]));
    expectSound(
      driving(
        switchOver(slice(x, 1, 0), 10, [
          [[0, 1], [assign(y, x, 12)], 11],
          [[2, 3], [assign(y, constant(0, 8), 13)], 13],
        ]),
      ),
    );
    const tagged = output('t', 8, 5, { tags: ['latch'] });
    expectSound(module([x, c, tagged], [when(c, 10, [assign(tagged, x, 11)])]));
  });
});
