import type { Device } from './device.js';

/** What a cycle-accurate engine needs to know of a subarray: its size and the cycles of each operation. */
export interface ArrayTiming {
  readonly rows: number;
  readonly columns: number;
  readonly readCycles: number;
  readonly writeCycles: number;
  readonly searchCycles: number;
}

// An operation that takes 2.0000000001 clock periods because of binary fractions is a two-cycle operation.
const slack = 1e-9;

/**
 * Cycles of each array operation at a clock period of `clockNs` nanoseconds: the operation's time divided by the period,
 * rounded up, at least 1.
 *
 * @throws {RangeError} when `clockNs` is not a number above 0.
 */
export function arrayTiming(device: Device, clockNs: number): ArrayTiming {
  if (!(Number.isFinite(clockNs) && clockNs > 0)) {
    throw new RangeError(`the clock period is ${clockNs} ns; give a number of nanoseconds above 0`);
  }
  const cycles = (time: number): number => Math.max(1, Math.ceil(time / clockNs - slack));
  return {
    rows: device.geometry.rows,
    columns: device.geometry.columns,
    readCycles: cycles(device.times.read.value),
    writeCycles: cycles(device.times.write.value),
    searchCycles: cycles(device.times.search.value),
  };
}
