/** Which integers stand for a layer's outputs. */
import { formatRange } from '../integer/accumulator.js';
import type { Clamp } from '../network.js';
import type { IntegerFormat } from '../quantized.js';

/** real ≈ scale · (integer − zeroPoint), integers low … high. */
export interface ActivationRange {
  readonly format: IntegerFormat;
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

const steps = 100;

/**
 * The range of least mean squared error over `values` (outputs after the clamp, or a sample of them): it weighs the
 * error of values that are cut off against the rounding of all others. Outputs that are never negative are unsigned
 * with zero point 0; others are signed, symmetric or with a zero point, whichever is nearer.
 */
export function chooseActivationRange(values: Float32Array, bits: number, clamp: Clamp | undefined): ActivationRange {
  let smallest = Infinity;
  let largest = -Infinity;
  for (const value of values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  const neverNegative = (clamp?.low ?? -Infinity) >= 0 || smallest >= 0;
  const format = { bits, signed: !neverNegative };
  const { low, high } = formatRange(format);
  const reach = neverNegative ? largest : Math.max(-smallest, largest);
  // Outputs that are all zero: any scale stands for them.
  if (!(reach > 0)) return limited(format, 1, 0, clamp);
  let best = limited(format, reach / Math.max(1, high), 0, clamp);
  let bestError = squaredError(values, best, Infinity);
  const consider = (scale: number, zeroPoint: number): void => {
    const candidate = limited(format, scale, zeroPoint, clamp);
    const error = squaredError(values, candidate, bestError);
    if (error < bestError) {
      best = candidate;
      bestError = error;
    }
  };
  for (let step = steps; step >= steps / 20; step--) {
    const part = step / steps;
    consider((part * reach) / Math.max(1, neverNegative ? high : -low), 0);
    if (neverNegative) continue;
    const scale = (part * (largest - Math.min(0, smallest))) / (high - low);
    consider(scale, Math.max(low, Math.min(high, Math.round(low - (part * smallest) / scale))));
  }
  return best;
}

function limited(format: IntegerFormat, scale: number, zeroPoint: number, clamp: Clamp | undefined): ActivationRange {
  const { low, high } = formatRange(format);
  const within = (real: number): number => Math.min(high, Math.max(low, Math.round(real / scale) + zeroPoint));
  return {
    format,
    scale,
    zeroPoint,
    low: clamp === undefined ? low : within(clamp.low),
    high: clamp === undefined ? high : within(clamp.high),
  };
}

/** Stops early, with an error too large, once it passes `limit`. */
function squaredError(values: Float32Array, range: ActivationRange, limit: number): number {
  const { scale, zeroPoint, low, high } = range;
  const inverse = 1 / scale;
  let sum = 0;
  for (let index = 0; index < values.length && sum < limit; index++) {
    const value = values[index]!;
    const integer = Math.min(high, Math.max(low, Math.floor(value * inverse + 0.5) + zeroPoint));
    const error = value - scale * (integer - zeroPoint);
    sum += error * error;
  }
  return sum;
}
