import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from './locator.js';

/** Frames of the language itself are never the user's place; compiled code may be source-mapped back to `src/`. */
const here = fileURLToPath(new URL('.', import.meta.url));
const internalFolders = [here, here.replace(`${sep}dist${sep}src${sep}`, `${sep}src${sep}`)];

/** Deep enough to leave the language from its deepest helper, shallow enough to be cheap. */
const framesKept = 14;

class StackLocator implements Locator {
  readonly #error: Error;
  #place: { file: string; line: number; column: number } | undefined;

  constructor(error: Error) {
    this.#error = error;
  }

  get file(): string {
    const path = relative(process.cwd(), this.absoluteFile);
    return (path.startsWith('..') ? this.absoluteFile : path).split(sep).join('/');
  }
  get absoluteFile(): string {
    return this.#resolve().file;
  }
  get line(): number {
    return this.#resolve().line;
  }
  get column(): number {
    return this.#resolve().column;
  }

  /**
   * The formatted stack is parsed, not V8's call sites: only the formatted text is mapped back to TypeScript by
   * the loaders that run sources directly.
   */
  #resolve(): { file: string; line: number; column: number } {
    this.#place ??= firstUserFrame(this.#error.stack ?? '');
    return this.#place;
  }
}

function firstUserFrame(stack: string): { file: string; line: number; column: number } {
  for (const frame of stack.split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/.exec(frame);
    if (match === null) continue;
    const [, location = '', line = '1', column = '1'] = match;
    const file = location.startsWith('file://') ? fileURLToPath(location) : location;
    if (internalFolders.some((folder) => file.startsWith(folder))) continue;
    return { file, line: Number(line), column: Number(column) };
  }
  return { file: 'unknown', line: 1, column: 1 };
}

/** The place in the user's code that called into the language. Costs a stack capture; parsed only when read. */
export function captureLocator(): Locator {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = framesKept;
  const error = new Error('locator');
  Error.stackTraceLimit = limit;
  return new StackLocator(error);
}
