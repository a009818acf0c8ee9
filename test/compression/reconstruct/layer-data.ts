/** Layers of random weights on inputs that vary together, as windows, and as statistics. */
import { type LayerObjective, layerObjective } from '../../../src/compression/reconstruct/layer-objective.js';
import { SeededRandom } from '../../../src/compression/training/seeded-random.js';
import { StatisticsCollector } from '../../../src/network/quantize/statistics.js';

export interface LayerData {
  readonly taps: number;
  readonly filters: number;
  readonly groups: number;
  readonly dense: Float32Array;
  /** By group, then by window. */
  readonly inputs: readonly (readonly Float32Array[])[];
  /** By window, a number a filter. */
  readonly targets: readonly Float32Array[];
  readonly objective: LayerObjective;
}

export const ridge = 0.5;

export function layerData(seed: number, taps: number, filters: number, groups = 1, windows = 50): LayerData {
  const random = new SeededRandom(seed);
  const dense = Float32Array.from({ length: filters * taps }, () => random.between(-1, 1));
  const sizes = Array.from({ length: groups * taps }, () => 10 ** random.between(-1, 1));
  const inputs = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: windows }, () => {
      const common = random.between(-1, 2);
      return Float32Array.from({ length: taps }, (_, tap) => sizes[group * taps + tap]! * (common + random.next()));
    }),
  );
  const targets = Array.from({ length: windows }, (_, window) =>
    Float32Array.from({ length: filters }, (_, filter) => {
      const input = inputs[Math.floor((filter * groups) / filters)]![window]!;
      return input.reduce((sum, value, tap) => sum + value * dense[filter * taps + tap]!, random.between(-0.3, 0.3));
    }),
  );
  const statistics = inputs.map((rows, group) => {
    const collector = new StatisticsCollector(taps, filters / groups);
    rows.forEach((row, window) => collector.add(row, 0, targets[window]!, (group * filters) / groups, 1));
    return collector.statistics();
  });
  return { taps, filters, groups, dense, inputs, targets, objective: layerObjective(statistics, dense, ridge) };
}

/** Σ_f mean (y − w x − best bias)² + λ |w − d|², window by window. */
export function dataError(data: LayerData, weights: Float32Array): number {
  const { taps, filters, groups, dense, inputs, targets } = data;
  const windows = targets.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
  let error = 0;
  for (let filter = 0; filter < filters; filter++) {
    const own = inputs[Math.floor((filter * groups) / filters)]!;
    const w = weights.subarray(filter * taps, (filter + 1) * taps);
    const residual = own.map((x, window) => x.reduce((sum, v, tap) => sum - v * w[tap]!, targets[window]![filter]!));
    const spread = Array.from({ length: taps }, (_, tap) => variance(own.map((x) => x[tap]!)));
    const lambda = (ridge * taps * mean(spread)) / windows;
    const distance = w.reduce((sum, value, tap) => sum + (value - dense[filter * taps + tap]!) ** 2, 0);
    error += variance(residual) + lambda * distance;
  }
  return error;
}
