import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDemo } from '../../examples/digits/run-demo.js';

test('the demonstration is bit exact on a few digits', async () => {
  const out = mkdtempSync(join(tmpdir(), 'sotto-demo-'));
  try {
    const { passed, simulated, correct, table, paths } = await runDemo({ out, images: 3 });
    expect(simulated).toMatchObject({ images: 3, engine: 'cxxrtl', mismatches: 0, cyclesAsPredicted: true });
    expect(passed).toBe(true);
    expect(correct.hardware).toBe(correct.integer);
    expect(table.map(([name]) => name)).toContain('cycles per image');
    for (const [path] of paths) expect(existsSync(path), path).toBe(true);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
