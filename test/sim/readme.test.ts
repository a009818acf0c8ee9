import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from './engines.js';

const root = join(import.meta.dirname, '..', '..');
const folder = temporaryFolder();

it('shows a sample that runs in a plain Node process', async () => {
  const readme = readFileSync(join(root, 'sim', 'README.md'), 'utf8');
  const sample = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const path = join(folder, 'sample.mts');
  writeFileSync(path, sample.replace('sotto/sim', pathToFileURL(join(root, 'sim', 'index.ts')).href));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path], { cwd: root });
  expect(stdout).toBe('42\n2 4 6 true\n');
});
