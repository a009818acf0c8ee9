/**
 * The test command: makes sure that the simulators are there, runs vitest with the given arguments, and ends with the
 * line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTools } from './install-tools.js';

installTools(['verilator', 'yosys', 'iverilog']);

const folder = mkdtempSync(join(tmpdir(), 'sotto-test-'));
const report = join(folder, 'report.json');
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { stdio: 'inherit' });

let failed = run.status === 0 ? 0 : 1;
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
  };
  // A file that does not load has no failed test, but it has failed.
  failed = Math.max(failed, numFailedTests, run.status === 0 ? 0 : numFailedTestSuites);
  console.log(`${numPassedTests} passed, ${failed} failed`);
} catch {
  console.log(`0 passed, ${failed} failed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
