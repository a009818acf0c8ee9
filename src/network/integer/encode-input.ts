/** From stored bytes to the integers that the engine reads. */
import type { InputEncoding } from '../quantized.js';
import { formatRange } from './accumulator.js';

/**
 * The input integer of every byte 0 … 255: the byte's real value, divided by the scale and moved by the zero point, is
 * rounded to nearest (halves toward +∞) and clamped to the format. A billionth is added before rounding, so that a half
 * that is exact on paper ((byte / 255 − mean) / deviation / scale = 2.5) goes up in spite of the divisions' rounding.
 */
export function inputTable(encoding: InputEncoding): Int32Array {
  const { divisor, mean, deviation } = encoding.preprocess;
  const { low, high } = formatRange(encoding.format);
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const real = (byte / divisor - mean) / deviation;
    const value = Math.floor(real / encoding.meaning.scale + encoding.meaning.zeroPoint + 0.5 + 1e-9);
    return Math.min(high, Math.max(low, value));
  });
}

/** The input integers of stored bytes, any number of images. */
export function encodeInput(encoding: InputEncoding, bytes: Uint8Array): Int32Array {
  const table = inputTable(encoding);
  const integers = new Int32Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) integers[index] = table[bytes[index]!]!;
  return integers;
}
