import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the simulator: the installation is incomplete');
    folder = parent;
  }
  return folder;
}

/** The C++ files that every model is compiled with: beside the sources, and beside `dist/` in a published package. */
export const runtimeFolder = join(findRoot(), 'sim', 'runtime');
