/** The real tools that read Verilog. A tool that is not installed is an error, never a skipped test. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmittedDesign } from '../../../src/hdl/verilog/emit.js';

/** Runs a tool in `folder` and gives all that it says; throws with that text when it fails. */
export function run(tool: string, args: readonly string[], folder: string): string {
  try {
    return execFileSync('/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', tool, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    if (status === 127) throw new Error(`${tool} is not installed: apt-get install verilator iverilog yosys`);
    throw new Error(`${tool} failed:\n${stdout}`);
  }
}

/** Calls `use` with a new folder that holds the files, and deletes it. */
export function inFolder<Result>(files: Readonly<Record<string, string>>, use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'verilog-'));
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything that Verilator, Icarus and Yosys have to say against the files; empty when they are content. */
export function lintVerilog(files: Readonly<Record<string, string>>, top: string): string {
  const sources = Object.keys(files).filter((file) => file.endsWith('.v'));
  return inFolder(files, (folder) => {
    const verilator = run(
      'verilator',
      ['-Wall', '-Wno-fatal', '--lint-only', '--language', '1364-2001', '--top-module', top, ...sources],
      folder,
    );
    const icarus = run('iverilog', ['-Wall', '-g2001', '-o', 'out.vvp', '-s', top, ...sources], folder);
    const script = `read_verilog ${sources.join(' ')}; hierarchy -check -top ${top}; proc; check -assert`;
    const yosys = run('yosys', ['-p', script], folder);
    // Without a `timescale in any file Icarus reports that all modules inherit one; there is none to inherit.
    const complaints = [...yosys.matchAll(/^.*(?:Warning|ERROR).*$/gm)].map(([line]) => line);
    return [verilator, icarus, ...complaints].filter((text) => text !== '').join('\n');
  });
}

/** The files of a design by name. */
export function filesOf(design: EmittedDesign): Record<string, string> {
  return Object.fromEntries([
    ...design.modules.map(({ file, text }) => [file, text] as const),
    ...design.images.map(({ file, text }) => [file, text] as const),
  ]);
}

export function lintDesign(design: EmittedDesign): string {
  return lintVerilog(filesOf(design), design.topName);
}
