import { existsSync, readFileSync } from 'node:fs';
import { withPlace } from '../build/input-error.js';
import { writeAtomically } from '../network/safetensors/index.js';

interface Run {
  readonly out: string;
  readonly restart?: boolean;
}

/** Where a run keeps its state. */
export function statePath({ out }: Run): string {
  return `${out}.state`;
}

/** The state of an interrupted run, if there is one to go on from. */
export function readState(options: Run): Uint8Array | undefined {
  const path = statePath(options);
  if (options.restart === true || !existsSync(path)) return undefined;
  return withPlace(path, () => readFileSync(path));
}

export function writeState(options: Run, state: Uint8Array): void {
  const path = statePath(options);
  withPlace(path, () => writeAtomically(path, state));
}
