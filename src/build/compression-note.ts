/** What compression does for an engine: what was removed, and its costs beside those of the dense twin. */
import type { EnginePlan } from '../layout/plan.js';
import { type CyclePrediction, predictCycles } from '../layout/timing/index.js';
import { type CompressedModel, denseTwin } from '../network/compressed/index.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import { engineCosts } from './engine-costs.js';
import { InputError } from './input-error.js';
import { inspectionOf } from './inspect-compressed.js';
import type { Manifest } from './manifest.js';
import type { Placer } from './place-engine.js';

type CompressionNote = NonNullable<Manifest['compression']>;

/**
 * @param plan the engine's
 * @param place places the twin as the engine was placed; an InputError about the budget means that it does not fit
 * @param placeOn places a network on so many subarrays at most; absent where subarrays are given layer by layer
 */
export function compressionOf(
  compressed: CompressedModel,
  plan: EnginePlan,
  prediction: CyclePrediction,
  place: Placer,
  placeOn?: (subarrays: number) => Placer,
): CompressionNote {
  const { layers, ...counts } = inspectionOf(compressed);
  const twin = unlessTooLarge(() => place(denseTwin(compressed)));
  const denseCosts = twin && engineCosts(twin);
  return {
    ...counts,
    layers: layers.map((layer) => ({ ...layer })),
    engine: engineCosts(plan, prediction),
    denseTwin: denseCosts,
    sameSubarrays:
      denseCosts && placeOn ? sameSubarrays(compressed.network, twin.network, placeOn(denseCosts.subarrays)) : null,
    provenance: { ...compressed.provenance },
  };
}

function sameSubarrays(
  network: QuantizedNetwork,
  twin: QuantizedNetwork,
  place: Placer,
): CompressionNote['sameSubarrays'] {
  const cycles = (one: QuantizedNetwork): number => predictCycles(place(one)).cyclesPerImage;
  return unlessTooLarge(() => ({ cyclesPerImage: cycles(network), denseCyclesPerImage: cycles(twin) }));
}

function unlessTooLarge<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError && error.kind === 'budget') return null;
    throw error;
  }
}
