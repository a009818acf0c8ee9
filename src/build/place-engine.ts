/** How the layers of a design get their subarrays: by a budget, or as many as those of a design that is there. */
import { placeAlongside } from '../layout/place-alongside.js';
import { placeNetwork } from '../layout/place.js';
import { PlacementError } from '../layout/placement-error.js';
import type { EnginePlan, SubarrayGeometry } from '../layout/plan.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import type { GenerateOptions } from './generate-options.js';
import { InputError } from './input-error.js';
import { planOf } from './manifest.js';
import { readDesign } from './read-design.js';

/** @throws InputError about the budget where the network does not fit */
export type Placer = (network: QuantizedNetwork) => EnginePlan;

/** Balances area and time, or keeps to the budget of the options. @throws InputError */
export function placeByBudget(geometry: SubarrayGeometry, { budget = {}, layers = {} }: GenerateOptions): Placer {
  if (budget.cycles !== undefined && budget.subarrays !== undefined) {
    throw new InputError('option', 'budget', 'bounds cycles and subarrays', 'give one of the two');
  }
  const factors = Object.fromEntries(
    Object.entries(layers).flatMap(([name, { parallelism }]) =>
      parallelism === undefined ? [] : [[name, parallelism]],
    ),
  );
  return (network) =>
    fitting('allow more, use fewer bits, or use larger subarrays', () =>
      placeNetwork(network, { geometry, budget, layers: factors }),
    );
}

/**
 * Gives each layer at most the subarrays that the layer of its name has in the design of a folder, and makes it as fast
 * as these allow: two networks on equal hardware.
 *
 * @throws InputError where the folder holds no design, or another option says how to place
 */
export function placeBeside(folder: string, options: GenerateOptions): Placer {
  const { budget = {}, device, clockNs, subarray, layers = {} } = options;
  const factors = Object.entries(layers).find(([, { parallelism }]) => parallelism !== undefined);
  const other = {
    cycles: budget.cycles,
    subarrays: budget.subarrays,
    device,
    clock: clockNs,
    subarray,
    [`layers.${factors?.[0]}.parallelism`]: factors,
  };
  const given = Object.entries(other).find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new InputError(
      'option',
      given[0],
      'means nothing beside another design, whose subarrays are used',
      'leave it out, or leave out alongside',
    );
  }
  const { manifest, network: placed } = readDesign(folder);
  const plan = planOf(manifest, placed);
  return (network) =>
    fitting('name a design of the same layers, made with more subarrays', () => placeAlongside(network, plan));
}

function fitting(hint: string, place: () => EnginePlan): EnginePlan {
  try {
    return place();
  } catch (error) {
    if (!(error instanceof PlacementError)) throw error;
    throw new InputError('budget', 'placement', error.message, hint, { cause: error });
  }
}
