import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Random expressions and modules of the language, interpreted and simulated, at campaign size. */
export function language(): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const report = join(folder, 'report.json');
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const start = performance.now();
  spawnSync(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${report}`, 'test/hdl'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, SOTTO_CAMPAIGN: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    return { passed: numPassedTests, failed: numFailedTests, seconds: (performance.now() - start) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
