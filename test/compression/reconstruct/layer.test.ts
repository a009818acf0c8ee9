import { describe, expect, test } from 'vitest';
import { keptMask, matrixOf, projectionOf, projectToLevels } from '../../../src/compression/projections/index.js';
import { fitLevels } from '../../../src/compression/reconstruct/fit-levels.js';
import { layerObjective, objectiveValue } from '../../../src/compression/reconstruct/layer-objective.js';
import { pruneLayer } from '../../../src/compression/reconstruct/prune-layer.js';
import { refit } from '../../../src/compression/reconstruct/refit.js';
import { SeededRandom } from '../../../src/compression/training/seeded-random.js';
import { StatisticsCollector } from '../../../src/network/quantize/statistics.js';
import { subsets } from '../projections/matrices.js';
import { dataError, layerData } from './layer-data.js';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

/** Masks of one layer: columns in common, single weights, and a filter that keeps nothing. */
const masks = (taps: number, filters: number, seed: number): Float32Array[] => {
  const random = new SeededRandom(seed);
  const columns = Array.from({ length: taps }, () => (random.next() < 0.6 ? 1 : 0));
  const single = Float32Array.from({ length: taps * filters }, () => (random.next() < 0.5 ? 1 : 0));
  return [
    Float32Array.from({ length: taps * filters }, (_, index) => columns[index % taps]!),
    single,
    single.map((bit, index) => (index < taps ? 0 : bit)),
  ];
};

describe('the objective', () => {
  test.each([1, 2])('differs from the error on the windows by a constant (%d groups)', (groups) => {
    const data = layerData(4, 5, 4, groups);
    const random = new SeededRandom(9);
    const offset = dataError(data, data.dense) - objectiveValue(data.objective, data.dense);
    for (let time = 0; time < 20; time++) {
      const weights = Float32Array.from(data.dense, () => random.between(-1, 1));
      const error = dataError(data, weights);
      expect(objectiveValue(data.objective, weights) + offset).toBeCloseTo(error, 4);
    }
  });

  test('holds the dense weights where inputs never vary', () => {
    const collector = new StatisticsCollector(2, 1);
    for (let window = 0; window < 3; window++) collector.add(Float32Array.of(1, 0), 0, Float32Array.of(3), 0, 1);
    const dense = Float32Array.of(0.5, -2);
    const objective = layerObjective([collector.statistics()], dense, 0.1);
    expect([...refit(objective, Float32Array.of(1, 1))]).toEqual([0.5, -2]);
  });
});

describe('refitting', () => {
  test.each([1, 2])('keeps to the mask, and no other weights on it have less error (%d groups)', (groups) => {
    for (const seed of seeds) {
      const { taps, filters, objective } = layerData(seed, 6, 4, groups);
      const random = new SeededRandom(seed);
      for (const mask of masks(taps, filters, seed)) {
        const weights = refit(objective, mask);
        const least = objectiveValue(objective, weights);
        weights.forEach((weight, index) => {
          if (mask[index] === 0) expect(weight).toBe(0);
        });
        for (let time = 0; time < 10; time++) {
          const other = weights.map((weight, index) => weight + mask[index]! * random.between(-0.05, 0.05));
          expect(objectiveValue(objective, other)).toBeGreaterThanOrEqual(least - 1e-6 * Math.abs(least));
        }
      }
    }
  });
});

describe('pruning a layer', () => {
  const descriptions = [
    { kind: 'unstructured', keep: 12 },
    { kind: 'shape', keep: 3 },
    { kind: 'filter', keep: 2 },
    { kind: 'block', rows: 2, columns: 3, keep: 2 },
  ] as const;

  test.each(descriptions)('meets $kind, with no more error than refitting what projection keeps', (description) => {
    const project = projectionOf(description);
    let better = 0;
    for (const seed of seeds) {
      for (const groups of [1, 2]) {
        const { dense, filters, objective } = layerData(seed, 6, 4, groups);
        const matrix = matrixOf(dense, filters);
        const weights = pruneLayer(objective, matrix, project);
        expect(project({ ...matrix, values: weights }).values).toEqual(weights);
        const plain = objectiveValue(objective, refit(objective, keptMask(project(matrix))));
        const found = objectiveValue(objective, weights);
        expect(found).toBeLessThanOrEqual(plain);
        if (found < plain - 1e-6 * Math.abs(plain)) better++;
      }
    }
    expect(better).toBeGreaterThan(15);
  });

  test('mostly finds the best of all supports', () => {
    let best = 0;
    let bestOfMagnitudes = 0;
    for (const seed of seeds) {
      const { dense, taps, objective } = layerData(seed, 8, 1);
      const error = (mask: Float32Array): number => objectiveValue(objective, refit(objective, mask));
      const all = subsets(taps, 3).map((kept) => error(Float32Array.from({ length: taps }, (_, t) => +kept.has(t))));
      const least = Math.min(...all) + 1e-9 * Math.abs(Math.min(...all));
      const project = projectionOf({ kind: 'unstructured', keep: 3 });
      const matrix = matrixOf(dense, 1);
      if (objectiveValue(objective, pruneLayer(objective, matrix, project)) <= least) best++;
      if (error(keptMask(project(matrix))) <= least) bestOfMagnitudes++;
    }
    expect(best).toBeGreaterThan(12);
    expect(best).toBeGreaterThan(2 * bestOfMagnitudes);
  });
});

describe('levels', () => {
  test.each([
    ['equidistant', 'layer'],
    ['equidistant', 'filter'],
    ['powersOfTwo', 'layer'],
    ['powersOfTwo', 'filter'],
  ] as const)('%s a %s: zeros stay, and the error is mostly less than that of the nearest weights', (spacing, per) => {
    const levels = { kind: 'levels', bits: 3, spacing, per } as const;
    const allowed = spacing === 'equidistant' ? [0, 1, 2, 3] : [0, 1, 2, 4];
    let better = 0;
    for (const seed of seeds) {
      const { taps, filters, objective } = layerData(seed, 6, 4, seed % 2 === 0 ? 2 : 1);
      const mask = masks(taps, filters, seed)[1]!;
      const pruned = refit(objective, mask);
      const { weights, scales } = fitLevels(objective, pruned, levels);
      expect(scales.length).toBe(per === 'layer' ? 1 : filters);
      weights.forEach((weight, index) => {
        if (mask[index] === 0) expect(weight).toBe(0);
        const scale = scales[per === 'layer' ? 0 : Math.floor(index / taps)]!;
        expect(allowed.some((level) => Math.fround(level * scale) === Math.abs(weight))).toBe(true);
      });
      const nearest = projectToLevels(matrixOf(pruned, filters), levels).matrix.values;
      if (objectiveValue(objective, weights) < objectiveValue(objective, nearest)) better++;
    }
    expect(better).toBeGreaterThanOrEqual(19);
  });
});
