import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256 } from '../build/write-design.js';
import type { CompressOptions } from './compress-options.js';
import type { DataFolder } from './data-folder.js';

/** The options without paths and callbacks, which decide nothing. */
function decisive(options: CompressOptions): Record<string, unknown> {
  const undecided: readonly (keyof CompressOptions)[] = ['model', 'data', 'out', 'onStep', 'restart'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => !undecided.some((other) => other === name)));
}

/** Of the model, the data and all options that decide the result. */
export function fingerprintOf(options: CompressOptions, { train, test }: DataFolder): string {
  const parts = [
    sha256(readFileSync(options.model)),
    sha256(train.images.pixels),
    sha256(Uint8Array.from(train.labels.classes)),
    test === undefined ? '' : sha256(test.images.pixels),
    JSON.stringify(decisive(options)),
  ];
  return sha256(parts.join('\n'));
}

/** How a compressed model was made, for its file. */
export function provenanceOf(options: CompressOptions): Record<string, unknown> {
  return {
    model: { file: basename(options.model), sha256: sha256(readFileSync(options.model)) },
    method: options.method ?? 'admm',
    ...decisive(options),
  };
}
