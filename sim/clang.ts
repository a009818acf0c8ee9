import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Build } from './build.js';
import { SimulationBuildError, firstProblem } from './errors.js';
import { runtimeFiles } from './build.js';
import { ToolProcess } from './tool-process.js';

/** One translation unit: a C++ text, what it is called in messages, and the flags on top of the common ones. */
export interface Unit {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly string[];
}

export const commonFlags = ['-std=c++20', '-fno-exceptions', '-fno-rtti', '-w', '-DNDEBUG', '-Iruntime'] as const;

/** A clang in a process of its own, for the length of one build. */
export class Clang {
  readonly #build: Build;
  readonly #mounts: Readonly<Record<string, string>>;
  readonly #process = new ToolProcess('@yowasp/clang');

  constructor(build: Build, mounts: Readonly<Record<string, string>>) {
    this.#build = build;
    this.#mounts = mounts;
  }

  /** Compiles a unit; the object's path in the build folder. */
  async compile(unit: Unit): Promise<string> {
    // A name that no header or source of a tool has, since a file includes its neighbours first.
    const source = `unit-${unit.name}.cpp`;
    const object = `${unit.name}.o`;
    writeFileSync(join(this.#build.folder, source), unit.text);
    const flags = ['-c', ...commonFlags, ...unit.flags, source, '-o', object];
    await this.#build.step('compile', `clang++: ${unit.name}`, () => this.#run('compile', 'clang++', flags, object));
    return object;
  }

  /** Links objects to a WebAssembly module and returns it. */
  async link(objects: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
    const flags = ['-mexec-model=reactor', '-Wl,--strip-all', '-Wl,-z,stack-size=4194304'];
    const all = [...flags, ...objects, '-o', 'model.wasm'];
    await this.#build.step('link', 'clang++: link', () => this.#run('link', 'clang++', all, 'model.wasm'));
    return new Uint8Array(readFileSync(join(this.#build.folder, 'model.wasm')));
  }

  async #run(stage: 'compile' | 'link', command: string, args: readonly string[], output: string): Promise<void> {
    const { folder } = this.#build;
    const job = { command, arguments: args, folder, mounts: this.#mounts, outputs: [output] };
    const { ok, log } = await this.#process.run(job);
    if (!ok) {
      throw new SimulationBuildError(stage, command, `${command} failed: ${firstProblem(log, /error:/)}`, log);
    }
  }

  close(): void {
    this.#process.close();
  }
}

/** Puts the harness beside the generated C++. */
export function writeRuntime(build: Build, mkdir: (path: string) => void): void {
  mkdir(join(build.folder, 'runtime'));
  for (const [name, content] of runtimeFiles()) writeFileSync(join(build.folder, name), content);
}

/** An object from the cache, or compiled by a process of its own and then cached; its path in the build folder. */
export async function cachedObject(
  build: Build,
  name: string,
  unit: Unit,
  mounts: Readonly<Record<string, string>>,
): Promise<string> {
  const object = `${unit.name}.o`;
  if (build.cache.has(name)) {
    copyFileSync(build.cache.path(name), join(build.folder, object));
    return object;
  }
  const clang = new Clang(build, mounts);
  try {
    await clang.compile(unit);
  } finally {
    clang.close();
  }
  build.cache.write(name, readFileSync(join(build.folder, object)));
  return object;
}
