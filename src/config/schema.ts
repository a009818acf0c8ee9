import { z } from 'zod';
import type { Device } from '../device/device.js';
import type { EngineConfig } from './define-engine.js';

/** An object whose unknown keys are an error that names the known ones. */
function known<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown ${issue.keys.map((key) => `'${key}'`).join(', ')}, known are ${allowed}`
        : undefined,
  });
}

const bits = z.int().min(1).max(8).exactOptional();
const positive = z.int().min(1);

const widths = { weights: bits, activations: bits };
const parallelism = known({
  chunks: positive.exactOptional(),
  chunksAtOnce: positive.exactOptional(),
  planesAtOnce: positive.exactOptional(),
  filtersAtOnce: positive.exactOptional(),
  pixelsAtOnce: positive.exactOptional(),
});
const layer = known({ ...widths, parallelism: parallelism.exactOptional() });

const isDevice = (value: unknown): value is Device =>
  typeof value === 'object' && value !== null && 'times' in value && 'geometry' in value && 'name' in value;

export const configSchema: z.ZodType<EngineConfig> = known({
  top: z.string().exactOptional(),
  body: z.enum(['fpga', 'behavioural', 'asic']).exactOptional(),
  device: z
    .union([z.string(), z.custom<Device>(isDevice)], {
      error: 'give the name of a device, or one made by defineDevice',
    })
    .exactOptional(),
  clockNs: z.number().positive().exactOptional(),
  subarray: known({
    rows: z.int().min(2).exactOptional(),
    columns: positive.exactOptional(),
    readCycles: positive.exactOptional(),
    writeCycles: positive.exactOptional(),
  }).exactOptional(),
  layers: z
    .object({ default: known(widths).exactOptional() })
    .catchall(layer)
    .exactOptional(),
  budget: known({ cyclesPerImage: positive.exactOptional(), subarrays: positive.exactOptional() })
    .refine((budget) => budget.cyclesPerImage === undefined || budget.subarrays === undefined, {
      error: 'give cyclesPerImage or subarrays, not both',
    })
    .exactOptional(),
  preprocess: z
    .union(
      [
        z.enum(['raw', 'unit']),
        known({
          divisor: z.number().positive().exactOptional(),
          mean: z.number(),
          deviation: z.number().positive(),
        }),
      ],
      { error: "give 'raw', 'unit' or { mean, deviation, divisor }" },
    )
    .exactOptional(),
  calibrate: z.string().exactOptional(),
});
