import { basename, join } from 'node:path';
import type { Design } from '../build/read-design.js';

/** The files that a simulator reads: models of macros in place of their black boxes. */
export function sourcesOf({ folder, manifest }: Pick<Design, 'folder' | 'manifest'>): {
  readonly sources: string[];
  readonly dataFiles: string[];
} {
  const files = (kind: string) => manifest.files.filter((file) => file.kind === kind).map(({ file }) => file);
  const models = files('model');
  const modelled = new Set(models.map((file) => basename(file)));
  const verilog = files('verilog').filter((file) => !modelled.has(file));
  const paths = (names: readonly string[]) => names.map((file) => join(folder, file));
  return { sources: paths([...verilog, ...models]), dataFiles: paths(files('image')) };
}
