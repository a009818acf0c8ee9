import type { EnginePlan, LayerPlan } from '../plan.js';
import { keptColumns } from '../tap-order.js';
import { ArgMaximum } from './arg-maximum.js';
import { Bank } from './bank.js';
import type { Component } from './component.js';
import { ConvolutionWindow } from './convolution-window.js';
import { PixelGatherer } from './pixel-gatherer.js';
import { Pool } from './pool.js';
import { BiasAdder, Requantiser } from './requantiser.js';
import { ValueFifo } from './value-fifo.js';
import { VectorBuffer } from './vector-buffer.js';

/** The components of a plan's engine in the order in which values pass them. */
export function componentsOf(plan: EnginePlan): Component[] {
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
  const queue = fifoDepth > 0 ? [new ValueFifo(fifoDepth)] : [];
  return [
    ...(plan.layer.kind === 'convolution' && plan.source === 'window'
      ? [
          new PixelGatherer(layer.inputShape[0]),
          ...queue,
          new ConvolutionWindow({ ...plan.layer, pixelsAtOnce: bank.pixelsAtOnce }),
        ]
      : [...queue, new VectorBuffer(bank, keptColumns(plan.layer))]),
    new Bank(bank, readCycles),
    requantization ? new Requantiser(requantization.multiplierBits, bank.digitBits) : new BiasAdder(),
  ];
}

function scoresOf({ network }: EnginePlan): number {
  return network.layers.at(-1)!.outputShape.reduce((product, size) => product * size, 1);
}

/** Beats that leave the engine for an image. */
export function resultsOf(plan: EnginePlan): number {
  return plan.network.ending === 'argmax' ? 1 : scoresOf(plan);
}
