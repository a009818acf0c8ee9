import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** One command of a tool that comes from npm as WebAssembly. */
export interface ToolJob {
  /** Such as `clang++` or `yosys`. */
  readonly command: string;
  readonly arguments: readonly string[];
  /** Folder whose files the tool sees as its own working folder. */
  readonly folder: string;
  /** Further folders, by the name under which the tool sees them. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Files that the tool makes and that are written back to `folder`. */
  readonly outputs: readonly string[];
}

export interface ToolResult {
  readonly ok: boolean;
  readonly log: string;
}

// The tools block the thread that calls them, and a WebAssembly instance never gives memory back: each runs in a Node
// process of its own. The script is passed as text, so that it runs the same from sources, from dist and in a test runner.
const script = `
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const { commands } = await import(process.env.SOTTO_TOOL_MODULE);
const read = (folder) => Object.fromEntries(readdirSync(folder, { withFileTypes: true }).map((entry) => {
  const path = join(folder, entry.name);
  return [entry.name, entry.isDirectory() ? read(path) : new Uint8Array(readFileSync(path))];
}));

async function run(job) {
  const files = read(job.folder);
  for (const [name, folder] of Object.entries(job.mounts ?? {})) files[name] = read(folder);
  let log = '';
  const decoder = new TextDecoder();
  const collect = (bytes) => { if (bytes) log += decoder.decode(bytes, { stream: true }); };
  try {
    const made = await commands[job.command](job.arguments, files, { stdout: collect, stderr: collect, fetchProgress() {} });
    for (const path of job.outputs) {
      const content = path.split('/').reduce((tree, name) => tree?.[name], made);
      if (content === undefined) return { ok: false, log: log + '\\nno file ' + path + ' was made' };
      const target = join(job.folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    return { ok: true, log };
  } catch (error) {
    return { ok: false, log: log || String(error) };
  }
}

process.on('message', async (job) => process.send(await run(job)));
process.on('disconnect', () => process.exit());
process.send('ready');
`;

/** A process that runs jobs of one npm package, one after the other; the first job waits for the package to load. */
export class ToolProcess {
  readonly #child: ChildProcess;
  #queue: Promise<unknown>;

  constructor(packageName: '@yowasp/clang' | '@yowasp/yosys') {
    const module = pathToFileURL(createRequire(import.meta.url).resolve(packageName)).href;
    this.#child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, SOTTO_TOOL_MODULE: module, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#queue = this.#reply();
    // A failure to start is reported by the first job; until one waits for it, it must not count as unhandled.
    this.#queue.catch(() => undefined);
  }

  #reply(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let errors = '';
      const collect = (chunk: Buffer): void => {
        errors += chunk.toString();
      };
      const settle = (): void => {
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        this.#child.off('error', onError);
        this.#child.stderr?.off('data', collect);
      };
      const onMessage = (message: unknown): void => {
        settle();
        resolve(message);
      };
      const onExit = (code: number | null): void => {
        settle();
        reject(new Error(`the tool's process ended with code ${code ?? 'none'}\n${errors}`));
      };
      const onError = (error: Error): void => {
        settle();
        reject(error);
      };
      this.#child.on('message', onMessage);
      this.#child.on('exit', onExit);
      this.#child.on('error', onError);
      this.#child.stderr?.on('data', collect);
    });
  }

  run(job: ToolJob): Promise<ToolResult> {
    const result = this.#queue.then(async () => {
      const reply = this.#reply();
      this.#child.send(job);
      return (await reply) as ToolResult;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#child.kill();
  }
}
