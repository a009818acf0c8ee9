/** What compression does for an engine: what was removed, and its costs beside those of the dense twin. */
import { placeAlongside } from '../layout/place-alongside.js';
import { PlacementError } from '../layout/placement-error.js';
import type { EnginePlan } from '../layout/plan.js';
import { type CyclePrediction, predictCycles } from '../layout/timing/index.js';
import { type CompressedModel, denseTwin } from '../network/compressed/index.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import { engineCosts } from './engine-costs.js';
import { InputError } from './input-error.js';
import { inspectionOf } from './inspect-compressed.js';
import type { Manifest } from './manifest.js';

type CompressionNote = NonNullable<Manifest['compression']>;

/**
 * @param plan the engine's
 * @param place places the twin as the engine was placed; an InputError about the budget means that it does not fit
 */
export function compressionOf(
  compressed: CompressedModel,
  plan: EnginePlan,
  prediction: CyclePrediction,
  place: (twin: QuantizedNetwork) => EnginePlan,
): CompressionNote {
  const { layers, ...counts } = inspectionOf(compressed);
  const twin = unlessTooLarge(() => place(denseTwin(compressed)));
  return {
    ...counts,
    layers: layers.map((layer) => ({ ...layer })),
    engine: engineCosts(plan, prediction),
    denseTwin: twin && engineCosts(twin),
    sameSubarrays: twin && sameSubarrays(compressed.network, twin),
    provenance: { ...compressed.provenance },
  };
}

/** Both networks on the twin's subarrays, every layer as fast as these allow. */
function sameSubarrays(network: QuantizedNetwork, twin: EnginePlan): CompressionNote['sameSubarrays'] {
  const cycles = (one: QuantizedNetwork): number => predictCycles(placeAlongside(one, twin)).cyclesPerImage;
  return unlessTooLarge(() => ({ cyclesPerImage: cycles(network), denseCyclesPerImage: cycles(twin.network) }));
}

function unlessTooLarge<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof PlacementError || (error instanceof InputError && error.kind === 'budget')) return null;
    throw error;
  }
}
