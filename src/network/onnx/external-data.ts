import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { ModelError, type ModelLocation } from '../model-error.js';
import type { TensorProto } from './onnx_pb.js';

/**
 * The bytes of a tensor that is stored beside the model (ONNX "external data": keys location, offset, length).
 * Only files inside the model's own folder are opened, links resolved, so that a model cannot read what it should not.
 *
 * @param expected bytes that the tensor's shape asks for
 * @throws ModelError when the file is missing, outside, or too short
 */
export function readExternalData(
  proto: TensorProto,
  expected: number,
  folder: string | undefined,
  where: ModelLocation,
): Uint8Array {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const path = locate(location, folder, where);
  const offset = wholeNumber(entries.get('offset') ?? '0', 'offset', where);
  const length = wholeNumber(entries.get('length') ?? String(expected), 'length', where);
  if (length !== expected) {
    throw new ModelError(
      `external data has ${length} bytes, but the shape needs ${expected}`,
      where,
      'the file may be damaged; export it again',
    );
  }
  const available = statSync(path).size;
  if (offset + length > available) {
    throw new ModelError(
      `external data ends at byte ${offset + length}, but '${location}' has ${available} bytes`,
      where,
      'copy the whole file beside the model',
    );
  }
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, length, offset);
  } finally {
    closeSync(file);
  }
  return bytes;
}

function locate(location: string, folder: string | undefined, where: ModelLocation): string {
  if (folder === undefined) {
    throw new ModelError(
      `the weights are in another file, '${location}'`,
      where,
      'read the model from its folder, or export it with the weights inside',
    );
  }
  const missing = (): ModelError =>
    new ModelError(`external data file '${location}' is missing`, where, 'put it beside the model file');
  if (location === '' || location.includes('\0') || isAbsolute(location)) throw missing();
  let path: string;
  let root: string;
  try {
    root = realpathSync(folder);
    path = realpathSync(resolve(root, location));
    if (!statSync(path).isFile()) throw missing();
  } catch {
    throw missing();
  }
  const inside = relative(root, path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new ModelError(
      `external data file '${location}' is outside of the model's folder`,
      where,
      'put it beside the model file',
    );
  }
  return path;
}

function wholeNumber(text: string, key: string, where: ModelLocation): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ModelError(`external data has ${key} '${text}'`, where, 'it must be a whole number of bytes');
}
