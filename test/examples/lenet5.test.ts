import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { lenet5Files } from '../../examples/lenet5-files.js';
import { cyclesAllowed, runLenet5Demo } from '../../examples/run-lenet5-demo.js';
import { inspectCompressed } from '../../src/build/inspect-compressed.js';

const matrices = [
  { name: 'conv1', rows: 20, columns: 25 },
  { name: 'conv2', rows: 50, columns: 500 },
  { name: 'fc1', rows: 500, columns: 800 },
  { name: 'fc2', rows: 10, columns: 500 },
];

test.each([
  [lenet5Files.dense, 1],
  [lenet5Files.structured, 40],
  [lenet5Files.small, 240],
])('%s is LeNet-5 in Caffe’s shape, of 8 bits at most, %i times smaller or more', (path, ratio) => {
  const { parameters, pruningRatio, layers } = inspectCompressed(path);
  expect(parameters).toBe(430_500);
  expect(pruningRatio).toBeGreaterThanOrEqual(ratio);
  expect(layers).toMatchObject(matrices);
  for (const { weightBits, activationBits } of layers) {
    expect(weightBits).toBeLessThanOrEqual(8);
    expect(activationBits).toBeLessThanOrEqual(8);
  }
  expect(statSync(path).size).toBeLessThan(600_000);
  expect(readFileSync(path).toString('latin1')).not.toMatch(/\/(work|tmp|home)\//);
});

test('pruned by structure: what is left of the matrices is as much smaller', () => {
  for (const path of [lenet5Files.structured, lenet5Files.small]) {
    const { parameters, pruningRatio, layers } = inspectCompressed(path);
    const left = layers.reduce((sum, { keptRows, keptColumns }) => sum + keptRows * keptColumns, 0);
    expect(parameters / left, basename(path)).toBeGreaterThan(0.9 * pruningRatio);
  }
});

test('the engine of the smallest has the scores and cycles that are predicted, on a few digits', async () => {
  const out = mkdtempSync(join(tmpdir(), 'sotto-lenet5-'));
  try {
    const { passed, rows } = await runLenet5Demo({
      out,
      images: 4,
      engine: 'verilator',
      simulated: [lenet5Files.small],
    });
    expect(passed).toBe(true);
    const [dense, structured, small] = rows;
    for (const row of [dense, structured]) expect(row).not.toHaveProperty('simulated');
    expect(small!.simulated).toMatchObject({ images: 4, mismatches: 0, cyclesAsPredicted: true });
    expect(structured!.subarrays).toBeLessThan(dense!.subarrays / 4);
    expect(small!.subarrays).toBeLessThan(structured!.subarrays);
    for (const { predictedCyclesPerImage } of rows) expect(predictedCyclesPerImage).toBeLessThanOrEqual(cyclesAllowed);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
