import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$SOTTO_CACHE`, or the operating system's folder for caches. */
export function defaultCacheFolder(): string {
  const { SOTTO_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SOTTO_CACHE) return SOTTO_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'sotto');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'sotto', 'Cache');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sotto');
}

/** Hash of a list of named parts; names and lengths are part of it, so that no two lists run together. */
export function contentKey(parts: readonly (readonly [name: string, content: string | Uint8Array])[]): string {
  const hash = createHash('sha256');
  for (const [name, content] of parts) {
    hash.update(`${name.length}:${name}:${content.length}:`);
    hash.update(content);
  }
  return hash.digest('hex').slice(0, 40);
}

/**
 * Files by name in one folder. A file appears whole or not at all: it is written under a temporary name and renamed,
 * so that several processes may share a folder.
 */
export class Cache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  read(name: string): Uint8Array<ArrayBuffer> | undefined {
    return this.has(name) ? new Uint8Array(readFileSync(this.path(name))) : undefined;
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(this.folder, { recursive: true });
    const temporary = this.path(`.${name}.${process.pid}.${randomBytes(6).toString('hex')}`);
    try {
      writeFileSync(temporary, content);
      renameSync(temporary, this.path(name));
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}
