import { createRequire } from 'node:module';
import { z } from 'zod';

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** Name and version of this package, from its own package.json. */
export function generatorVersion(): { readonly name: string; readonly version: string } {
  const data: unknown = createRequire(import.meta.url)('sotto/package.json');
  return packageSchema.parse(data);
}
