import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** The program in a process of its own; its output is read up to `most` characters, then the pipe is closed. */
async function run(args: readonly string[], most = Infinity) {
  const child = spawn(process.execPath, ['--import', tsx, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
    if (texts.stdout.length >= most) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

test('the exit code is that of the command, and an error is one line', async () => {
  const bad = await run(['program', 'add', '--format', 'fp999']);
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  expect(bad.stderr).toMatch(/^sotto: format: unknown number format 'fp999'.*\n$/);
});

test('a reader that closes the pipe early is no error', async () => {
  const listing = ['program', 'fused-multiply-add', '--format', 'fp64', '--listing', '--variant', 'exact', '--json'];
  const { code, stderr, stdout } = await run(listing, 1);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout[0]).toBe('{');
});
