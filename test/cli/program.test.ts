import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sotto, temporaryFolder } from './command-line.js';

const folder = temporaryFolder();
const vectors = join(folder, 'pairs.hex');
writeFileSync(vectors, '# pairs\n3fc0 4000\n0x3f80 3F80\n\n7f80 0000\n');

describe('program', () => {
  test('counts in the shape that other tools read', async () => {
    const { code, stdout, stderr } = await sotto('program', 'multiply', '--format', 'bf16', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { steps, reads, writes, cellWrites, searches, scratchLines, paperFormula } = JSON.parse(stdout) as Record<
      string,
      unknown
    >;
    const counted = { steps: 594, reads: 347, writes: 473, cellWrites: 681, searches: 121, scratchLines: 15 };
    expect({ steps, reads, writes, cellWrites, searches, scratchLines }).toEqual(counted);
    // 2·7² + 6.5·7 + 6·8 + 3
    expect(paperFormula).toMatchObject({ reads: 194.5, writes: 194.5, searches: 0 });
  });

  test('tells the counts in a table, and what others published beside them', async () => {
    const { stdout } = await sotto('program', 'add', '--format', 'uint8', '--target', 'nor');
    expect(stdout).toMatchInlineSnapshot(`
      "add uint8, nor
        32 lines of cells, 7 of them scratch; 23 instruction words

                      steps  reads  writes  cell writes  searches  standing
        this program    145     72     145          145         0  counted
        AritPIM         145                                        confirmed

        AritPIM: AritPIM, IEEE TETC 2023, and its published code; rounds to nearest even, no subnormals, infinities or NaN
      "
    `);
  });

  test('lists the program', async () => {
    const { stdout } = await sotto('program', 'add', '--format', 'uint8', '--listing');
    expect(stdout).toContain('  repeat 8 (i) {\n    sense 0+i: 17+i = s\n');
  });

  test.each<[string[], string]>([
    [['mult', '--format', 'bf16'], "program: there is no program 'mult' for bf16; choose one of add, subtract, "],
    [['add', '--format', 'fp999'], "format: unknown number format 'fp999'; allowed: fp64, "],
    [['add', '--format', 'fp32', '--lines', '20'], "lines: program 'add fp32 exact': field 'a' needs 32 adjacent "],
    [['add', '--format', 'bf16', '--variant', 'x'], "--variant is 'x'; choose one of exact, flush"],
    [['add', '--format', 'bf16', '--target', 'x'], "--target is 'x'; choose one of sot-mram, nor"],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stderr, stdout } = await sotto('program', ...args);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
    expect(stderr.slice(0, 'sotto: '.length + message.length)).toBe(`sotto: ${message}`);
    expect(stderr).not.toContain('.ts:');
  });
});

describe('run-program', () => {
  test('gives a result a line', async () => {
    const { code, stdout, stderr } = await sotto('run-program', 'multiply', '-f', 'bf16', '--vectors', vectors);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '4040\n3f80\n7fc0\n' });
    expect(stderr).toMatch(/^ {2}3 cases {2}golden {2}\(\d+\.\d s\)\n$/);
  });

  test('writes results to a file, and tells JSON where', async () => {
    const out = join(folder, 'products.hex');
    const { stdout } = await sotto('run-program', 'multiply', '-f', 'bf16', '-v', vectors, '--out', out, '--json');
    expect(readFileSync(out, 'utf8')).toBe('4040\n3f80\n7fc0\n');
    expect(JSON.parse(stdout)).toMatchObject({ program: 'multiply', engine: 'golden', cases: 3, out });
  });

  test('tells the line of a bad vector', async () => {
    const bad = join(folder, 'bad.hex');
    writeFileSync(bad, '3fc0 4000\n3f80\n');
    const { code, stderr, stdout } = await sotto('run-program', 'multiply', '-f', 'bf16', '-v', bad);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`sotto: ${bad}: line 2: 1 operands; give 2 hexadecimal numbers: a b; correct the line\n`);
    const none = join(folder, 'none.hex');
    expect((await sotto('run-program', 'multiply', '-f', 'bf16', '-v', none)).stderr).toBe(
      `sotto: ${none}: no such file or folder; check the path\n`,
    );
  });

  test('refuses hardware that is not generated', async () => {
    const nor = ['--target', 'nor', '--engine', 'verilator'];
    const { code, stderr } = await sotto('run-program', 'add', '-f', 'uint8', '-v', vectors, ...nor);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'sotto: target: the NOR array is counted, not generated; use --engine golden\n',
    });
  });
});
