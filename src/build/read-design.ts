import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkQuantizedNetwork } from '../network/integer/index.js';
import { ModelError } from '../network/model-error.js';
import type { QuantizedNetwork } from '../network/quantized.js';
import { InputError, isSystemError, withPlace } from './input-error.js';
import { type Manifest, manifestFile, manifestSchema, manifestVersion } from './manifest.js';
import { networkFile, parseNetwork } from './network-file.js';

export interface Design {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly network: QuantizedNetwork;
  /** Files that are no longer what was generated. */
  readonly edited: readonly string[];
}

const hint = 'give a folder that sotto generate wrote';
const again = 'generate the design again';

/** What every version of the manifest says. */
const inventorySchema = z.object({
  format: z.literal('sotto-design'),
  files: z.array(z.object({ file: z.string(), sha256: z.string() })),
});

/** The files of a design of any version. @throws InputError where the folder holds none */
export function readInventory(folder: string): ReadonlyMap<string, string> {
  const { files } = parseManifest(folder, (data) => inventorySchema.parse(data));
  return new Map(files.map(({ file, sha256 }) => [file, sha256]));
}

/** @throws InputError when the folder holds no manifest that this version reads */
export function readManifest(folder: string): Manifest {
  return parseManifest(folder, (data, path) => {
    const other = z.object({ kind: z.string() }).safeParse(data);
    if (other.success) {
      throw new InputError('design', folder, `holds a unit (${other.data.kind}), not the engine of a network`, hint);
    }
    const version = z.object({ format: z.literal('sotto-design'), formatVersion: z.int() }).safeParse(data);
    if (version.success && version.data.formatVersion !== manifestVersion) {
      throw new InputError(
        'design',
        path,
        `has format version ${version.data.formatVersion}, this tool reads ${manifestVersion}`,
        `${again} with this version`,
      );
    }
    return manifestSchema.parse(data);
  });
}

function parseManifest<T>(folder: string, read: (data: unknown, path: string) => T): T {
  const path = join(folder, manifestFile);
  const status = withPlace(folder, () => statSync(folder, { throwIfNoEntry: false }));
  if (status === undefined) throw new InputError('design', folder, 'no such folder', hint);
  if (!status.isDirectory()) throw new InputError('design', folder, 'is a file, not a design’s folder', hint);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    throw new InputError('design', folder, `is no design: it has no ${manifestFile}`, hint);
  }
  return parse(path, text, (data) => read(data, path));
}

/**
 * Reads a design and checks its files by their hashes: files that are missing are an error, edited ones are listed.
 *
 * @throws InputError
 */
export function readDesign(folder: string): Design {
  const manifest = readManifest(folder);
  const edited = manifest.files
    .filter(({ file, sha256 }) => {
      const path = join(folder, file);
      try {
        return createHash('sha256').update(readFileSync(path)).digest('hex') !== sha256;
      } catch (error) {
        if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
        throw new InputError('design', path, 'is missing from the design', again);
      }
    })
    .map(({ file }) => file);
  const path = join(folder, networkFile);
  const network = parse(
    path,
    withPlace(path, () => readFileSync(path, 'utf8')),
    parseNetwork,
  );
  try {
    checkQuantizedNetwork(network);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new InputError('design', path, error.message, again);
  }
  const names = (layers: readonly { readonly name: string }[]) => JSON.stringify(layers.map(({ name }) => name));
  if (names(network.layers) !== names(manifest.layers)) {
    throw new InputError('design', path, `has other layers than ${manifestFile}`, again);
  }
  return { folder, manifest, network, edited };
}

function parse<T>(path: string, text: string, read: (data: unknown) => T): T {
  try {
    return read(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError('design', path, `is damaged (${error.message})`, again);
    if (error instanceof z.ZodError) {
      const first = error.issues[0];
      const where = first?.path.join('.') ?? '';
      throw new InputError('design', path, `is not what sotto writes (${where}: ${first?.message ?? ''})`, again);
    }
    throw error;
  }
}
