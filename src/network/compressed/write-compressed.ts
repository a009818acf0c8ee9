import { type StoredTensor, writeAtomically, writeSafetensors } from '../safetensors/index.js';
import { storeFloat32, storeInt32, storeInt8, storeUint8 } from '../safetensors/stored-numbers.js';
import { canonicalJson } from './canonical-json.js';
import { checkCompressedModel } from './check-compressed.js';
import type { CompressedLayer, CompressedModel } from './compressed-model.js';
import { formatName, formatVersion } from './format.js';
import { nonzeroMask } from './nonzero-mask.js';
import { isWeighted, type WeightedLayer } from './weight-matrix.js';

/**
 * Writes a model to a file, whole or not at all.
 *
 * @throws ModelError for a model that contradicts itself; the operating system's error where it refuses
 */
export function writeCompressedFile(path: string, model: CompressedModel): void {
  writeAtomically(path, compressedBytes(model));
}

/** The bytes of the file; see docs/compressed-format.md. The same model gives the same bytes. */
export function compressedBytes(model: CompressedModel): Uint8Array {
  checkCompressedModel(model);
  const { network, layers: described, provenance } = model;
  const tensors = new Map<string, StoredTensor>();
  network.layers.filter(isWeighted).forEach((layer, index) => {
    for (const [part, tensor] of layerTensors(layer, described[index]!)) tensors.set(`${layer.name}.${part}`, tensor);
  });
  return writeSafetensors({
    metadata: {
      format: formatName,
      version: String(formatVersion),
      network: canonicalJson({ ...network, layers: chainLayers(model) }, 'network'),
      provenance: canonicalJson(provenance, 'provenance'),
    },
    tensors,
  });
}

function layerTensors(layer: WeightedLayer, before: CompressedLayer): [part: string, tensor: StoredTensor][] {
  const { weights, bias, requantization } = layer;
  const { keptRows, keptColumns, weightScale } = before;
  return [
    ['weight', storeInt8(weights, [keptRows.length, keptColumns.length])],
    ['mask', storeUint8(nonzeroMask(weights))],
    ['rows', storeInt32(keptRows)],
    ['columns', storeInt32(keptColumns)],
    ['bias', storeInt32(bias)],
    ['scale', storeFloat32(weightScale)],
    ...(requantization ? [['multiplier', storeInt32(requantization.multiplier)] as [string, StoredTensor]] : []),
  ];
}

/** Layers with what is no tensor. Lists that are one become undefined, which JSON leaves out. */
function chainLayers({ network, layers: described }: CompressedModel): unknown[] {
  const sizes = new Map(described.map(({ name, rows, columns }) => [name, { rows, columns }]));
  return network.layers.map((layer) => {
    if (layer.kind === 'maximumPool') return layer;
    const { requantization } = layer;
    if (layer.kind === 'averagePool') {
      return { ...layer, requantization: { ...requantization, multiplier: [...layer.requantization.multiplier] } };
    }
    return {
      ...layer,
      ...sizes.get(layer.name),
      weights: undefined,
      taps: undefined,
      bias: undefined,
      requantization: requantization && { ...requantization, multiplier: undefined },
    };
  });
}
