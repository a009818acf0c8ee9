import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { models, testImages, testLabels, trainImages } from './models.js';
import { runSotto } from './run-sotto.js';

/**
 * The first 1,000 test images under Verilator: once with nothing cached but Verilator's own runtime, then again with
 * nothing changed.
 */
export async function cosimulation(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const cache = { SOTTO_CACHE: join(folder, 'cache') };
  const rows: Record<string, unknown>[] = [];
  try {
    for (const { name, file, preprocess } of models) {
      const out = join(folder, name);
      await runSotto(['generate', file, '--out', out, '--preprocess', preprocess, '--calibrate', trainImages]);
      const simulated = (count: number) =>
        runSotto(['simulate', out, '--images', testImages, '--labels', testLabels, '--count', String(count)], cache);
      const first = await simulated(1000);
      const again = await simulated(1);
      rows.push({
        model: name,
        secondsWithBuild: first.seconds,
        ...first.result,
        rebuild: again.result.buildSeconds,
        rebuildCached: again.result.cached,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
