import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const command = join(import.meta.dirname, '../dist/src/cli/main.js');

export interface SottoRun {
  /** The JSON object that the command printed. */
  readonly result: Record<string, unknown>;
  /** Wall time of the whole process. */
  readonly seconds: number;
  /** Largest resident set of the process itself, where the system tells (Linux). */
  readonly peakMegabytes: number | undefined;
}

/** Runs the compiled command (`npm run build` first) as a user would, with `--json`. */
export async function runSotto(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<SottoRun> {
  const start = performance.now();
  const child = spawn(process.execPath, [command, ...parameters, '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak: number | undefined;
  const watch = setInterval(() => (peak = peakOf(child.pid) ?? peak), 10);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  const text = Buffer.concat(chunks).toString();
  if (status !== 0) throw new Error(`sotto ${parameters.join(' ')} ended with ${status}: ${text}`);
  return {
    result: JSON.parse(text) as Record<string, unknown>,
    seconds: (performance.now() - start) / 1000,
    peakMegabytes: peak,
  };
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? undefined : Math.round(Number(line[1]) / 1024);
  } catch {
    return undefined;
  }
}
