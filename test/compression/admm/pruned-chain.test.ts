import { expect, test } from 'vitest';
import { digitNetwork } from '../../../examples/digits/network.js';
import {
  expandParameters,
  keptWeights,
  layerMatrices,
  unprunedChain,
  withoutDeadFilters,
} from '../../../src/compression/admm/pruned-chain.js';
import { masksOf, projectChain } from '../../../src/compression/admm/project-chain.js';
import { randomParameters } from '../../../src/compression/training/index.js';
import { digits, scoresOf } from './digits.js';

const few = { ...digits, count: 64 };

/** Random weights, projected; biases are 0, so that a filter without weights gives 0. */
function projected(targets: Parameters<typeof projectChain>[3]) {
  const whole = unprunedChain(digitNetwork, randomParameters(digitNetwork, 9));
  const layers = layerMatrices(digitNetwork);
  const weights = new Map(layers.map(({ name }) => [name, whole.parameters.get(`${name}.weight`)!]));
  const result = projectChain(digitNetwork, weights, whole.masks, targets);
  const parameters = new Map(whole.parameters);
  for (const [name, values] of result) parameters.set(`${name}.weight`, values);
  return { ...whole, parameters, masks: masksOf(result) };
}

test('a layer matrix has a block of columns for each channel that it reads', () => {
  expect(layerMatrices(digitNetwork)).toEqual([
    { name: 'conv1', rows: 6, columns: 9, block: 9, positions: 256 },
    { name: 'conv2', rows: 12, columns: 54, block: 9, positions: 36 },
    { name: 'classes', rows: 10, columns: 108, block: 9, positions: 1 },
  ]);
});

test('filters that are pruned or that nothing reads are taken out, and the scores stay', async () => {
  const pruned = projected(
    new Map([
      ['conv1', { kind: 'filter', keep: 4 }],
      ['conv2', { kind: 'filterAndShape', filters: 7, columns: 11 }],
      ['classes', { kind: 'channel', keep: 5, kernel: 9 }],
    ]),
  );
  const small = withoutDeadFilters(pruned);
  const sizes = layerMatrices(small.chain).map(({ rows, columns }) => [rows, columns]);
  // The columns kept of conv2 may leave some of the four channels unread.
  expect(sizes[0]![0]).toBeLessThanOrEqual(4);
  expect(sizes[1]).toEqual([5, sizes[0]![0]! * 9]);
  expect(sizes[2]).toEqual([10, 45]);
  expect(keptWeights(small.masks)).toBeLessThan(keptWeights(pruned.masks));
  const expected = await scoresOf(pruned.chain, pruned.parameters, few);
  const scores = await scoresOf(small.chain, small.parameters, few);
  scores.forEach((score, index) => expect(score).toBeCloseTo(expected[index]!, 4));
  const expanded = await scoresOf(digitNetwork, expandParameters(small), few);
  expanded.forEach((score, index) => expect(score).toBeCloseTo(expected[index]!, 4));
});

test('a column of a pruned channel is not kept', () => {
  const pruned = projected(
    new Map([
      ['conv1', { kind: 'filter', keep: 2 }],
      ['conv2', { kind: 'shape', keep: 18 }],
    ]),
  );
  const dead = Array.from({ length: 6 }, (_, filter) => filter).filter((filter) =>
    pruned.masks
      .get('conv1')!
      .subarray(filter * 9, filter * 9 + 9)
      .every((entry) => entry === 0),
  );
  expect(dead).toHaveLength(4);
  const mask = pruned.masks.get('conv2')!;
  const used = new Set(
    [...mask.keys()].filter((index) => mask[index] === 1).map((index) => Math.floor((index % 54) / 9)),
  );
  expect(dead.filter((filter) => used.has(filter))).toEqual([]);
  expect(mask.reduce((a, b) => a + b, 0)).toBe(12 * 18);
});
