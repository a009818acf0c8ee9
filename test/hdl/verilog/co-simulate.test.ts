import { expect, test } from 'vitest';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import { differences, simulators } from './co-simulate.js';
import * as ir from './ir.js';

test('a value that is not the wanted one is named, with its cycle and both values', async () => {
  const [addend, output] = [ir.signal('input', 'addend', 65), ir.signal('output', 'total', 65)];
  const sum = ir.signal('register', 'sum', 65, { reset: 1n, domain: ir.domain });
  const top = ir.module('accumulator', {
    ports: [ir.clk, ir.rst, addend, output],
    signals: [sum],
    statements: [ir.assign(sum, ir.binary('add', ir.ref(sum), ir.ref(addend))), ir.assign(output, ir.ref(sum))],
  });
  const addends = [5n, 1n << 64n, 0n];
  const pokes = addends.map(
    (value, cycle) => new Map([ir.rst, addend].map((p) => [p, p === addend ? value : BigInt(cycle === 0)])),
  );
  const [, inIcarus] = simulators[0]!;
  const seen = await inIcarus({ top, design: emitDesign(top), pokes });

  expect(differences(top, seen, [[1n], [1n], [(1n << 64n) + 1n]])).toEqual([]);
  expect(differences(top, seen, [[1n], [1n], [1n << 64n]])).toEqual([
    'total in cycle 2: 10000000000000001 is not 10000000000000000',
  ]);
  expect(differences(top, seen.slice(1), [[1n], [1n], [(1n << 64n) + 1n]])).toHaveLength(2);
});
