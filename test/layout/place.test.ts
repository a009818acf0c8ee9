import { describe, expect, test } from 'vitest';
import { bankChoices, bankDemand } from '../../src/layout/bank-options.js';
import { placeNetwork } from '../../src/layout/place.js';
import { PlacementError } from '../../src/layout/placement-error.js';
import { bankCycles, type EnginePlan, type SubarrayGeometry, subarrayCount } from '../../src/layout/plan.js';
import type { QuantizedNetwork } from '../../src/network/quantized.js';
import { drawer, randomNetwork } from '../network/integer/random-network.js';

const geometry: SubarrayGeometry = { rows: 16, columns: 32, readCycles: 1, writeCycles: 1 };

/** Random networks with at least two weighted layers. */
const networks = Array.from(
  { length: 60 },
  (_, seed): QuantizedNetwork => ({ ...randomNetwork(drawer(seed)), ending: 'scores' }),
).filter(({ layers }) => layers.filter(isWeighted).length >= 2);

function isWeighted({ kind }: QuantizedNetwork['layers'][number]): boolean {
  return kind === 'convolution' || kind === 'fullyConnected';
}

const banks = (plan: EnginePlan) => plan.layers.filter((layer) => layer.kind === 'bank');
const pace = (plan: EnginePlan): number =>
  Math.max(...banks(plan).map(({ layer, bank }) => bankCycles(bank, layer.outputShape[1] * layer.outputShape[2])));
const subarrays = (plan: EnginePlan): number => banks(plan).reduce((sum, { bank }) => sum + subarrayCount(bank), 0);

describe('placement', () => {
  test('refuses an ArgMax over a map, and a network without weights', () => {
    const onMap = networks.find(({ layers }) => layers.at(-1)!.outputShape[1] > 1)!;
    expect(() => placeNetwork({ ...onMap, ending: 'argmax' }, { geometry })).toThrow(
      /ends in an ArgMax over a map of \d+×\d+; flatten it/,
    );
    const layers = onMap.layers.filter((layer) => !isWeighted(layer));
    const pools =
      layers.length > 0
        ? layers
        : networks.flatMap((network) => network.layers.filter((layer) => !isWeighted(layer))).slice(0, 1);
    expect(() => placeNetwork({ ...onMap, layers: pools }, { geometry })).toThrow(
      /no convolution and no fully connected layer/,
    );
  });

  test('keeps a budget of cycles, and says what the network needs where it cannot', () => {
    const kept = networks.map((network) => {
      const cycles = Math.ceil(pace(placeNetwork(network, { geometry })) * 1.3);
      try {
        expect(pace(placeNetwork(network, { geometry, budget: { cycles } }))).toBeLessThanOrEqual(cycles);
        return true;
      } catch (error) {
        // A stream between two layers may be slower than every bank.
        expect(error).toBeInstanceOf(PlacementError);
        expect((error as Error).message).toMatch(
          new RegExp(`^values pass .*: this network needs at least \\d+ cycles an image; ${cycles} are allowed$`),
        );
        return false;
      }
    });
    expect(kept.filter(Boolean).length).toBeGreaterThan(kept.length / 2);
    for (const network of networks) {
      const tight = (): EnginePlan => placeNetwork(network, { geometry, budget: { cycles: 0 } });
      expect(tight).toThrow(PlacementError);
      expect(tight).toThrow(/^layer \w+ needs at least \d+ cycles an image; 0 are allowed$/);
    }
  });

  test('keeps a budget of subarrays down to the fewest, which it names', () => {
    for (const network of networks) {
      const free = subarrays(placeNetwork(network, { geometry }));
      const none = (): EnginePlan => placeNetwork(network, { geometry, budget: { subarrays: 0 } });
      expect(none).toThrow(/^the weights need at least \d+ subarrays; 0 are allowed$/);
      const fewest = Number(/at least (\d+)/.exec(messageOf(none))![1]);
      expect(fewest).toBeLessThanOrEqual(free);
      expect(subarrays(placeNetwork(network, { geometry, budget: { subarrays: fewest } }))).toBe(fewest);
      expect(() => placeNetwork(network, { geometry, budget: { subarrays: fewest - 1 } })).toThrow(PlacementError);
    }
  });

  test('more subarrays never make an engine slower', () => {
    for (const network of networks) {
      const few = placeNetwork(network, { geometry, budget: { subarrays: 200 } });
      const many = placeNetwork(network, { geometry, budget: { subarrays: 400 } });
      expect(pace(many)).toBeLessThanOrEqual(pace(few));
    }
  });

  test('takes the factors that are given', () => {
    for (const network of networks) {
      const free = placeNetwork(network, { geometry });
      const fixed = Object.fromEntries(
        banks(free).map(({ layer }) => {
          const [first] = bankChoices(bankDemand(layer), geometry);
          const { chunks, chunksAtOnce, planesAtOnce, filtersAtOnce, pixelsAtOnce } = first!;
          return [layer.name, { chunks, chunksAtOnce, planesAtOnce, filtersAtOnce, pixelsAtOnce }];
        }),
      );
      for (const { layer, bank } of banks(placeNetwork(network, { geometry, layers: fixed }))) {
        expect(bank).toMatchObject(fixed[layer.name]!);
      }
    }
  });

  test('refuses names and factors that do not fit', () => {
    const network = networks[0]!;
    const names = network.layers.filter(isWeighted).map(({ name }) => name);
    expect(() => placeNetwork(network, { geometry, layers: { nowhere: {} } })).toThrow(
      `no weighted layer is called 'nowhere'; there are ${names.join(', ')}`,
    );
    expect(() => placeNetwork(network, { geometry, layers: { [names[0]!]: { planesAtOnce: 9 } } })).toThrow(
      `layer ${names[0]}: the factors given ({"planesAtOnce":9}) fit no row of 32 columns; leave some open`,
    );
  });
});

describe('the choices of a bank', () => {
  test('cover every weight and keep to the subarray', () => {
    for (const network of networks) {
      for (const { layer } of banks(placeNetwork(network, { geometry }))) {
        const demand = bankDemand(layer);
        const choices = bankChoices(demand, geometry);
        expect(choices.length).toBeGreaterThan(0);
        const wrong = choices.filter(
          (bank) =>
            bank.chunkWidth * bank.chunks < demand.taps ||
            bank.chunkWidth * (bank.chunks - 1) >= demand.taps ||
            bank.chunkWidth * bank.segmentsPerSubarray > geometry.columns ||
            bank.planesAtOnce * bank.planeGroups !== demand.weightPlanes ||
            bank.chunksAtOnce * bank.chunkGroups < bank.chunks ||
            bank.filtersAtOnce * bank.passesPerGroup * bank.groups < demand.filters ||
            demand.outputWidth % bank.pixelsAtOnce !== 0 ||
            (bank.pixelsAtOnce > 1 && bank.filtersAtOnce !== demand.filters) ||
            bank.stack * geometry.rows < bank.rows,
        );
        expect(wrong).toEqual([]);
      }
    }
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
