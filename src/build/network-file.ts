/**
 * The quantised network as a file of a design, so that the golden model runs without the model file: JSON, weights and
 * other long lists as base64 of little-endian integers.
 */
import { z } from 'zod';
import type { QuantizedNetwork } from '../network/quantized.js';

/** Name of the file in a design's folder. */
export const networkFile = 'network.json';

const integer = z.int();
const positive = z.int().min(1);
const pair = z.tuple([positive, positive]);
const sides = z.tuple([integer.min(0), integer.min(0), integer.min(0), integer.min(0)]);

export const mapShapeSchema = z.tuple([positive, positive, positive]);
export const integerFormatSchema = z.strictObject({ bits: positive.max(32), signed: z.boolean() });
export const realMeaningSchema = z.strictObject({ scale: z.number(), zeroPoint: z.number() });
export const preprocessSchema = z.strictObject({
  divisor: z.number().positive(),
  mean: z.number(),
  deviation: z.number().positive(),
});

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

const requantization = z.strictObject({
  multiplier: int32Array,
  multiplierBits: positive,
  shift: integer,
  zeroPoint: integer,
  low: integer,
  high: integer,
});

const base = {
  name: z.string(),
  inputShape: mapShapeSchema,
  outputShape: mapShapeSchema,
  input: integerFormatSchema,
  output: integerFormatSchema,
  outputMeaning: realMeaningSchema,
};
const weighted = {
  ...base,
  weights: int8Array,
  weightBits: positive,
  bias: int32Array,
  accumulatorBits: positive,
  requantization: requantization.exactOptional(),
};
const window = { kernel: pair, stride: pair, padding: sides };

const layerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('convolution'),
    ...weighted,
    ...window,
    dilation: pair,
    paddingValue: integer,
    groups: positive,
  }),
  z.strictObject({ kind: z.literal('fullyConnected'), ...weighted }),
  z.strictObject({ kind: z.literal('maximumPool'), ...base, ...window }),
  z.strictObject({ kind: z.literal('averagePool'), ...base, ...window, paddingValue: integer, requantization }),
]);

const networkSchema = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string(),
  input: z.strictObject({
    shape: mapShapeSchema,
    format: integerFormatSchema,
    meaning: realMeaningSchema,
    preprocess: preprocessSchema,
  }),
  layers: z.array(layerSchema).min(1),
  ending: z.enum(['scores', 'argmax']),
});

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
  const { name, input, layers, ending } = networkSchema.parse(data);
  return { name, input, layers, ending };
}
