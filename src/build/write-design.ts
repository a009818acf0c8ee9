import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { InputError, systemInputError, withPlace } from './input-error.js';
import { manifestFile } from './manifest.js';
import { readInventory } from './read-design.js';

export interface DesignFile {
  /** Path within the design's folder, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

export interface WriteOptions {
  /** Replace the folder whatever it holds. */
  readonly force?: boolean;
  /** How a file is written; another one injects faults. */
  readonly writeFile?: (path: string, text: string) => void;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Whether a design may be written to `folder`: it does not exist, is empty, or holds a design of ours as it was written.
 *
 * @throws InputError that names what is in the way
 */
export function checkTarget(folder: string, force = false): void {
  const status = statIfAny(folder);
  if (status === undefined) {
    checkAbove(dirname(resolve(folder)), folder);
    return;
  }
  if (!status.isDirectory()) {
    throw new InputError('file', folder, 'is a file, not a folder', 'give --out the path of a new folder');
  }
  if (force) return;
  const entries = readdirSync(folder);
  if (entries.length === 0) return;
  if (!entries.includes(manifestFile)) {
    throw new InputError('file', folder, 'holds files that are no design', 'give --out another folder, or add --force');
  }
  const known = readInventory(folder);
  const present = filesOf(folder);
  const foreign = present.filter((file) => file !== manifestFile && !known.has(file));
  const edited = present.filter(
    (file) => known.has(file) && sha256(readFileSync(join(folder, file))) !== known.get(file),
  );
  if (foreign.length + edited.length > 0) {
    throw new InputError(
      'file',
      folder,
      `holds a design that was changed by hand (${some([...edited, ...foreign])})`,
      'move these files away, or add --force to lose them',
    );
  }
}

/** Whatever is no folder, also in folders below, by its path within `folder`. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** A folder can be made in the nearest one above that exists. */
function checkAbove(above: string, folder: string): void {
  const status = statIfAny(above);
  if (status === undefined) {
    checkAbove(dirname(above), folder);
    return;
  }
  if (!status.isDirectory()) throw new InputError('file', folder, `${above} is a file`, 'choose another place');
  withPlace(folder, () => accessSync(above, constants.W_OK | constants.X_OK));
}

function statIfAny(path: string) {
  return withPlace(path, () => statSync(path, { throwIfNoEntry: false }));
}

function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return `${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/**
 * Writes a design whole or not at all: into a new folder beside `folder`, which then takes its place. What was there
 * before stays until then.
 *
 * @throws InputError when the folder may not be replaced or the disk refuses
 */
export function writeDesign(folder: string, files: readonly DesignFile[], options: WriteOptions = {}): void {
  checkTarget(folder, options.force);
  const write = options.writeFile ?? ((path, text) => writeFileSync(path, text));
  const target = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  const temporary = beside(target, 'new');
  let made: string | undefined;
  try {
    made = makeFolder(dirname(target));
    mkdirSync(temporary);
    for (const { file, text } of files) {
      const path = join(temporary, file);
      if (file.includes('/')) mkdirSync(dirname(path), { recursive: true });
      write(path, text);
    }
    replace(target, temporary);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw systemInputError(error, folder) ?? error;
  }
}

/**
 * Makes a folder and those above it; returns the topmost one that was made. Not `mkdirSync` with `recursive`, which
 * never ends below some folders of the system, such as /proc.
 */
function makeFolder(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const above = makeFolder(dirname(folder));
  mkdirSync(folder);
  return above ?? folder;
}

function beside(path: string, role: string): string {
  return join(dirname(path), `.${basename(path)}.${role}-${randomBytes(4).toString('hex')}`);
}

function replace(target: string, made: string): void {
  if (!existsSync(target)) {
    renameSync(made, target);
    return;
  }
  const old = beside(target, 'old');
  renameSync(target, old);
  try {
    renameSync(made, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}
