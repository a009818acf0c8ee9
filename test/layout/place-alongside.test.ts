import { expect, test } from 'vitest';
import { placeAlongside } from '../../src/layout/place-alongside.js';
import { placeNetwork } from '../../src/layout/place.js';
import { PlacementError } from '../../src/layout/placement-error.js';
import { bankCycles, type EnginePlan, subarrayCount, type SubarrayGeometry } from '../../src/layout/plan.js';
import { predictCycles } from '../../src/layout/timing/index.js';
import type { QuantizedNetwork } from '../../src/network/quantized.js';
import { drawer, randomNetwork, withRandomTaps } from '../network/integer/random-network.js';
import { type Matrix, prunableNetwork } from './prunable-network.js';

const small: SubarrayGeometry = { rows: 16, columns: 32, readCycles: 1, writeCycles: 1 };
const geometry: SubarrayGeometry = { rows: 512, columns: 256, readCycles: 1, writeCycles: 1 };

const banks = (plan: EnginePlan) => plan.layers.filter((layer) => layer.kind === 'bank');
const sensing = (plan: EnginePlan): number[] => predictCycles(plan).layers.map(({ sensingCycles }) => sensingCycles);

test('takes no more subarrays than the other plan, layer by layer, and makes the same network no slower', () => {
  let pruned = 0;
  for (let seed = 0; seed < 60; seed++) {
    const draw = drawer(seed * 7919);
    const whole: QuantizedNetwork = { ...randomNetwork(draw), ending: 'scores' };
    const part: QuantizedNetwork = { ...withRandomTaps(draw, whole), ending: 'scores' };
    if (!whole.layers.some((layer) => 'weights' in layer)) continue;
    const dense = placeNetwork(whole, { geometry: small });
    const fastest = placeAlongside(whole, dense);
    const compressed = placeAlongside(part, dense);
    banks(dense).forEach(({ layer, bank }, index) => {
      const pixels = layer.outputShape[1] * layer.outputShape[2];
      const beside = banks(fastest)[index]!.bank;
      for (const other of [beside, banks(compressed)[index]!.bank]) {
        expect(other.across).toBeLessThanOrEqual(bank.across);
        expect(subarrayCount(other)).toBeLessThanOrEqual(subarrayCount(bank));
      }
      expect(bankCycles(beside, pixels)).toBeLessThanOrEqual(bankCycles(bank, pixels));
      pruned += Number('taps' in part.layers.find(({ name }) => name === layer.name)!);
    });
  }
  expect(pruned).toBeGreaterThan(20);
});

/** Filters and columns of LeNet-5 as Caffe has it, and of pruned ones. */
const lenet: readonly Matrix[] = [
  [20, 25],
  [50, 500],
  [500, 800],
  [10, 500],
];
const prunedNetworks: readonly (readonly Matrix[])[] = [
  [
    [5, 12],
    [12, 50],
    [14, 100],
    [10, 14],
  ],
  [
    [4, 10],
    [10, 60],
    [20, 90],
    [10, 20],
  ],
  [
    [7, 15],
    [9, 33],
    [10, 60],
    [10, 10],
  ],
];

test.each([
  [8, 29],
  [8, 34],
  [8, 50],
  [5, 20],
  [5, 30],
])(
  'LeNet-5 of %i bits on %i subarrays: each pruned layer senses nearly as much faster as it is smaller',
  (bits, count) => {
    const whole = prunableNetwork(lenet, bits);
    const dense = placeAlongside(whole, placeNetwork(whole, { geometry, budget: { subarrays: count } }));
    for (const matrices of prunedNetworks) {
      const compressed = placeAlongside(prunableNetwork(matrices, bits), dense);
      const before = sensing(dense);
      sensing(compressed).forEach((cycles, index) => {
        const [filters, columns] = matrices[index]!;
        const ratio = (lenet[index]![0] * lenet[index]![1]) / (filters * columns);
        expect(before[index]! / cycles).toBeGreaterThanOrEqual(0.8 * ratio);
      });
    }
  },
);

test('says which layer has no subarrays, or too few', () => {
  const network = prunableNetwork(prunedNetworks[0]!, 8);
  const plan = placeNetwork(network, { geometry });
  const renamed = { ...network, layers: network.layers.map((layer) => ({ ...layer, name: `other_${layer.name}` })) };
  expect(() => placeAlongside(renamed, plan)).toThrow(
    'layer other_conv1 has no subarrays in the plan of lenet, whose layers are conv1, conv2, fc1, fc2',
  );
  expect(() => placeAlongside(prunableNetwork(lenet, 8), plan)).toThrow(PlacementError);
  expect(() => placeAlongside(prunableNetwork(lenet, 8), plan)).toThrow(
    /^layer \w+ does not fit \d+ subarrays, \d+ side/,
  );
});
