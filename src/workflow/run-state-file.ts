import { existsSync, readFileSync } from 'node:fs';
import { withPlace } from '../build/input-error.js';
import type { CompressOptions } from './compress-options.js';

/** Where a run keeps its state. */
export function statePath({ out }: CompressOptions): string {
  return `${out}.state`;
}

/** The state of an interrupted run, if there is one to go on from. */
export function readState(options: CompressOptions): Uint8Array | undefined {
  const path = statePath(options);
  if (options.restart === true || !existsSync(path)) return undefined;
  return withPlace(path, () => readFileSync(path));
}
