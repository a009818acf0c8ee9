import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../model-error.js';
import type { QuantizedLayer } from '../quantized.js';
import { type ElementType, readSafetensors, type SafetensorsContent, type StoredTensor } from '../safetensors/index.js';
import { float32Of, int32Of, int8Of } from '../safetensors/stored-numbers.js';
import { chainSchema, type WeightedChainLayer } from './chain-schema.js';
import { checkCompressedModel, checkIndices, imageChannels } from './check-compressed.js';
import type { CompressedLayer, CompressedModel } from './compressed-model.js';
import { formatName, formatVersion } from './format.js';
import { keptTaps } from './kept-taps.js';
import { maskContradiction } from './nonzero-mask.js';
import { cellsOf, type WeightedLayer } from './weight-matrix.js';

const hint = 'compress the network again';

/** @throws ModelError, as `parseCompressed`, and for a file that cannot be opened */
export function readCompressedFile(path: string): CompressedModel {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ModelError(`the file cannot be read (${code})`, { file: path }, 'give the path of a compressed network');
  }
  return parseCompressed(bytes, basename(path));
}

/**
 * The model of a file; see docs/compressed-format.md.
 *
 * @param file how messages call it
 * @throws ModelError in one line for a file of another kind or a later version, and for one that is damaged or
 *   contradicts itself; it names the tensor
 */
export function parseCompressed(bytes: Uint8Array, file: string): CompressedModel {
  try {
    const content = readSafetensors(bytes);
    checkVersion(content.metadata);
    const model = modelOf(content);
    checkCompressedModel(model);
    return model;
  } catch (error) {
    throw error instanceof ModelError ? error.at({ file }) : error;
  }
}

function checkVersion({ format, version }: SafetensorsContent['metadata']): void {
  if (format !== formatName) {
    const what = format === undefined ? 'without a format' : `of format '${format}'`;
    throw new ModelError(`holds tensors ${what}, no compressed network`, {}, `give a file of format ${formatName}`);
  }
  if (version === String(formatVersion)) return;
  const known = `this tool reads version ${formatVersion}`;
  throw new ModelError(
    `has version ${version ?? '(none)'} of the format, ${known}`,
    {},
    `use a later sotto, or ${hint}`,
  );
}

function modelOf({ metadata, tensors }: SafetensorsContent): CompressedModel {
  const { layers, ...rest } = metadataJson(metadata, 'network', chainSchema);
  const provenance = metadataJson(metadata, 'provenance', z.record(z.string(), z.unknown()));
  const left = new Map(tensors);
  const described: CompressedLayer[] = [];
  let channels = imageChannels(rest.input.shape);
  const quantized = layers.map((layer): QuantizedLayer => {
    if (layer.kind === 'maximumPool') return layer;
    if (layer.kind === 'averagePool') {
      const { requantization } = layer;
      return {
        ...layer,
        requantization: { ...requantization, multiplier: Int32Array.from(requantization.multiplier) },
      };
    }
    const parts = takeParts(layer, left);
    described.push(parts.before);
    const whole = weightedLayer(layer, parts, channels);
    channels = parts.before.keptRows;
    return whole;
  });
  const [stray] = left.keys();
  if (stray !== undefined) throw new ModelError('belongs to no layer of the network', { tensor: stray }, hint);
  return { network: { ...rest, layers: quantized }, layers: described, provenance };
}

function metadataJson<T>(metadata: SafetensorsContent['metadata'], key: string, schema: z.ZodType<T>): T {
  let data: unknown;
  try {
    data = JSON.parse(metadata[key] ?? '');
  } catch {
    throw new ModelError(`'${key}' of the metadata is ${key in metadata ? 'no JSON' : 'missing'}`, {}, hint);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `${[key, ...(issue?.path ?? [])].join('.')} of the metadata: ${issue?.message ?? ''}`;
  throw new ModelError(what, {}, hint);
}

interface Parts {
  readonly before: CompressedLayer;
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly multiplier?: Int32Array;
}

/** Takes a layer's tensors out of those that are left. */
function takeParts(
  { name, rows, columns, requantization }: WeightedChainLayer,
  left: Map<string, StoredTensor>,
): Parts {
  const take = (part: string, type: ElementType, shape: readonly number[]): StoredTensor => {
    const key = `${name}.${part}`;
    const tensor = left.get(key);
    if (tensor === undefined) throw new ModelError('is missing', { tensor: key }, hint);
    left.delete(key);
    if (tensor.type !== type || tensor.shape.join() !== shape.join()) {
      const [is, expected] = [tensor, { type, shape }].map((one) => `${one.type} [${one.shape.join(', ')}]`);
      throw new ModelError(`is ${is}, expected is ${expected}`, { tensor: key }, hint);
    }
    return tensor;
  };
  const [rowCount = 0, columnCount = 0] = left.get(`${name}.weight`)?.shape ?? [];
  const weights = int8Of(take('weight', 'I8', [rowCount, columnCount]));
  if (weights.length === 0) throw new ModelError('holds no weights', { tensor: `${name}.weight` }, hint);
  const mask = take('mask', 'U8', [Math.ceil(weights.length / 8)]).bytes;
  const place = maskContradiction(mask, weights);
  if (place !== undefined) contradiction(name, place, weights, columnCount);
  const keptRows = int32Of(take('rows', 'I32', [rowCount]));
  const keptColumns = int32Of(take('columns', 'I32', [columnCount]));
  checkIndices(keptRows, rows, rowCount, `${name}.rows`);
  checkIndices(keptColumns, columns, columnCount, `${name}.columns`);
  const bias = int32Of(take('bias', 'I32', [rowCount]));
  const weightScale = float32Of(take('scale', 'F32', [rowCount]));
  const multiplier = requantization && int32Of(take('multiplier', 'I32', [rowCount]));
  const before = { name, rows, columns, keptRows, keptColumns, weightScale };
  return { before, weights, bias, ...(multiplier && { multiplier }) };
}

function contradiction(name: string, place: number, weights: Int8Array, columns: number): never {
  const weight = weights[place];
  const at = `[${Math.floor(place / columns)}, ${place % columns}]`;
  const what =
    weight === undefined
      ? `bit ${place} is set, but there are ${weights.length} weights`
      : `calls weight ${at} ${weight === 0 ? 'kept, but it is 0' : `pruned, but it is ${weight}`}`;
  throw new ModelError(what, { tensor: `${name}.mask` }, hint);
}

function weightedLayer(layer: WeightedChainLayer, parts: Parts, channels: Int32Array): WeightedLayer {
  const { weights, bias, multiplier, before } = parts;
  const lists = {
    weights,
    bias,
    ...(layer.requantization && multiplier && { requantization: { ...layer.requantization, multiplier } }),
  };
  const common = {
    name: layer.name,
    inputShape: layer.inputShape,
    outputShape: layer.outputShape,
    input: layer.input,
    output: layer.output,
    outputMeaning: layer.outputMeaning,
    weightBits: layer.weightBits,
    accumulatorBits: layer.accumulatorBits,
    ...lists,
  };
  if (layer.kind === 'fullyConnected') return withTaps({ kind: 'fullyConnected', ...common }, before, channels);
  const { kernel, stride, dilation, padding, paddingValue, groups } = layer;
  const whole = { kind: layer.kind, ...common, kernel, stride, dilation, padding, paddingValue, groups };
  return groups > 1 ? whole : withTaps(whole, before, channels);
}

function withTaps(layer: WeightedLayer, { keptColumns }: CompressedLayer, channels: Int32Array): WeightedLayer {
  const taps = keptTaps(layer.name, keptColumns, cellsOf(layer), channels);
  return taps === undefined ? layer : { ...layer, taps };
}
