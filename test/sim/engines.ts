import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { cxxrtl, verilate } from '../../sim/index.js';

/** Both engines, for tests that hold for each. */
export const engines = [
  ['verilator', verilate],
  ['cxxrtl', cxxrtl],
] as const;

export const verilog = (name: string): string => join(import.meta.dirname, 'verilog', `${name}.v`);

/** A temporary folder that lives as long as the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-sim-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
