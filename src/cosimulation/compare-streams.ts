import type { QuantizedLayer } from '../network/quantized.js';
import { beatOrder, positionOfBeat } from './layer-order.js';
import type { Mismatch } from './simulate-options.js';

/** Counts differences between the values that left the hardware and the golden model's, and keeps the first. */
export class Comparison {
  mismatches = 0;
  first: Mismatch | null = null;

  /**
   * @param image number of the image
   * @param expected one image's values in (channel, row, column) order
   * @param actual as they left, from `offset` on
   */
  layer(image: number, layer: QuantizedLayer, expected: Int32Array, actual: ArrayLike<number>, offset: number): void {
    const order = beatOrderOf(layer);
    for (let beat = 0; beat < order.length; beat++) {
      const want = expected[order[beat]!]!;
      const got = actual[offset + beat];
      if (got === want) continue;
      this.#differs({ image, layer: layer.name, ...positionOfBeat(beat, layer.outputShape) }, want, got ?? Number.NaN);
    }
  }

  label(image: number, expected: number, actual: number | undefined): void {
    if (actual === expected) return;
    this.#differs({ image, layer: 'result', channel: 0, row: 0, column: 0 }, expected, actual ?? Number.NaN);
  }

  #differs(place: Omit<Mismatch, 'bit' | 'expected' | 'actual'>, expected: number, actual: number): void {
    this.mismatches++;
    this.first ??= { ...place, bit: lowestBit(expected ^ actual), expected, actual };
  }
}

function lowestBit(difference: number): number {
  return 31 - Math.clz32(difference & -difference);
}

const orders = new WeakMap<QuantizedLayer, Int32Array>();

function beatOrderOf(layer: QuantizedLayer): Int32Array {
  const known = orders.get(layer) ?? beatOrder(layer.outputShape);
  orders.set(layer, known);
  return known;
}

/** Words of a probe, which are unsigned, as the numbers of a layer's format. */
export function asFormat(words: ArrayLike<number>, { bits, signed }: QuantizedLayer['output']): Int32Array {
  const shift = 32 - bits;
  return Int32Array.from(words, (word) => (signed ? (word << shift) >> shift : word | 0));
}
