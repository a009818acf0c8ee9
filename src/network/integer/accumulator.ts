/** How far the sums of a layer can go, whatever the input: the width of its accumulators. */
import type { IntegerFormat } from '../quantized.js';

export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

/** Smallest and largest integer of a format. */
export function formatRange(format: IntegerFormat): IntegerRange {
  return format.signed
    ? { low: -(2 ** (format.bits - 1)), high: 2 ** (format.bits - 1) - 1 }
    : { low: 0, high: 2 ** format.bits - 1 };
}

/** Width of the narrowest two's complement integer that holds the whole range. */
export function signedBits(range: IntegerRange): number {
  let bits = 1;
  while (range.low < -(2 ** (bits - 1)) || range.high > 2 ** (bits - 1) - 1) bits++;
  return bits;
}

/**
 * Range of every partial sum of every filter. Partial sums may take the terms, the bias among them, in any order:
 * the largest is the sum of the positive terms alone, the smallest that of the negative ones.
 *
 * @param weights [bias.length, fanIn], row-major
 */
export function accumulatorRange(weights: Int8Array, bias: Int32Array, input: IntegerFormat): IntegerRange {
  const { low: lowest, high: highest } = formatRange(input);
  const fanIn = weights.length / bias.length;
  let low = 0;
  let high = 0;
  for (let filter = 0; filter < bias.length; filter++) {
    let smallest = Math.min(0, bias[filter]!);
    let largest = Math.max(0, bias[filter]!);
    for (let tap = 0; tap < fanIn; tap++) {
      const weight = weights[filter * fanIn + tap]!;
      smallest += Math.min(0, weight * lowest, weight * highest);
      largest += Math.max(0, weight * lowest, weight * highest);
    }
    low = Math.min(low, smallest);
    high = Math.max(high, largest);
  }
  return { low, high };
}

/** `accumulatorBits` of a layer: see `accumulatorRange`. */
export function accumulatorBits(weights: Int8Array, bias: Int32Array, input: IntegerFormat): number {
  return signedBits(accumulatorRange(weights, bias, input));
}
