import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dataFolder } from '../support/data.js';
import { sotto } from './command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'sotto-compress-quick-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a quick run prunes LeNet-5 to one weight of 40 and keeps 97 % of MNIST right', { timeout: 600_000 }, async () => {
  const dense = join(folder, 'dense.onnx');
  const examples = join(import.meta.dirname, '../../examples');
  expect((await sotto('export', join(examples, 'lenet5-dense.safetensors'), '--out', dense)).code).toBe(0);
  const out = join(folder, 'quick.safetensors');
  const data = join(dataFolder(), 'mnist');
  const { code, stdout } = await sotto(
    'compress',
    dense,
    '--data',
    data,
    '--out',
    out,
    '--ratio',
    '40',
    '--quick',
    '--json',
  );
  expect(code).toBe(0);
  const { pruningRatio, accuracy } = JSON.parse(stdout) as { pruningRatio: number; accuracy: number };
  expect(pruningRatio).toBeGreaterThanOrEqual(40);
  expect(accuracy).toBeGreaterThan(0.97);
});
