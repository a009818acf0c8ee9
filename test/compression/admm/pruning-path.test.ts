import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digitNetwork } from '../../../examples/digits/network.js';
import { layerMatrices, unprunedChain } from '../../../src/compression/admm/pruned-chain.js';
import { projectChain } from '../../../src/compression/admm/project-chain.js';
import { type Pattern, pointWithin, pruningPath, weightsOf } from '../../../src/compression/admm/pruning-path.js';
import { randomParameters } from '../../../src/compression/training/index.js';
import { digitWeights } from './digits.js';

const matrices = layerMatrices(digitNetwork);
const whole = unprunedChain(digitNetwork, randomParameters(digitNetwork, 3));
const weights = new Map(matrices.map(({ name }) => [name, whole.parameters.get(`${name}.weight`)!]));
const importance = {
  weights: new Map([...weights].map(([name, values]) => [name, values.map((value) => value * value)])),
};
const block = { rows: 4, columns: 9 };

describe.each<Pattern>(['unstructured', 'filter', 'shape', 'structured', 'channel', 'block'])('%s', (pattern) => {
  const path = pruningPath(matrices, importance, { pattern, cost: 'cells', ...(pattern === 'block' && { block }) });

  test('begins with the whole network and shrinks at every step', () => {
    expect(weightsOf(path.at(0))).toBe(digitWeights);
    let before = Infinity;
    for (let step = 0; step < path.length; step++) {
      const now = weightsOf(path.at(step));
      expect(now).toBeLessThan(before);
      before = now;
    }
  });

  test('the first point within a budget is within it, and projections meet its targets', () => {
    const smallest = weightsOf(path.at(path.length - 1));
    fc.assert(
      fc.property(fc.integer({ min: smallest, max: digitWeights }), (budget) => {
        const point = pointWithin(path, weightsOf, budget, 'test');
        expect(weightsOf(point)).toBeLessThanOrEqual(budget);
        const result = projectChain(digitNetwork, weights, whole.masks, point.targets);
        for (const { name } of matrices) {
          const kept = result.get(name)!.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
          expect(kept).toBeGreaterThan(0);
          expect(kept).toBeLessThanOrEqual(point.sizes.get(name)!.weights);
        }
      }),
      { numRuns: 30 },
    );
    expect(() => pointWithin(path, weightsOf, smallest - 1, 'pruning')).toThrow(
      `pruning: the budget is ${smallest - 1}, but the smallest network of this pattern costs ${smallest}`,
    );
  });
});

test('where work counts, convolutions shrink before fully connected layers', () => {
  const kept = (cost: 'cells' | 'work', layer: string): number => {
    const path = pruningPath(matrices, importance, { pattern: 'structured', cost });
    return pointWithin(path, weightsOf, digitWeights / 2, 'test').sizes.get(layer)!.weights;
  };
  expect(kept('work', 'conv1')).toBeLessThan(kept('cells', 'conv1'));
  expect(kept('work', 'classes')).toBeGreaterThan(kept('cells', 'classes'));
});
