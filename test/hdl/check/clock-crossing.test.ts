import { describe, expect, test } from 'vitest';
import { checkDesign } from '../../../src/hdl/check/index.js';
import type { SignalIr } from '../../../src/hdl/ir.js';
import { expectFindings, expectSound } from './harness.js';
import {
  assertion,
  assign,
  clock,
  expression,
  input,
  instance,
  memory,
  module,
  output,
  register,
  unary,
  wire,
} from './ir-builder.js';

const [ca, cb, x, y] = [input('clk_a', 1, 1), input('clk_b', 1, 2), input('x', 4, 3), output('y', 4, 4)];

function twoRegisters(sourceTags: string[] = [], destinationTags: string[] = []) {
  const a = register('a', 4, 5, clock(ca), { tags: sourceTags });
  const b = register('b', 4, 6, clock(cb), { tags: destinationTags });
  const w = wire('w', 4, 7);
  return module(
    [ca, cb, x, y, a, b, w],
    [assign(a, x, 10), assign(w, unary('not', a), 11), assign(b, w, 12), assign(y, b, 13)],
  );
}

/** A register between its ports, of the clock `clk`. */
function stage() {
  const [clk, d, q] = [input('clk', 1, 30), input('d', 4, 31), output('q', 4, 32)];
  const r = register('r', 4, 33, clock(clk));
  return module([clk, d, q, r], [assign(r, d, 34), assign(q, r, 35)], { name: 'stage' });
}

describe('clock crossing', () => {
  test('between registers, through a wire', () => {
    expectFindings(twoRegisters(), 'HDL0302@12: register `b` (clock `clk_b`) samples register `a` (clock `clk_a`)');
    expect(checkDesign(twoRegisters())[0]?.notes).toMatchObject([{ locator: { line: 5 } }]);
  });

  test('not with a tag at either end', () => {
    expectSound(twoRegisters(['clockCrossing']));
    expectSound(twoRegisters([], ['HDL0302']));
  });

  test('between instances', () => {
    const w = wire('w', 4, 5);
    const part = stage();
    const chain = (second: SignalIr) =>
      module(second === ca ? [ca, x, y, w] : [ca, cb, x, y, w], [], {
        instances: [
          instance(part, 10, { clk: ca, d: x }, { q: w }, { name: 'first' }),
          instance(part, 11, { clk: second, d: w }, { q: y }, { name: 'second' }),
        ],
      });
    expectFindings(
      chain(cb),
      'HDL0302@11: input `d` of `second` (clock `clk`) samples output `q` of `first` (clock `clk`)',
    );
    expectSound(chain(ca));
  });

  test('not where one clock has two names', () => {
    const alias = wire('alias', 1, 5);
    const a = register('a', 4, 7, clock(ca));
    expectSound(
      module([ca, x, y, alias, a], [assign(alias, ca, 10), assign(a, x, 11)], {
        instances: [instance(stage(), 12, { clk: alias, d: a }, { q: y })],
      }),
    );
  });

  test('not between two edges of one clock', () => {
    const a = register('a', 4, 5, clock(ca));
    const b = register('b', 4, 6, { clock: ca, edge: 'falling' });
    expectSound(module([ca, x, y, a, b], [assign(a, x, 10), assign(b, a, 11), assign(y, b, 12)]));
  });

  test('into a memory and an assertion', () => {
    const a = register('a', 4, 5, clock(ca));
    const data = wire('data', 4, 6);
    const table = memory('table', 4, 16, 7, {
      image: { kind: 'inline', words: Array.from({ length: 16 }, () => 0n) },
      reads: [{ data, address: expression(a), domain: clock(cb), locator: data.locator }],
    });
    expectFindings(
      module(
        [ca, cb, x, y, a, data],
        [assign(a, x, 10), assertion(unary('reduceOr', a), clock(cb), 11), assign(y, data, 12)],
        { memories: [table] },
      ),
      'HDL0302@6: a memory read port of `table` (clock `clk_b`) samples register `a` (clock `clk_a`)',
      'HDL0302@11: an assertion (clock `clk_b`) samples register `a` (clock `clk_a`)',
    );
  });
});
