import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { models, testImages, testLabels, trainImages } from './models.js';
import { runSotto } from './run-sotto.js';

/** All 10,000 MNIST test images in the golden model, after training only; calibrated on training images. */
export async function accuracy(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const rows: Record<string, unknown>[] = [];
  try {
    for (const { name, file, preprocess, floatAccuracy } of models) {
      for (const bits of [8, 4]) {
        const out = join(folder, `${name}-${bits}`);
        const widths = ['--weight-bits', String(bits), '--activation-bits', String(bits)];
        const design = await runSotto([
          'generate',
          file,
          '--out',
          out,
          '--preprocess',
          preprocess,
          '--calibrate',
          trainImages,
          ...widths,
        ]);
        const run = await runSotto([
          'simulate',
          out,
          '--engine',
          'golden',
          '--images',
          testImages,
          '--labels',
          testLabels,
        ]);
        rows.push({
          model: name,
          weightBits: bits,
          activationBits: bits,
          floatAccuracy,
          accuracy: run.result.accuracy,
          images: run.result.images,
          layerErrors: design.result.layerErrors,
        });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
