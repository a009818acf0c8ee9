import type { Preprocess } from '../network/quantize/options.js';

/** Bytes as they are: the network was trained on 0 … 255. */
export const rawPreprocess: Preprocess = { divisor: 1, mean: 0, deviation: 1 };

/** byte / 255: the network was trained on 0 … 1. */
export const unitPreprocess: Preprocess = { divisor: 255, mean: 0, deviation: 1 };

/** Such as `(byte / 255 − 0.1307) / 0.3081`, with what does nothing left out. */
export function describePreprocess({ divisor, mean, deviation }: Preprocess): string {
  const scaled = divisor === 1 ? 'byte' : `byte / ${divisor}`;
  if (mean === 0 && deviation === 1) return scaled;
  return `(${scaled} − ${mean}) / ${deviation}`;
}
