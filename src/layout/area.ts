import { bankDemand } from './bank-options.js';
import { type BankPlan, subarrayCount, type WeightedLayer } from './plan.js';

/**
 * Six-input lookup tables of a bank, roughly. Fitted by hand to synthesis results of the
 * generators for xc7 (a column costs a little over one table with its AND and counter).
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

/**
 * Tables that one subarray is worth. Of a 7-series device (xc7a100t: 63,400 tables, 135 block RAMs of 36 Kbit) a block
 * RAM is the share of 470 tables, and 512 × 256 cells take four. In a chip a subarray weighs more, not less.
 */
const tablesPerSubarray = 1900;

/** What the planner minimises: tables and subarrays in one unit. */
export function estimatedArea(bank: BankPlan, layer: WeightedLayer): number {
  return estimatedTables(bank, layer) + subarrayCount(bank) * tablesPerSubarray;
}
