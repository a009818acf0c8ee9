import type { QuantizedLayer, QuantizedNetwork } from '../network/quantized.js';
import { estimatedArea } from './area.js';
import { bankChoices, type BankChoice, bankDemand, bankPlan } from './bank-options.js';
import {
  bankCycles,
  type BankPlan,
  type EnginePlan,
  type LayerPlan,
  subarrayCount,
  type SubarrayGeometry,
  type WeightedLayer,
} from './plan.js';
import { PlacementError } from './placement-error.js';

/** What bounds the engine. At most one of `cycles` and `subarrays`; none balances area and time. */
export interface Budget {
  /** Cycles an image at most. */
  readonly cycles?: number;
  /** Subarrays in all at most. */
  readonly subarrays?: number;
}

export interface PlaceOptions {
  readonly geometry: SubarrayGeometry;
  readonly budget?: Budget;
  /** Factors that the user fixes, by layer name; the others are chosen. */
  readonly layers?: Readonly<Record<string, Partial<BankChoice>>>;
}

/** One layer with its possible plans: of those of equal speed the smallest, fastest first. */
interface Candidates {
  readonly layer: WeightedLayer;
  readonly pixels: number;
  readonly plans: readonly { readonly bank: BankPlan; readonly cycles: number; readonly area: number }[];
}

/**
 * Chooses the parallelism of every layer. Layers work on successive images at once, so the slowest sets the pace and
 * every other is made as small as that pace allows. Throws PlacementError where the budget cannot be met.
 */
export function placeNetwork(network: QuantizedNetwork, options: PlaceOptions): EnginePlan {
  const { geometry, budget = {} } = options;
  const weighted = network.layers.filter(isWeighted);
  checkShape(network, weighted.length);
  const unknown = Object.keys(options.layers ?? {}).find((name) => !weighted.some((layer) => layer.name === name));
  if (unknown !== undefined) {
    throw new PlacementError(
      `no weighted layer is called '${unknown}'; there are ${weighted.map(({ name }) => name).join(', ')}`,
    );
  }
  const candidates = weighted.map((layer) => candidatesOf(layer, geometry, options.layers?.[layer.name] ?? {}));
  return planWith(network, geometry, choose(candidates, network, budget));
}

/** The plan of a network whose weighted layers have these banks, in their order. */
export function planWith(
  network: QuantizedNetwork,
  geometry: SubarrayGeometry,
  banks: readonly BankPlan[],
): EnginePlan {
  const weighted = network.layers.filter(isWeighted);
  const chosen = new Map(banks.map((bank, index) => [weighted[index]!, bank]));
  return { network, geometry, layers: network.layers.map((layer, index) => layerPlan(layer, chosen, index === 0)) };
}

/** @throws PlacementError where a network has nothing to place, or ends in a way that no engine can */
export function checkShape(network: QuantizedNetwork, weighted: number): void {
  if (weighted === 0)
    throw new PlacementError(
      `network ${network.name} has no convolution and no fully connected layer: there is nothing to place on subarrays`,
    );
  const [, height, width] = network.layers.at(-1)!.outputShape;
  if (network.ending === 'argmax' && height * width > 1) {
    throw new PlacementError(
      `network ${network.name} ends in an ArgMax over a map of ${height}×${width}; flatten it or end with one pixel`,
    );
  }
}

export function isWeighted(layer: QuantizedLayer): layer is WeightedLayer {
  return layer.kind === 'convolution' || layer.kind === 'fullyConnected';
}

/** A convolution over its whole map is a fully connected layer: its window never moves. */
export function readsVector(layer: WeightedLayer): boolean {
  if (layer.kind === 'fullyConnected') return true;
  const [, height, width] = layer.outputShape;
  return (
    height * width === 1 &&
    layer.groups === 1 &&
    layer.padding.every((side) => side === 0) &&
    layer.kernel[0] === layer.inputShape[1] &&
    layer.kernel[1] === layer.inputShape[2]
  );
}

/**
 * Room for the rows of a kernel before every convolution but the first: while it is busy with the last windows of an
 * image, the layer before makes what the first window of the next image waits for, so that neither stands still.
 * Values of the image are there when they are asked for, and vectors have two halves.
 */
function fifoDepth(layer: WeightedLayer, first: boolean): number {
  const [channels, height, width] = layer.inputShape;
  if (first || height === 1 || layer.kind !== 'convolution' || readsVector(layer)) return 0;
  const rows = Math.min((layer.kernel[0] - 1) * layer.dilation[0] + 1, height);
  const pixels = Math.min(width * rows, Math.floor(valuesInFifo / channels));
  return 2 ** Math.ceil(Math.log2(Math.max(4, pixels)));
}

/** Values that a queue holds, roughly, at most. */
const valuesInFifo = 4096;

function layerPlan(layer: QuantizedLayer, chosen: ReadonlyMap<WeightedLayer, BankPlan>, first: boolean): LayerPlan {
  if (isWeighted(layer))
    return {
      kind: 'bank',
      source: readsVector(layer) ? 'vector' : 'window',
      layer,
      bank: chosen.get(layer)!,
      fifoDepth: fifoDepth(layer, first),
    };
  return { kind: 'pool', layer, digitBits: layer.kind === 'averagePool' ? layer.requantization.multiplierBits : 0 };
}

function candidatesOf(layer: WeightedLayer, geometry: SubarrayGeometry, fixed: Partial<BankChoice>): Candidates {
  const demand = bankDemand(layer);
  const pixels = demand.outputPixels;
  const fits = (bank: BankPlan): boolean =>
    Object.entries(fixed).every(([factor, value]) => bank[factor as keyof BankChoice] === value);
  const complete = Object.keys(fixed).length === 5 ? bankPlan(demand, geometry, fixed as BankChoice) : undefined;
  const all = (complete ? [complete] : bankChoices(demand, geometry).filter(fits))
    .map((bank) => ({ bank, cycles: bankCycles(bank, pixels), area: estimatedArea(bank, layer) }))
    .sort((a, b) => a.cycles - b.cycles || a.area - b.area || subarrayCount(a.bank) - subarrayCount(b.bank));
  if (all.length === 0) {
    throw new PlacementError(
      `layer ${layer.name}: the factors given (${JSON.stringify(fixed)}) fit no row of ${geometry.columns} columns; leave some open`,
    );
  }
  // Along the front a slower plan is kept only where it is smaller than every faster one, in area or in subarrays.
  let smallest = Infinity;
  let fewest = Infinity;
  const plans = all.filter(({ area, bank }) => {
    const better = area < smallest || subarrayCount(bank) < fewest;
    smallest = Math.min(smallest, area);
    fewest = Math.min(fewest, subarrayCount(bank));
    return better;
  });
  return { layer, pixels, plans };
}

function choose(
  candidates: readonly Candidates[],
  network: QuantizedNetwork,
  { cycles, subarrays }: Budget,
): BankPlan[] {
  const floor = slowestStream(network);
  if (cycles !== undefined) {
    const banks = atPace(candidates, cycles);
    const late = banks.findIndex((bank) => bank === undefined);
    if (late >= 0) {
      const { layer, plans } = candidates[late]!;
      throw new PlacementError(
        `layer ${layer.name} needs at least ${plans[0]!.cycles} cycles an image; ${cycles} are allowed`,
      );
    }
    if (floor > cycles)
      throw new PlacementError(
        `values pass from layer to layer one a cycle: this network needs at least ${floor} cycles an image; ${cycles} are allowed`,
      );
    return banks as BankPlan[];
  }
  const paces = [...new Set(candidates.flatMap(({ plans }) => plans.map((plan) => plan.cycles)))].sort((a, b) => a - b);
  const engines = paces
    .map((pace) => ({ pace: Math.max(pace, floor), banks: atPace(candidates, pace, subarrays !== undefined) }))
    .filter((engine): engine is { pace: number; banks: BankPlan[] } =>
      engine.banks.every((bank) => bank !== undefined),
    );
  if (subarrays !== undefined) {
    const affordable = engines.find(({ banks }) => total(banks) <= subarrays);
    if (affordable === undefined) {
      const fewest = Math.min(...engines.map(({ banks }) => total(banks)));
      throw new PlacementError(`the weights need at least ${fewest} subarrays; ${subarrays} are allowed`);
    }
    return affordable.banks;
  }
  // Twice the hardware for half the time is as good by this measure, so many engines are nearly as good as the best;
  // of these the smallest wastes the fewest cells.
  const rated = engines.map(({ pace, banks }) => {
    const area = banks.reduce((sum, bank, index) => sum + estimatedArea(bank, candidates[index]!.layer), 0);
    return { banks, area, product: area * pace };
  });
  const best = Math.min(...rated.map(({ product }) => product));
  const good = rated.filter(({ product }) => product <= best * tolerated);
  return good.reduce((smallest, engine) => (engine.area < smallest.area ? engine : smallest)).banks;
}

/** How far from the best product of area and time a smaller engine may be. */
const tolerated = 1.5;

const total = (banks: readonly BankPlan[]): number => banks.reduce((sum, bank) => sum + subarrayCount(bank), 0);

/** For each layer the smallest plan of that many cycles at most. */
function atPace(candidates: readonly Candidates[], pace: number, bySubarrays = false): (BankPlan | undefined)[] {
  return candidates.map(({ plans }) => {
    const fast = plans.filter((plan) => plan.cycles <= pace);
    const size = ({ bank, area }: (typeof fast)[number]): number =>
      bySubarrays ? subarrayCount(bank) * 1e6 + area : area;
    return fast.length === 0 ? undefined : fast.reduce((best, plan) => (size(plan) < size(best) ? plan : best)).bank;
  });
}

/** Values on the busiest connection between layers: one passes each cycle at most. */
function slowestStream(network: QuantizedNetwork): number {
  const sizes = [network.input.shape, ...network.layers.map(({ outputShape }) => outputShape)];
  return Math.max(...sizes.map(([channels, height, width]) => channels * height * width));
}
