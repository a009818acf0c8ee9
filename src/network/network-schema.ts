/** What the JSON of a quantised network looks like, without its long lists: files differ in where they keep these. */
import { z } from 'zod';

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

/** Without multipliers. */
export const requantizationSchema = z.strictObject({
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
const weighted = { ...base, weightBits: positive, accumulatorBits: positive };
const window = { kernel: pair, stride: pair, padding: sides };

/** Without weights, taps, biases and requantisation. */
export const convolutionSchema = z.strictObject({
  kind: z.literal('convolution'),
  ...weighted,
  ...window,
  dilation: pair,
  paddingValue: integer,
  groups: positive,
});

/** Without weights, taps, biases and requantisation. */
export const fullyConnectedSchema = z.strictObject({ kind: z.literal('fullyConnected'), ...weighted });

export const maximumPoolSchema = z.strictObject({ kind: z.literal('maximumPool'), ...base, ...window });

/** Without requantisation. */
export const averagePoolSchema = z.strictObject({
  kind: z.literal('averagePool'),
  ...base,
  ...window,
  paddingValue: integer,
});

/** Without layers. */
export const networkSchema = z.strictObject({
  name: z.string(),
  input: z.strictObject({
    shape: mapShapeSchema,
    format: integerFormatSchema,
    meaning: realMeaningSchema,
    preprocess: preprocessSchema,
  }),
  ending: z.enum(['scores', 'argmax']),
});
