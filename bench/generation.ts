import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { models } from './models.js';
import { runSotto } from './run-sotto.js';

/** `sotto generate` of LeNet-5 as a whole process: the median of five runs. */
export async function generation(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const { file, preprocess, name } = models[1]!;
  try {
    const runs = [];
    for (let run = 0; run < 5; run++) {
      runs.push(await runSotto(['generate', file, '--out', join(folder, 'design'), '--preprocess', preprocess]));
    }
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[2]!;
    return {
      model: name,
      seconds: median(runs.map(({ seconds }) => seconds)),
      peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes ?? NaN)),
      runs: runs.length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
