import { describe, expect, test } from 'vitest';
import { valueFifo } from '../../../generators/value-fifo.js';
import { emit } from '../../../src/hdl/index.js';
import { drawer } from '../../network/integer/random-network.js';
import { noStalls, runStreams } from './stream-bench.js';

describe.each([
  [4, 1],
  [4, 8],
  [16, 5],
])('a queue of %i values of %i bits', (depth, valueBits) => {
  const draw = drawer(depth * 31 + valueBits);
  const values = Array.from({ length: 200 }, () => draw(0, 2 ** valueBits - 1));
  const bench = {
    design: emit(valueFifo({ valueBits, depth })),
    input: { name: 'input', field: 'value', bits: valueBits },
    output: { name: 'output', field: 'value', bits: valueBits },
    values,
    results: values.length,
  };

  test('keeps the order, whatever stalls', () => {
    const runs = [
      { seed: 1, input: 128, output: 128 },
      { seed: 2, input: 0, output: 200 },
      { seed: 3, input: 200, output: 0 },
    ];
    for (const { beats } of runStreams(bench, runs)) expect(beats.map(({ value }) => Number(value))).toEqual(values);
  });

  test('passes one value each cycle, two cycles late', () => {
    const [outcome] = runStreams(bench, [noStalls]);
    expect(outcome!.beats.map(({ cycle }) => cycle)).toEqual(values.map((_, index) => index + 2));
  });
});
