import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Cache, contentKey, defaultCacheFolder } from './cache.js';
import { SimulationBuildError } from './errors.js';

/** An installed Verilator. `root` holds its `include/` folder. */
export interface VerilatorInstallation {
  readonly path: string;
  /** Such as `5.006 2023-01-22`. */
  readonly version: string;
  readonly root: string;
}

const howToInstall =
  'verilator was not found: install it with `apt install verilator` (Debian, Ubuntu) or `brew install verilator` ' +
  '(macOS), or name it in $VERILATOR';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function locate(): string {
  const named = process.env['VERILATOR'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new SimulationBuildError('inputs', 'verilator', `$VERILATOR names ${named}, which is not an executable file`);
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'verilator');
    if (folder !== '' && isExecutable(path)) return path;
  }
  throw new SimulationBuildError('inputs', 'verilator', howToInstall);
}

/** Names the installation without starting it: what changes when another version is installed at the same place. */
function identity(path: string): string {
  const files = [realpathSync(path), join(dirname(realpathSync(path)), 'verilator_bin')].filter((file) =>
    existsSync(file),
  );
  const facts = files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  return contentKey([['verilator', [...facts, process.env['VERILATOR_ROOT'] ?? ''].join('\n')]]);
}

/**
 * Finds Verilator: `$VERILATOR`, else on the path. Its version is asked once for an installation and then remembered
 * in the cache, so that a repeated call starts no process.
 *
 * @throws SimulationBuildError with one line on how to install it, when there is none.
 */
export function findVerilator(cacheFolder: string = defaultCacheFolder()): VerilatorInstallation {
  const path = locate();
  const cache = new Cache(cacheFolder);
  const memo = `verilator-${identity(path)}.json`;
  const known = cache.read(memo);
  if (known) return JSON.parse(new TextDecoder().decode(known)) as VerilatorInstallation;
  const ask = (argument: string[]): string => {
    try {
      return execFileSync(path, argument, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    } catch (error) {
      throw new SimulationBuildError('inputs', 'verilator', `${path} ${argument.join(' ')} failed`, String(error));
    }
  };
  const version = /Verilator (\S+ \S+)/.exec(ask(['--version']))?.[1];
  const root = ask(['--getenv', 'VERILATOR_ROOT']);
  if (version === undefined || !version.startsWith('5.')) {
    throw new SimulationBuildError('inputs', 'verilator', `${path} is version ${version ?? 'unknown'}: 5 is needed`);
  }
  if (!existsSync(join(root, 'include', 'verilated.cpp'))) {
    throw new SimulationBuildError('inputs', 'verilator', `${path}: no include/verilated.cpp below ${root}`);
  }
  const installation = { path, version, root };
  cache.write(memo, JSON.stringify(installation));
  return installation;
}
