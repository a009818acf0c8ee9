/** `manifest.json` of a design: everything that a user or a tool needs to know of it, without the model it came from. */
import { z } from 'zod';
import type { EnginePlan, LayerPlan } from '../layout/plan.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import { integerFormatSchema, mapShapeSchema, preprocessSchema, realMeaningSchema } from '../network/network-schema.js';

export const manifestFile = 'manifest.json';

/** Raised when older versions of the tool could not read the file, or would misread it. */
export const manifestVersion = 2;

const count = z.int().min(0);
const positive = z.int().min(1);

const geometrySchema = z.strictObject({
  rows: positive,
  columns: positive,
  readCycles: positive,
  writeCycles: positive,
});

const bankSchema = z.strictObject({
  groups: positive,
  filters: positive,
  taps: positive,
  chunks: positive,
  chunkWidth: positive,
  chunksAtOnce: positive,
  planesAtOnce: positive,
  filtersAtOnce: positive,
  pixelsAtOnce: positive,
  segmentsPerSubarray: positive,
  across: positive,
  stack: positive,
  weightPlanes: positive,
  activationPlanes: positive,
  chunkGroups: positive,
  planeGroups: positive,
  passesPerGroup: positive,
  rows: positive,
  cyclesPerRow: positive,
  digitBits: positive,
});

const layerSchema = z.strictObject({
  /** As the model calls it, and as the Verilog does. */
  name: z.string(),
  module: z.string(),
  kind: z.enum(['convolution', 'fullyConnected', 'maximumPool', 'averagePool']),
  inputShape: mapShapeSchema,
  outputShape: mapShapeSchema,
  input: integerFormatSchema,
  output: integerFormatSchema,
  outputMeaning: realMeaningSchema,
  weights: z.strictObject({ count: positive, bits: positive }).exactOptional(),
  /**
   * Of a layer without some columns of its weights: the columns of the whole, those that are there, and the bits of the
   * table that says which values to keep; 0 where wires alone choose.
   */
  gather: z.strictObject({ columns: positive, taps: positive, tableBits: count }).exactOptional(),
  /** Cycles of an image in which the layer's bank senses rows; 0 without a bank. */
  sensingCycles: count,
  subarrays: count,
  /** Share of the cells of its subarrays that hold a weight's bit. */
  occupancy: z.number(),
  plan: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('bank'),
      source: z.enum(['window', 'vector']),
      bank: bankSchema,
      fifoDepth: count,
    }),
    z.strictObject({ kind: z.literal('pool'), digitBits: count }),
  ]),
  /** The ready/valid stream that leaves the layer: an instance inside the top module and its ports. */
  stream: z.strictObject({ instance: z.string(), valid: z.string(), ready: z.string(), value: z.string() }),
});

const compressedLayerSchema = z.strictObject({
  name: z.string(),
  rows: positive,
  columns: positive,
  keptRows: positive,
  keptColumns: positive,
  nonzero: count,
  weightBits: positive,
  activationBits: positive,
});

/** See `EngineCosts`. */
const costsSchema = z.strictObject({
  cells: count,
  subarrays: count,
  cyclesPerImage: z.number().positive(),
  latency: positive,
  estimatedTables: count,
  indexBits: count,
});

export const manifestSchema = z.strictObject({
  format: z.literal('sotto-design'),
  formatVersion: z.literal(manifestVersion),
  generator: z.strictObject({ name: z.string(), version: z.string() }),
  top: z.string(),
  network: z.string(),
  model: z.strictObject({ file: z.string(), sha256: z.string() }),
  /** What was asked for, with defaults filled in. */
  options: z.strictObject({
    /** null: the file of a compressed network fixes them. */
    weightBits: positive.nullable(),
    activationBits: positive.nullable(),
    layers: z.record(z.string(), z.unknown()),
    calibration: z.strictObject({ file: z.string(), sha256: z.string(), images: positive }).nullable(),
    preprocess: preprocessSchema,
    budget: z.strictObject({ cycles: positive.exactOptional(), subarrays: positive.exactOptional() }),
    body: z.enum(['fpga', 'behavioural', 'asic']),
    keepZeros: z.literal(true).exactOptional(),
    /** The design whose subarrays each layer may take. */
    alongside: z
      .strictObject({ top: z.string(), model: z.strictObject({ file: z.string(), sha256: z.string() }) })
      .exactOptional(),
    device: z.strictObject({ name: z.string(), clockNs: z.number() }).nullable(),
  }),
  ports: z.array(
    z.strictObject({
      name: z.string(),
      direction: z.enum(['input', 'output']),
      width: positive,
      signed: z.boolean(),
      meaning: z.string(),
    }),
  ),
  input: z.strictObject({
    stream: z.string(),
    shape: mapShapeSchema,
    order: z.string(),
    format: integerFormatSchema,
    meaning: realMeaningSchema,
    preprocess: preprocessSchema,
  }),
  result: z.strictObject({
    stream: z.string(),
    field: z.enum(['score', 'label']),
    perImage: positive,
    format: integerFormatSchema,
    meaning: realMeaningSchema,
  }),
  /** Clock cycles, when nothing stalls the input or the result. */
  timing: z.strictObject({ latency: positive, cyclesPerImage: z.number().positive() }),
  geometry: geometrySchema,
  subarrays: count,
  occupancy: z.number(),
  layers: z.array(layerSchema).min(1),
  /** Of a compressed network: what was removed, and what the engine takes beside that of its dense twin. */
  compression: z
    .strictObject({
      parameters: positive,
      nonzero: count,
      pruningRatio: z.number().positive(),
      layers: z.array(compressedLayerSchema),
      engine: costsSchema,
      /** Null where it does not fit what the engine was allowed. */
      denseTwin: costsSchema.nullable(),
      /** Both as fast as the subarrays of the dense twin allow; null where subarrays are given layer by layer. */
      sameSubarrays: z
        .strictObject({ cyclesPerImage: z.number().positive(), denseCyclesPerImage: z.number().positive() })
        .nullable(),
      provenance: z.record(z.string(), z.unknown()),
    })
    .exactOptional(),
  files: z.array(
    z.strictObject({
      /** Path within the folder, with forward slashes. */
      file: z.string(),
      /** `model`: Verilog for simulation in place of the black box of the same file name. */
      kind: z.enum(['verilog', 'image', 'program', 'model', 'network', 'note']),
      bytes: count,
      sha256: z.string(),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestLayer = Manifest['layers'][number];
type CompressedLayer = Readonly<z.infer<typeof compressedLayerSchema>>;

/** Whether a row or a column of a matrix is gone: a network can be compressed to fewer bits alone. */
export function removesAnything({ layers }: { readonly layers: readonly CompressedLayer[] }): boolean {
  return layers.some((layer) => layer.keptRows < layer.rows || layer.keptColumns < layer.columns);
}

/** The plan that a design was built from: with its cycles, for instance, any number of images can be predicted. */
export function planOf(manifest: Manifest, network: QuantizedNetwork): EnginePlan {
  return {
    network,
    geometry: manifest.geometry,
    layers: network.layers.map((layer, index): LayerPlan => {
      const { plan } = manifest.layers[index]!;
      if (layer.kind === 'convolution' || layer.kind === 'fullyConnected') {
        if (plan.kind !== 'bank') throw new Error(`layer ${layer.name} has weights, but its plan has no bank`);
        return { ...plan, layer };
      }
      return { kind: 'pool', layer, digitBits: plan.kind === 'pool' ? plan.digitBits : 0 };
    }),
  };
}
