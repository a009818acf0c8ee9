import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import type { EngineConfig } from './define-engine.js';
import { configSchema } from './schema.js';

const names = ['sotto.config.ts', 'sotto.config.mts', 'sotto.config.js', 'sotto.config.mjs'];

/** The configuration file of a folder, if it has one. */
export function findConfig(folder: string): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Reads a configuration; TypeScript needs no build, and `import … from 'sotto'` finds this package wherever the file is.
 *
 * @throws ConfigError in one line for a file that is missing, does not run or exports something else
 */
export async function loadConfig(path: string): Promise<EngineConfig> {
  const file = resolve(path);
  const shown = relative(process.cwd(), file) || path;
  if (!existsSync(file)) {
    throw new ConfigError(shown, 'no such file', 'give the path of a sotto.config.ts');
  }
  const config = configSchema.safeParse(await exported(file, shown));
  if (!config.success) {
    throw new ConfigError(shown, oneLine(config.error), 'correct the configuration');
  }
  const { calibrate } = config.data;
  return calibrate === undefined ? config.data : { ...config.data, calibrate: resolve(dirname(file), calibrate) };
}

async function exported(file: string, shown: string): Promise<unknown> {
  const index = import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js';
  const jiti = createJiti(import.meta.url, {
    alias: { sotto: fileURLToPath(new URL(index, import.meta.url)) },
    fsCache: false,
    moduleCache: false,
  });
  try {
    const module: unknown = await jiti.import(file);
    if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ConfigError(shown, `does not run (${reason})`, 'correct the configuration', { cause: error });
  }
  throw new ConfigError(shown, 'has no default export', 'write export default defineEngine({ … })');
}

/** Every finding in one line, such as `layers.conv1.weights: Too big: expected number to be <=8`. */
function oneLine(error: z.ZodError): string {
  const lines = z.prettifyError(error).split('\n');
  return lines
    .map((line) => line.trim())
    .reduce<string[]>((findings, line) => {
      if (line.startsWith('→ at ')) findings.push(`${line.slice(5)}: ${findings.pop() ?? ''}`);
      else findings.push(line.replace(/^✖ /, ''));
      return findings;
    }, [])
    .join('; ');
}
