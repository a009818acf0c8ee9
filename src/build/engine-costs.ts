/** What an engine takes, in numbers that a compressed network and its dense twin can be compared by. */
import { estimatedTables } from '../layout/area.js';
import { type EnginePlan, subarrayCount } from '../layout/plan.js';
import { gatherOf } from '../layout/tap-order.js';
import { predictCycles } from '../layout/timing/index.js';

export interface EngineCosts {
  /** Bits of all weights; what is stored again for several pixels at once counts once. */
  readonly cells: number;
  readonly subarrays: number;
  readonly cyclesPerImage: number;
  /** From the first value of an image to its result, in cycles. */
  readonly latency: number;
  /** Six-input lookup tables of the banks, roughly; windows, queues and pools are not among them. */
  readonly estimatedTables: number;
  /** Bits of the tables that say which values to keep. */
  readonly indexBits: number;
}

export function engineCosts(plan: EnginePlan, prediction = predictCycles(plan)): EngineCosts {
  const banks = plan.layers.filter((layer) => layer.kind === 'bank');
  const total = (count: (layer: (typeof banks)[number]) => number) =>
    banks.reduce((sum, layer) => sum + count(layer), 0);
  return {
    cells: total(({ layer, bank }) => layer.weights.length * bank.weightPlanes),
    subarrays: total(({ bank }) => subarrayCount(bank)),
    cyclesPerImage: prediction.cyclesPerImage,
    latency: prediction.latency,
    estimatedTables: Math.round(total(({ layer, bank }) => estimatedTables(bank, layer))),
    indexBits: indexBits(plan),
  };
}

/** Bits of an engine's tables that say which values to keep; wires choose where windows are read. */
export function indexBits({ layers }: EnginePlan): number {
  return layers.reduce((sum, layer) => sum + (layer.kind === 'bank' ? gatherOf(layer.layer).tableBits : 0), 0);
}
