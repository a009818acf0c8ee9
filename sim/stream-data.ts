import { SimulationError } from './errors.js';
import { type Signal, checkValue } from './signals.js';

/** Values of one payload field, one after the other. */
export type StreamValues =
  | readonly number[]
  | readonly bigint[]
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array;

/** What a sink or a monitor recorded of one field: by width, `Uint32Array` (to 32 bits), `BigUint64Array` (to 64), or packed 32-bit words, least significant first, `limbs` of them a beat. Signed ports give the signed arrays. */
export type RecordedValues = Uint32Array | Int32Array | BigUint64Array | BigInt64Array;

export const limbsOf = (width: number): number => Math.ceil(width / 32);

function isPacked(signal: Signal, values: StreamValues): values is Uint32Array {
  return signal.width > 64 && values instanceof Uint32Array;
}

/** Beats in a field's data. */
export function beatsOf(signal: Signal, values: StreamValues): number {
  if (!isPacked(signal, values)) return values.length;
  const limbs = limbsOf(signal.width);
  if (values.length % limbs !== 0) {
    const message = `port ${signal.name} (${signal.width} bits): packed words come in groups of ${limbs}, not ${values.length}`;
    throw new SimulationError(message);
  }
  return values.length / limbs;
}

/** Writes a field's data as the words that the harness drives. */
export function encodeValues(signal: Signal, values: StreamValues, target: Uint32Array): void {
  const limbs = limbsOf(signal.width);
  if (isPacked(signal, values)) {
    const top = signal.width % 32 === 0 ? 0 : 2 ** (signal.width % 32);
    for (let index = limbs - 1; top !== 0 && index < values.length; index += limbs) {
      if (values[index]! >= top) {
        const beat = Math.floor(index / limbs);
        throw new SimulationError(
          `port ${signal.name} (${signal.width} bits), beat ${beat}: bits are set above the width`,
        );
      }
    }
    target.set(values);
    return;
  }
  const mask = signal.width === 32 ? -1 : 2 ** signal.width - 1;
  for (let beat = 0; beat < values.length; beat += 1) {
    const value = values[beat]!;
    checkValue(signal, value, `, beat ${beat}`);
    if (limbs === 1) {
      target[beat] = Number(value) & mask;
    } else {
      let rest = BigInt.asUintN(signal.width, BigInt(value));
      for (let limb = 0; limb < limbs; limb += 1) {
        target[beat * limbs + limb] = Number(rest & 0xffff_ffffn);
        rest >>= 32n;
      }
    }
  }
}

/** Copies recorded words out of the module's memory. */
export function decodeValues(signal: Signal, words: Uint32Array): RecordedValues {
  const copy = words.slice();
  const { width, signed } = signal;
  if (width <= 32) {
    if (!signed) return copy;
    return new Int32Array(copy.buffer).map((word) => (word << (32 - width)) >> (32 - width));
  }
  if (width > 64) return copy;
  if (!signed) return new BigUint64Array(copy.buffer);
  return new BigInt64Array(copy.buffer).map((word) => BigInt.asIntN(width, word));
}
