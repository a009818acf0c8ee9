import { bankCycles, type EnginePlan } from '../plan.js';
import { componentsOf, resultsOf } from './engine-components.js';
import { Pipeline } from './pipeline.js';

/** Clock cycles of an engine whose input always offers and whose output is always taken. */
export interface CyclePrediction {
  /**
   * Cycle in which the last result of the first image leaves, where the first value is offered in cycle 0: a run of one
   * image takes latency + 1 cycles.
   */
  readonly latency: number;
  /** Cycles from image to image once these repeat; a fraction where they repeat only after several images. */
  readonly cyclesPerImage: number;
  /** Cycle in which the last result of image number `images`, counted from 1, leaves: completion(1) = latency. */
  readonly completion: (images: number) => number;
  /** Of each weighted layer the cycles in which it senses for an image: the count of its bit of `layer_busy`. */
  readonly layers: readonly { readonly name: string; readonly sensingCycles: number }[];
}

/**
 * The cycles of a plan's engine, exactly: the control of every component of the generated pipeline is run without data,
 * image after image, until the pipeline is in a state that it was in before.
 */
export function predictCycles(plan: EnginePlan): CyclePrediction {
  const pipeline = new Pipeline(componentsOf(plan), resultsOf(plan));
  const completions: number[] = [];
  const seen = new Map<string, number>();
  for (;;) {
    completions.push(pipeline.nextCompletion());
    const state = pipeline.state();
    const before = seen.get(state);
    if (before !== undefined) return prediction(plan, completions, completions.length - before);
    seen.set(state, completions.length);
  }
}

/** From the last `period` images on everything repeats. */
function prediction(plan: EnginePlan, completions: readonly number[], period: number): CyclePrediction {
  const last = completions.length;
  const span = completions[last - 1]! - completions[last - 1 - period]!;
  return {
    latency: completions[0]!,
    cyclesPerImage: span / period,
    completion: (images) => {
      if (!Number.isInteger(images) || images < 1) {
        throw new RangeError(`images are counted from 1; got ${images}`);
      }
      const rounds = Math.max(0, Math.ceil((images - last) / period));
      return completions[images - rounds * period - 1]! + rounds * span;
    },
    layers: plan.layers.flatMap((layer) => {
      if (layer.kind !== 'bank') return [];
      const [, height, width] = layer.layer.outputShape;
      return [{ name: layer.layer.name, sensingCycles: bankCycles(layer.bank, height * width) }];
    }),
  };
}
