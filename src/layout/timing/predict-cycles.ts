import { bankCycles, type EnginePlan, type LayerPlan } from '../plan.js';
import { ArgMaximum } from './arg-maximum.js';
import { Bank } from './bank.js';
import type { Component } from './component.js';
import { ConvolutionWindow } from './convolution-window.js';
import { Pipeline } from './pipeline.js';
import { Pool } from './pool.js';
import { BiasAdder, Requantiser } from './requantiser.js';
import { ValueFifo } from './value-fifo.js';
import { VectorBuffer } from './vector-buffer.js';

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
  completion(images: number): number;
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
    completion(images) {
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

function componentsOf(plan: EnginePlan): Component[] {
  const components = plan.layers.flatMap((layer) => layerComponents(layer, plan.geometry.readCycles));
  return plan.network.ending === 'argmax' ? [...components, new ArgMaximum(scoresOf(plan))] : components;
}

function layerComponents(plan: LayerPlan, readCycles: number): Component[] {
  const { layer } = plan;
  if (plan.kind === 'pool') {
    const pool = new Pool(plan.layer);
    return layer.kind === 'averagePool'
      ? [pool, new Requantiser(layer.requantization.multiplierBits, plan.digitBits)]
      : [pool];
  }
  const { bank, fifoDepth } = plan;
  const { requantization } = plan.layer;
  return [
    ...(fifoDepth > 0 ? [new ValueFifo(fifoDepth)] : []),
    plan.layer.kind === 'convolution' && plan.source === 'window'
      ? new ConvolutionWindow({ ...plan.layer, pixelsAtOnce: bank.pixelsAtOnce })
      : new VectorBuffer(bank),
    new Bank(bank, readCycles),
    requantization ? new Requantiser(requantization.multiplierBits, bank.digitBits) : new BiasAdder(),
  ];
}

function scoresOf({ network }: EnginePlan): number {
  return network.layers.at(-1)!.outputShape.reduce((product, size) => product * size, 1);
}

/** Beats that leave for an image. */
function resultsOf(plan: EnginePlan): number {
  return plan.network.ending === 'argmax' ? 1 : scoresOf(plan);
}
