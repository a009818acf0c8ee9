import { expect, test } from 'vitest';
import { argMaximum } from '../../../generators/arg-maximum.js';
import { bitsFor, emit } from '../../../src/hdl/index.js';
import { drawer } from '../../network/integer/random-network.js';
import { noStalls, runStreams } from './stream-bench.js';

test.each([
  [1, 3],
  [2, 1],
  [5, 3],
  [10, 20],
])('the index of the first largest of %i numbers of %i bits', (scores, scoreBits) => {
  const draw = drawer(scores);
  const rounds = 60;
  const limit = 2 ** (scoreBits - 1);
  const numbers = Array.from({ length: rounds * scores }, () => draw(-limit, limit - 1));
  const bench = {
    design: emit(argMaximum({ scores, scoreBits })),
    input: { name: 'input', field: 'score', bits: scoreBits },
    output: { name: 'output', field: 'label', bits: bitsFor(scores) },
    values: numbers.map((number) => number & (2 ** scoreBits - 1)),
    results: rounds,
  };
  const labels = Array.from({ length: rounds }, (_, round) => {
    const row = numbers.slice(round * scores, (round + 1) * scores);
    return row.indexOf(Math.max(...row));
  });
  for (const { beats } of runStreams(bench, [noStalls, { seed: 4, input: 90, output: 180 }])) {
    expect(beats.map(({ value }) => Number(value))).toEqual(labels);
  }
});
