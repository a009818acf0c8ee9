import { expect, test } from 'vitest';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import * as ir from './ir.js';

test('a chain of 20,000 wide operators is emitted in linear time and without a deep call stack', () => {
  const a = ir.signal('input', 'a', 4096);
  const out = ir.signal('output', 'out', 4096);
  let chain = ir.ref(a);
  for (let index = 0; index < 20_000; index++) chain = ir.binary(index % 2 === 0 ? 'add' : 'xor', chain, ir.ref(a));
  const start = performance.now();
  const [emitted] = emitDesign(ir.module('deep', { ports: [a, out], statements: [ir.assign(out, chain)] })).modules;
  expect(performance.now() - start).toBeLessThan(5000);
  expect(emitted!.text.match(/\^/g)).toHaveLength(10_000);
});
