import { z } from 'zod';
import { ModelError } from '../model-error.js';
import {
  elementBytes,
  type ElementType,
  lengthBytes,
  longestHeader,
  metadataKey,
  type SafetensorsContent,
  type StoredTensor,
} from './safetensors.js';

const hint = 'write the file again: it is damaged or of another kind';

const types = Object.keys(elementBytes) as [ElementType, ...ElementType[]];
const offset = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(types),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([offset, offset]),
});
const metadataSchema = z.record(z.string(), z.string());

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Whether the bytes begin as a safetensors file does; a model of ONNX does not. */
export function isSafetensors(bytes: Uint8Array): boolean {
  const length = headerLength(bytes);
  return length !== undefined && length <= longestHeader && bytes[lengthBytes] === 0x7b;
}

/**
 * The tensors of a file; their bytes are views into `bytes`. As in the reference implementation the data must be covered
 * without overlaps and without gaps.
 *
 * @throws ModelError that names the tensor, for a file that is truncated or contradicts itself
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsContent {
  const length = headerLength(bytes);
  if (length === undefined) throw new ModelError(`${bytes.length} bytes are too few for a safetensors file`, {}, hint);
  if (length > longestHeader) throw new ModelError('does not begin as a safetensors file does', {}, hint);
  const data = lengthBytes + length;
  if (data > bytes.length) {
    const rest = bytes.length - lengthBytes;
    throw new ModelError(`the header should have ${length} bytes, but ${rest} follow its length`, {}, hint);
  }
  const { [metadataKey]: metadata = {}, ...rest } = parseHeader(bytes.subarray(lengthBytes, data));
  const strings = metadataSchema.safeParse(metadata);
  if (!strings.success) throw new ModelError(`${metadataKey} holds other things than texts`, {}, hint);
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry));
  checkCover(entries, bytes.length - data);
  const tensors = new Map<string, StoredTensor>(
    entries.map(({ name, type, shape, begin, end }) => [
      name,
      { type, shape, bytes: bytes.subarray(data + begin, data + end) },
    ]),
  );
  return { metadata: strings.data, tensors };
}

function headerLength(bytes: Uint8Array): number | undefined {
  if (bytes.length <= lengthBytes) return undefined;
  return Number(new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true));
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ModelError('the header is no JSON', {}, hint);
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
    return header as Record<string, unknown>;
  }
  throw new ModelError('the header is no JSON object', {}, hint);
}

function parseEntry(name: string, entry: unknown): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new ModelError(`${where === '' ? 'its entry' : where}: ${issue?.message ?? ''}`, { tensor: name }, hint);
  }
  const { dtype: type, shape } = parsed.data;
  const [begin, end] = parsed.data.data_offsets;
  const size = shape.reduce((product, length) => product * length, elementBytes[type]);
  if (end - begin !== size) {
    const what = `${type} [${shape.join(', ')}] takes ${size} bytes, but its place ${begin} … ${end} has ${end - begin}`;
    throw new ModelError(what, { tensor: name }, hint);
  }
  return { name, type, shape, begin, end };
}

function checkCover(entries: readonly Entry[], size: number): void {
  let covered = 0;
  let before = '';
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) throw new ModelError(`overlaps tensor '${before}'`, { tensor: name }, hint);
    if (begin > covered) {
      throw new ModelError(`${begin - covered} bytes before it belong to no tensor`, { tensor: name }, hint);
    }
    if (end > size) throw new ModelError(`ends at byte ${end} of ${size}: the file is cut off`, { tensor: name }, hint);
    covered = end;
    before = name;
  }
  if (covered < size) {
    throw new ModelError(`${size - covered} bytes after the last tensor belong to none`, {}, hint);
  }
}
