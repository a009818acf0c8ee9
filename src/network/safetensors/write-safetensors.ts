import { elementBytes, lengthBytes, metadataKey, type SafetensorsContent, type StoredTensor } from './safetensors.js';

/** The data begins at a multiple of this, so that every tensor is aligned. */
const alignment = 8;

/**
 * The bytes of a file. Metadata by key, tensors with the widest elements first, then by name: the same content gives the
 * same bytes, in whatever order it is.
 *
 * @throws RangeError for a tensor whose bytes are not those of its shape, or that is called as the metadata are
 */
export function writeSafetensors({ metadata, tensors }: SafetensorsContent): Uint8Array {
  const ordered = [...tensors].sort(
    ([a, { type }], [b, other]) => elementBytes[other.type] - elementBytes[type] || compare(a, b),
  );
  const header: [string, unknown][] = [
    [metadataKey, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => compare(a, b)))],
  ];
  let end = 0;
  for (const [name, tensor] of ordered) {
    checkTensor(name, tensor);
    const begin = end;
    end += tensor.bytes.length;
    header.push([name, { dtype: tensor.type, shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(json.length / alignment) * alignment;
  const data = lengthBytes + length;
  const bytes = new Uint8Array(data + end).fill(0x20, lengthBytes, data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, lengthBytes);
  let place = data;
  for (const [, tensor] of ordered) {
    bytes.set(tensor.bytes, place);
    place += tensor.bytes.length;
  }
  return bytes;
}

/** By code units, as every machine and language does. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function checkTensor(name: string, { type, shape, bytes }: StoredTensor): void {
  if (name === metadataKey) throw new RangeError(`no tensor may be called ${metadataKey}`);
  const size = shape.reduce((product, length) => product * length, elementBytes[type]);
  if (bytes.length === size) return;
  throw new RangeError(`tensor ${name}: ${type} [${shape.join(', ')}] takes ${size} bytes, not ${bytes.length}`);
}
