import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DigitFiles, digitFiles } from '../workflow/digit-files.js';
import { sotto } from './command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'sotto-compress-cli-'));
let files: DigitFiles;
beforeAll(async () => {
  files = await digitFiles(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('train, compress, inspect, generate, simulate: one after another', async () => {
  const dense = join(folder, 'dense.onnx');
  const trained = await sotto('train', files.model, '--data', files.data, '--out', dense, '--epochs', '8', '--json');
  expect(trained.code).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ out: dense, weights: 1782, images: 1280 });
  expect(trained.stderr).toMatch(
    /train {5}1,280 images, 1,782 weights +loss \d\.\d{4}\n {2}accuracy +\d+\.\d\d % of the test images/,
  );

  const small = join(folder, 'small.safetensors');
  const schedule = ['--penalty-epochs', '2', '--retrain-epochs', '6'];
  const compressed = await sotto(
    'compress',
    dense,
    '--data',
    files.data,
    '--out',
    small,
    '--ratio',
    '3',
    ...schedule,
    '--json',
  );
  expect(compressed.code).toBe(0);
  const summary = JSON.parse(compressed.stdout) as { pruningRatio: number; accuracy: number; stages: unknown[] };
  expect(summary.pruningRatio).toBeGreaterThanOrEqual(3);
  expect(summary.stages).toHaveLength(1);
  expect(compressed.stderr).toMatch(
    /stage 1 +\d\.\d×, \d+ kept, \d+\.\d\d % +conv1 \d+×\d+, conv2 \d+×\d+, classes 10×\d+/,
  );

  const inspected = await sotto('inspect', small, '--json');
  expect(JSON.parse(inspected.stdout)).toMatchObject({ parameters: 1782, pruningRatio: summary.pruningRatio });

  const design = join(folder, 'design');
  expect((await sotto('generate', small, '--out', design)).code).toBe(0);
  const images = join(files.data, 't10k-images-idx3-ubyte.gz');
  const labels = join(files.data, 't10k-labels-idx1-ubyte.gz');
  const simulated = await sotto('simulate', design, '--images', images, '--labels', labels, '--count', '20', '--json');
  expect(simulated.code).toBe(0);
  expect(JSON.parse(simulated.stdout)).toMatchObject({ images: 20, mismatches: 0, cyclesAsPredicted: true });
});

describe('bad use is told in one line, and nothing is written', () => {
  test.each<[string, () => readonly string[], RegExp]>([
    ['no data', () => ['compress', files.model, '--out', 'x'], /give --data DIR/],
    [
      'two budgets',
      () => [...compress(), '--ratio', '3', '--cells', '9'],
      /--ratio and --cells are both budgets; give one/,
    ],
    ['an unknown pattern', () => [...compress(), '--pattern', 'rows'], /--pattern is 'rows'; choose one of structured/],
    ['steps that are no numbers', () => [...compress(), '--steps', '2,x'], /--steps is 'x'; give a number above 0/],
    [
      'a block that is no size',
      () => [...compress(), '--pattern', 'block', '--block', '3'],
      /--block is '3'; give rows and columns/,
    ],
    [
      'an unknown network',
      () => ['train', 'lenet6', '--data', files.data, '--out', 'x'],
      /lenet6: is no network and no file; give lenet5/,
    ],
    ['no folder', () => ['train', 'lenet5', '--data', join(folder, 'no'), '--out', 'x'], /no: there is no such folder/],
    ['images of another shape', () => ['train', 'lenet5', '--data', files.data, '--out', 'x'], /16.*28/],
  ])('%s', async (_, command, message) => {
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await sotto(...command());
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |a bug/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual(before);
  });

  const compress = (): string[] => [
    'compress',
    files.model,
    '--data',
    files.data,
    '--out',
    join(folder, 'x.safetensors'),
  ];
});
