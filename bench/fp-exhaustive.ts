/**
 * fp16 addition and multiplication over all 2^32 pairs, nearest even, result and flags: the emitted Verilog, compiled by
 * Verilator and g++, against this machine's arithmetic (bench/fp-exhaustive.cpp; x86 with F16C).
 * Usage: npx tsx bench/fp-exhaustive.ts add|multiply [values of a, default 65536]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFloatUnit, floatUnitFiles } from '../src/build/fp-unit.js';

const [operation = 'add', values = '65536'] = process.argv.slice(2);
const units: Readonly<Record<string, string>> = { add: 'fp-add', multiply: 'fp-mul' };
const kind = units[operation];
if (kind === undefined) {
  console.error(`fp-exhaustive: no operation '${operation}'; there are ${Object.keys(units).join(', ')}`);
  process.exit(2);
}

const unit = buildFloatUnit({ operation: kind, format: 'fp16', rounding: 'nearest-even' });
const folder = mkdtempSync(join(tmpdir(), 'fp-exhaustive-'));
try {
  for (const { file, text } of floatUnitFiles(unit)) writeFileSync(join(folder, file), text);
  const main = join(import.meta.dirname, 'fp-exhaustive.cpp');
  const program = ['--cc', '--exe', '--build', '-O3', '--prefix', 'Vunit', '-CFLAGS', '-O3 -mf16c'];
  const sources = ['--top-module', unit.manifest.top, ...unit.manifest.files, main, '-o', 'exhaustive'];
  execFileSync('verilator', [...program, ...sources], { cwd: folder, stdio: 'ignore' });
  const start = performance.now();
  execFileSync(join(folder, 'obj_dir', 'exhaustive'), [operation, '0', values], { stdio: 'inherit' });
  const seconds = (performance.now() - start) / 1000;
  const rate = (65536 * Number(values)) / seconds / 1e6;
  console.log(
    JSON.stringify({ operation, seconds: Math.round(seconds), millionPairsPerSecond: Number(rate.toFixed(1)) }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
