import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { isSafetensors } from '../safetensors/index.js';

/** Whether a path is to be read as a compressed network: by its ending, so that damaged files are told as such, or by its first bytes. */
export function isCompressedFile(path: string): boolean {
  if (path.endsWith('.safetensors')) return true;
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(9);
    return isSafetensors(bytes.subarray(0, readSync(file, bytes)));
  } finally {
    closeSync(file);
  }
}
