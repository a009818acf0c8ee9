/** Random small networks, each on a random plan: every factor of a bank that the generators allow. */
import { bankDemand, bankPlan } from '../../../src/layout/bank-options.js';
import { readsVector } from '../../../src/layout/place.js';
import type { BankPlan, EnginePlan, LayerPlan, SubarrayGeometry, WeightedLayer } from '../../../src/layout/plan.js';
import type { QuantizedNetwork } from '../../../src/network/quantized.js';
import { type Draw, randomNetwork, withRandomTaps } from '../../network/integer/random-network.js';

/** A plan of a new random network. Small arrays, so that banks have several subarrays side by side and behind. */
export function randomPlan(draw: Draw): EnginePlan {
  for (;;) {
    const network = withRandomTaps(draw, randomNetwork(draw));
    // The largest of a map's channels: a label is an index of channels.
    const [, height, width] = network.layers.at(-1)!.outputShape;
    const ending = height * width === 1 && draw(0, 1) === 0 ? 'argmax' : 'scores';
    const isWeighted = network.layers.some(({ kind }) => kind === 'convolution' || kind === 'fullyConnected');
    if (isWeighted) return planOf(draw, { ...network, ending });
  }
}

/** A random plan of a network. */
export function planOf(draw: Draw, network: QuantizedNetwork): EnginePlan {
  const geometry: SubarrayGeometry = {
    rows: 2 ** draw(2, 5),
    columns: draw(5, 40),
    readCycles: draw(1, 3),
    writeCycles: draw(1, 3),
  };
  return { network, geometry, layers: network.layers.map((layer) => layerPlan(draw, layer, geometry)) };
}

function layerPlan(draw: Draw, layer: QuantizedNetwork['layers'][number], geometry: SubarrayGeometry): LayerPlan {
  if (layer.kind === 'maximumPool') return { kind: 'pool', layer, digitBits: 0 };
  if (layer.kind === 'averagePool') {
    return { kind: 'pool', layer, digitBits: draw(1, layer.requantization.multiplierBits) };
  }
  const source = readsVector(layer) ? 'vector' : 'window';
  const fifoDepth = [0, 4, 8, 16][draw(0, 3)]!;
  return { kind: 'bank', source, layer, bank: randomBank(draw, layer, geometry), fifoDepth };
}

export function randomBank(draw: Draw, layer: WeightedLayer, geometry: SubarrayGeometry): BankPlan {
  const demand = bankDemand(layer);
  const filters = demand.filters / demand.groups;
  const fewestChunks = Math.ceil(demand.taps / geometry.columns);
  for (;;) {
    const filtersAtOnce = draw(1, filters);
    const chunks = draw(fewestChunks, Math.min(demand.taps, fewestChunks + 6));
    const plan = bankPlan(demand, geometry, {
      chunks,
      chunksAtOnce: draw(1, chunks),
      planesAtOnce: divisor(draw, demand.weightPlanes),
      filtersAtOnce,
      pixelsAtOnce: filtersAtOnce === demand.filters ? divisor(draw, demand.outputWidth) : 1,
    });
    if (plan === undefined) continue;
    const digitBits = demand.multiplierBits === 0 ? plan.digitBits : draw(1, demand.multiplierBits);
    return { ...plan, digitBits: draw(0, 1) === 0 ? plan.digitBits : digitBits };
  }
}

function divisor(draw: Draw, value: number): number {
  const divisors = Array.from({ length: value }, (_, index) => index + 1).filter((part) => value % part === 0);
  return divisors[draw(0, divisors.length - 1)]!;
}
