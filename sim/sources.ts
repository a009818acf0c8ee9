import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { SimulationBuildError } from './errors.js';

/** A file's path, or a text with the name under which messages and `$readmemh` know it. */
export type Source = string | { readonly name: string; readonly text: string };

/** A file as the tools see it: `staged` is its POSIX path in the folder that they run in. */
export interface StagedFile {
  readonly staged: string;
  readonly original: string;
  readonly content: Uint8Array;
}

const includeExtensions = new Set(['.v', '.vh', '.sv', '.svh', '.svi', '.inc', '.h']);

function load(path: string, role: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : String(error);
    throw new SimulationBuildError('inputs', 'sotto', `${role} ${path}: ${reason}`);
  }
}

/** Reads the sources; two of the same base name get different folders. */
export function stageSources(sources: readonly Source[]): StagedFile[] {
  if (sources.length === 0) throw new SimulationBuildError('inputs', 'sotto', 'no sources: name at least one file');
  const taken = new Set<string>();
  return sources.map((source) => {
    const original = typeof source === 'string' ? source : source.name;
    const content = typeof source === 'string' ? load(source, 'source') : new TextEncoder().encode(source.text);
    const name = basename(original);
    let staged = `src/${name}`;
    for (let copy = 1; taken.has(staged); copy += 1) staged = `src/${copy}/${name}`;
    taken.add(staged);
    return { staged, original, content };
  });
}

/** Reads the Verilog files of the include folders, subfolders included. */
export function stageIncludes(folders: readonly string[]): StagedFile[] {
  return folders.flatMap((folder, index) => {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new SimulationBuildError('inputs', 'sotto', `include folder ${folder}: no such folder`);
    }
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && includeExtensions.has(extname(entry.name)))
      .map((entry) => {
        const original = join(entry.parentPath, entry.name);
        const relative = original.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '');
        return { staged: `include/${index}/${relative}`, original, content: load(original, 'include file') };
      })
      .sort((a, b) => (a.staged < b.staged ? -1 : 1));
  });
}

/** `$readmemh` of Verilator drops a last word that no newline follows. */
function endedByNewline(content: Uint8Array): Uint8Array {
  const last = String.fromCharCode(content.at(-1) ?? 0);
  return /[0-9a-fxz_?]/i.test(last) ? Buffer.concat([content, Buffer.from('\n')]) : content;
}

/** Reads memory images under their plain file names. */
export function readDataFiles(files: readonly Source[]): Map<string, Uint8Array> {
  const images = new Map<string, Uint8Array>();
  for (const file of files) {
    const name = basename(typeof file === 'string' ? file : file.name);
    if (images.has(name)) {
      throw new SimulationBuildError('inputs', 'sotto', `data file ${name} is given twice: plain names must differ`);
    }
    const content = typeof file === 'string' ? load(file, 'data file') : new TextEncoder().encode(file.text);
    images.set(name, endedByNewline(content));
  }
  return images;
}

/** Writes staged files below a folder. */
export function writeStaged(folder: string, files: readonly StagedFile[]): void {
  for (const file of files) {
    const path = join(folder, file.staged);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
}

/** Gives a tool's log the caller's own paths back. */
export function restoreNames(log: string, files: readonly StagedFile[]): string {
  return files.reduce((text, file) => text.replaceAll(file.staged, file.original), log);
}
