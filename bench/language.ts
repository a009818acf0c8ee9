import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CampaignRecord } from '../test/hdl/verilog/campaign.js';

const root = join(import.meta.dirname, '..');
const campaigns = ['test/hdl/verilog/random-expressions.test.ts', 'test/hdl/verilog/random-modules.test.ts'];

/**
 * Random expressions and modules of the language at campaign size: how many each simulator ran, how many of their
 * values were compared with the rules of the language, and how many differed.
 *
 * @throws Error when a test failed for another reason than a difference, since its numbers are then missing.
 */
export function language(): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const file = join(folder, 'records.jsonl');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const start = performance.now();
  try {
    writeFileSync(file, '');
    const { status } = spawnSync(process.execPath, [vitest, 'run', ...campaigns], {
      cwd: root,
      env: { ...process.env, SOTTO_CAMPAIGN: '1', SOTTO_CAMPAIGN_RECORD: file },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const lines = readFileSync(file, 'utf8').split('\n');
    const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CampaignRecord);
    const different = sum(records, ({ different }) => different);
    if (status !== 0 && different === 0)
      throw new Error(`the campaign failed: SOTTO_CAMPAIGN=1 npx vitest run test/hdl`);
    return {
      expressions: countOf(records, 'expressions'),
      modules: countOf(records, 'modules'),
      simulators: [...new Set(records.map(({ simulator }) => simulator))],
      values: sum(records, ({ values }) => values),
      different,
      seconds: (performance.now() - start) / 1000,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many of a kind every simulator has run. */
function countOf(records: readonly CampaignRecord[], kind: CampaignRecord['of']): number {
  const names = new Set(records.map(({ simulator }) => simulator));
  const counts = [...names].map((name) =>
    sum(
      records.filter(({ of, simulator }) => of === kind && simulator === name),
      ({ count }) => count,
    ),
  );
  return Math.min(...counts);
}

function sum(records: readonly CampaignRecord[], of: (record: CampaignRecord) => number): number {
  return records.reduce((total, record) => total + of(record), 0);
}
