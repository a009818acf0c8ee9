import { bankDemand } from './bank-options.js';
import type { BankPlan, WeightedLayer } from './plan.js';

/**
 * Six-input lookup tables of a bank, roughly: what the planner minimises. Fitted by hand to synthesis results of the
 * generators for xc7 (a column costs a little over one table with its AND and counter); only ratios matter.
 */
export function estimatedTables(bank: BankPlan, layer: WeightedLayer): number {
  const { sumBits } = bankDemand(layer);
  const columns = bank.across * bank.segmentsPerSubarray * bank.chunkWidth;
  const counters = bank.pixelsAtOnce * bank.filtersAtOnce * bank.planesAtOnce;
  const sums = bank.pixelsAtOnce * bank.filtersAtOnce;
  const stackSelect = bank.stack > 1 ? columns * (bank.stack / 3) : 0;
  const operandWidth = bank.pixelsAtOnce * bank.chunksAtOnce * bank.chunkWidth;
  const operandSelect =
    layer.kind === 'convolution' ? operandWidth * ((bank.activationPlanes * bank.chunkGroups * bank.groups) / 3.5) : 0;
  return (
    columns * 1.15 +
    counters * 14 +
    sums * (sumBits * 2.5 + 16) +
    stackSelect +
    operandSelect +
    bank.digitBits * 24 +
    150
  );
}
