/**
 * The quantised network as a file of a design, so that the golden model runs without the model file: JSON, weights and
 * other long lists as base64 of little-endian integers.
 */
import { z } from 'zod';
import {
  averagePoolSchema,
  convolutionSchema,
  fullyConnectedSchema,
  maximumPoolSchema,
  networkSchema,
  requantizationSchema,
} from '../network/network-schema.js';
import type { QuantizedNetwork } from '../network/quantized.js';

/** Name of the file in a design's folder. */
export const networkFile = 'network.json';

const int8Array = z.base64().transform((text) => {
  const bytes = Buffer.from(text, 'base64');
  return Int8Array.from(bytes, (byte) => (byte << 24) >> 24);
});
const int32Array = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) {
    context.addIssue(`${bytes.length} bytes are no whole number of 32-bit integers`);
    return z.NEVER;
  }
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(index * 4));
});

const requantization = requantizationSchema.extend({ multiplier: int32Array });
const lists = {
  taps: int32Array.exactOptional(),
  weights: int8Array,
  bias: int32Array,
  requantization: requantization.exactOptional(),
};

const layerSchema = z.discriminatedUnion('kind', [
  convolutionSchema.extend(lists),
  fullyConnectedSchema.extend(lists),
  maximumPoolSchema,
  averagePoolSchema.extend({ requantization }),
]);

const fileSchema = networkSchema.extend({ formatVersion: z.literal(1), layers: z.array(layerSchema).min(1) });

/** The text of the file; the same network gives the same bytes. */
export function networkText(network: QuantizedNetwork): string {
  const text = JSON.stringify(
    { formatVersion: 1, ...network },
    (_, value: unknown) => {
      if (value instanceof Int8Array)
        return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
      if (value instanceof Int32Array) return littleEndian(value).toString('base64');
      return value;
    },
    1,
  );
  return `${text}\n`;
}

function littleEndian(values: Int32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeInt32LE(value, index * 4));
  return bytes;
}

/** @throws ZodError where the data is no network */
export function parseNetwork(data: unknown): QuantizedNetwork {
  const { name, input, layers, ending } = fileSchema.parse(data);
  return { name, input, layers, ending };
}
