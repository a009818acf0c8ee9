/** `network` of a compressed file's metadata: the chain of layers, whose long lists are tensors. */
import { z } from 'zod';
import {
  averagePoolSchema,
  convolutionSchema,
  fullyConnectedSchema,
  maximumPoolSchema,
  networkSchema,
  requantizationSchema,
} from '../network-schema.js';

const positive = z.int().min(1);

/** Sizes of the weight matrix before compression, and how sums become outputs, without the multipliers. */
const weighted = { rows: positive, columns: positive, requantization: requantizationSchema.exactOptional() };

export const chainLayerSchema = z.discriminatedUnion('kind', [
  convolutionSchema.extend(weighted),
  fullyConnectedSchema.extend(weighted),
  maximumPoolSchema,
  averagePoolSchema.extend({ requantization: requantizationSchema.extend({ multiplier: z.tuple([z.int()]) }) }),
]);

export const chainSchema = networkSchema.extend({ layers: z.array(chainLayerSchema).min(1) });

export type Chain = z.infer<typeof chainSchema>;
export type ChainLayer = z.infer<typeof chainLayerSchema>;
export type WeightedChainLayer = Extract<ChainLayer, { rows: number }>;
