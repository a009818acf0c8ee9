/**
 * Million operations a second of the fp32 units under Verilator, compiled by g++: combinational, all flags, the rounding
 * mode at run time, random operands. Written to bench/fp-results.json.
 * Usage: npx tsx bench/fp-speed.ts
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFloatUnit, floatUnitFiles } from '../src/build/fp-unit.js';

function measure(operation: string): number {
  const unit = buildFloatUnit({ operation, format: 'fp32' });
  const folder = mkdtempSync(join(tmpdir(), 'fp-speed-'));
  try {
    for (const { file, text } of floatUnitFiles(unit)) writeFileSync(join(folder, file), text);
    const main = join(import.meta.dirname, 'fp-speed.cpp');
    const flags = `-O3${operation === 'fp-fma' ? ' -DHAS_C' : ''}`;
    const program = ['--cc', '--exe', '--build', '-O3', '--prefix', 'Vunit', '-CFLAGS', flags];
    const sources = ['--top-module', unit.manifest.top, ...unit.manifest.files, main, '-o', 'speed'];
    execFileSync('verilator', [...program, ...sources], { cwd: folder, stdio: 'ignore' });
    const runs = [1, 2, 3].map(() => Number(execFileSync(join(folder, 'obj_dir', 'speed'), { encoding: 'utf8' })));
    return Math.max(...runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const file = join(import.meta.dirname, 'fp-results.json');
const speed = Object.fromEntries(['fp-add', 'fp-mul', 'fp-fma'].map((operation) => [operation, measure(operation)]));
const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
const results = { ...known, verilatorMillionOperationsPerSecond: speed };
writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
console.log(JSON.stringify(speed));
