import type { QuantizedNetwork } from '../network/quantized.js';
import { estimatedArea } from './area.js';
import { bankChoices, bankDemand } from './bank-options.js';
import { checkShape, isWeighted, planWith } from './place.js';
import { PlacementError } from './placement-error.js';
import {
  bankCycles,
  type BankPlan,
  type EnginePlan,
  subarrayCount,
  type SubarrayGeometry,
  type WeightedLayer,
} from './plan.js';

/**
 * Places a network on the subarrays of another's plan, so that cycles can be compared at equal hardware: each weighted
 * layer gets at most as many subarrays, and as many side by side, as the layer of its name has in `other`, and is made
 * as fast as these allow; of equally fast banks the smallest. A network beside a plan of its own is the same network
 * with every layer as fast as its subarrays allow.
 *
 * @throws PlacementError where `other` has no layer of that name, or the layer does not fit its subarrays
 */
export function placeAlongside(network: QuantizedNetwork, other: EnginePlan): EnginePlan {
  const weighted = network.layers.filter(isWeighted);
  checkShape(network, weighted.length);
  const limits = new Map(
    other.layers.flatMap((layer) => (layer.kind === 'bank' ? [[layer.layer.name, layer.bank]] : [])),
  );
  const banks = weighted.map((layer) => {
    const limit = limits.get(layer.name);
    if (limit === undefined) {
      throw new PlacementError(
        `layer ${layer.name} has no subarrays in the plan of ${other.network.name}, whose layers are ${[...limits.keys()].join(', ')}`,
      );
    }
    return fastestBank(layer, other.geometry, limit);
  });
  return planWith(network, other.geometry, banks);
}

function fastestBank(layer: WeightedLayer, geometry: SubarrayGeometry, limit: BankPlan): BankPlan {
  const demand = bankDemand(layer);
  const [fastest] = bankChoices(demand, geometry, 'fine')
    .filter((bank) => bank.across <= limit.across && subarrayCount(bank) <= subarrayCount(limit))
    .map((bank) => ({ bank, cycles: bankCycles(bank, demand.outputPixels), area: estimatedArea(bank, layer) }))
    .sort((a, b) => a.cycles - b.cycles || a.area - b.area);
  if (fastest !== undefined) return fastest.bank;
  throw new PlacementError(
    `layer ${layer.name} does not fit ${subarrayCount(limit)} subarrays, ${limit.across} side by side; allow it more`,
  );
}
