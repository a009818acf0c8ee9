import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SimulateResult } from '../../src/index.js';
import { writeIdxImages } from '../../src/network/images/index.js';
import { GraphBuilder, randomNumbers } from '../support/graphs.js';
import { sotto, temporaryFolder, tinyFiles } from './command-line.js';

const folder = temporaryFolder();
const { model, images, labels } = tinyFiles(folder);
const design = join(folder, 'design');

async function simulated(...args: readonly string[]): Promise<SimulateResult & { readonly code: number }> {
  const { code, stdout } = await sotto('simulate', ...args, '--json');
  return { code, ...(JSON.parse(stdout) as SimulateResult) };
}

beforeAll(async () => {
  expect(await sotto('generate', model, '--out', design, '--calibrate', images)).toMatchObject({ code: 0 });
});

describe('simulate', () => {
  test('finds every value of every layer and every cycle as predicted', async () => {
    const result = await simulated(design, '--images', images, '--labels', labels, '--layers');
    expect(result).toMatchObject({
      code: 0,
      engine: 'verilator',
      images: 10,
      mismatches: 0,
      firstMismatch: null,
      compared: ['n0_Conv', 'n2_MaxPool', 'n4_Gemm'],
      cyclesAsPredicted: true,
      warnings: [],
    });
    expect(result.cyclesPerImage).toBe(result.predictedCyclesPerImage);
    expect(result.latency).toBe(result.predictedLatency);
    const golden = await simulated(design, '--images', images, '--labels', labels, '--engine', 'golden');
    expect(golden).toMatchObject({ code: 0, mismatches: null, correct: result.correct, cyclesPerImage: null });
  });

  test('waits for values that no result waits for, and goes on from run to run', async () => {
    const graph = new GraphBuilder([1, 1, 6, 6]);
    const random = randomNumbers(5);
    graph
      .then('Conv', [graph.weights('w0', [2, 1, 3, 3], random)])
      .then('Relu')
      // Of the map of 4 × 4 the last row and column are in no window.
      .then('MaxPool', [], { kernel_shape: [3, 3], strides: [3, 3] })
      .then('Flatten')
      .then('Gemm', [graph.weights('w1', [2, 3], random)]);
    const cut = join(folder, 'cut');
    const files = tinyFiles(mkdtempSync(join(folder, 'files-')), graph.build());
    expect(await sotto('generate', files.model, '--out', cut)).toMatchObject({ code: 0 });
    const many = join(folder, 'many.idx');
    const pixels = Uint8Array.from({ length: 45 * 36 }, () => Math.floor((random() + 1) * 128));
    writeIdxImages(many, { count: 45, shape: [1, 6, 6], pixels });
    const result = await simulated(cut, '--images', many, '--layers');
    expect(result).toMatchObject({ code: 0, images: 45, mismatches: 0, cyclesAsPredicted: true });
    expect(result.sensing!.map(({ layer }) => layer)).toEqual(['n0_Conv', 'n4_Gemm']);
    for (const { cyclesPerImage, predictedCyclesPerImage } of result.sensing!) {
      expect(cyclesPerImage).toBe(predictedCyclesPerImage);
      expect(cyclesPerImage).toBeGreaterThan(0);
    }
  });

  test('says the result in one line', async () => {
    const { stderr, stdout } = await sotto('simulate', design, '--images', images, '--labels', labels, '--layers');
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^ {2}verilate +cached\n {2}10 images {2}bit exact {2}accuracy [\d.]+ % {2}[\d,]+ cycles per image \(as predicted\) {2}[\d,]+ images\/s\n {2}compared {2}n0_Conv, n2_MaxPool, n4_Gemm\n$/,
    );
  });

  test('locates the first of several wrong values to the bit, and exits with 1', async () => {
    const broken = join(folder, 'broken');
    await sotto('generate', model, '--out', broken, '--calibrate', images);
    const file = join(broken, 'n4_gemm_table.mem');
    const rows = readFileSync(file, 'utf8').split('\n');
    // The lowest bit of the last filter's bias.
    rows[2] = (BigInt(`0x${rows[2]!}`) ^ 1n).toString(16).padStart(rows[2]!.length, '0');
    writeFileSync(file, rows.join('\n'));
    const result = await simulated(broken, '--images', images, '--layers');
    expect(result).toMatchObject({ code: 1, mismatches: 10, warnings: [expect.stringContaining('was edited')] });
    expect(result.firstMismatch).toMatchObject({ image: 0, layer: 'n4_Gemm', channel: 2, row: 0, column: 0, bit: 0 });
    const { stderr } = await sotto('simulate', broken, '--images', images, '--layers');
    expect(stderr).toMatch(
      / {2}first {5}image 0, n4_Gemm, channel 2, row 0, column 0, bit 0: -?\d+ in place of -?\d+\n/,
    );
  });

  test('programs the macros of a chip before the first image, and writes waves of it', async () => {
    const macros = join(folder, 'macros');
    const wave = join(folder, 'waves.vcd');
    await sotto('generate', model, '--out', macros, '--body', 'asic', '--device', 'sot-mram-22nm');
    const files = ['--images', images, '--layers', '--wave', wave];
    expect(await simulated(macros, ...files)).toMatchObject({ code: 0, images: 1, wave, mismatches: 0 });
    expect(readFileSync(wave, 'utf8')).toMatch(/\$var wire +1 \S+ image_valid/);
    const result = await simulated(macros, ...files, '--count', '10');
    expect(result).toMatchObject({ code: 0, images: 10, mismatches: 0, cyclesAsPredicted: true, cached: true });
    const program = join(macros, 'program.hex');
    writeFileSync(program, readFileSync(program, 'utf8').replace(/\n[^\n]*\n/, '\nrow\n'));
    const { code, stderr } = await sotto('simulate', macros, ...files);
    expect(code).toBe(2);
    expect(stderr).toMatch(/program\.hex: line 2 is no hexadecimal number of \d+ bits/);
  });

  test('tells Verilog that does not compile in one line with the path of the log', async () => {
    const wrong = join(folder, 'wrong');
    await sotto('generate', model, '--out', wrong);
    writeFileSync(join(wrong, 'tiny.v'), 'module tiny(; endmodule');
    const { code, stderr } = await sotto('simulate', wrong, '--images', images);
    expect(code).toBe(2);
    const log = /^sotto: verilator: .*; the log is (\S+)$/m.exec(stderr)?.[1];
    expect(readFileSync(log!, 'utf8')).toContain('tiny.v');
  });
});

describe('inspect', () => {
  test('shows operators, layers and sizes', async () => {
    const { code, stdout, stderr } = await sotto('inspect', model);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('operators  1 Conv, 1 Flatten, 1 Gemm, 1 MaxPool, 1 Relu');
    expect(stdout).toMatch(/n0_Conv +convolution +1×6×6 +2×4×4 +18 +\d+ +\d+/);
    const { engine } = JSON.parse((await sotto('inspect', model, '--json')).stdout) as {
      engine: { layers: { name: string }[] };
    };
    expect(engine.layers.map(({ name }) => name)).toEqual(['n0_Conv', 'n2_MaxPool', 'n4_Gemm']);
  });
});
