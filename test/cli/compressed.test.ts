import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/build/manifest.js';
import { readDesign } from '../../src/build/read-design.js';
import { placeNetwork } from '../../src/layout/place.js';
import { predictCycles } from '../../src/layout/timing/index.js';
import { denseTwin } from '../../src/network/compressed/index.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { sotto, temporaryFolder, tinyFiles } from './command-line.js';
import { prunedGraph, tinyCompressed } from './tiny-compressed.js';

const folder = temporaryFolder();
const { path, model } = tinyCompressed(folder);
const { images, labels } = tinyFiles(folder);

const manifestOf = (design: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(design, 'manifest.json'), 'utf8')));

describe('the engine of a compressed network', () => {
  const out = join(folder, 'engine');

  beforeAll(async () => {
    expect(await sotto('generate', path, '--out', out)).toMatchObject({ code: 0 });
  });

  test('has the integers of the file, without a quantisation', () => {
    const { network } = readDesign(out);
    expect(network).toEqual(model.network);
    const { options, compression } = manifestOf(out);
    expect(options).toMatchObject({
      weightBits: null,
      activationBits: null,
      preprocess: model.network.input.preprocess,
    });
    expect(compression).toMatchObject({ parameters: 42, provenance: { method: 'by hand' } });
  });

  test('stands beside its dense twin', async () => {
    const { stdout, stderr } = await sotto('generate', path, '--out', out, '--json');
    expect(stderr).toMatch(/^ {2}read {6}tiny\.safetensors +3 layers, 42 weights, 3\d kept \(1\.\d\d×\)\n {2}place/);
    expect(stderr).toMatch(/\n {2}place .*, gather tables 8 bits\n/);
    expect(stderr).toMatch(/\n {2}predict .*, dense twin \d+ per image \(\d\.\d\d×\)\n/);
    expect(stderr).toMatch(/\n +this engine +dense twin +times\n {2}cycles per image +\d+ +\d+ +\d\.\d\d\n/);
    const { compression, cyclesPerImage } = JSON.parse(stdout) as {
      compression: NonNullable<ReturnType<typeof manifestOf>['compression']>;
      cyclesPerImage: number;
    };
    expect(compression).toEqual(manifestOf(out).compression);
    const geometry = { rows: 512, columns: 256, readCycles: 1, writeCycles: 1 };
    const twin = predictCycles(placeNetwork(denseTwin(model), { geometry }));
    expect(compression.denseTwin).toMatchObject({
      cyclesPerImage: twin.cyclesPerImage,
      latency: twin.latency,
      indexBits: 0,
    });
    expect(compression.engine).toMatchObject({ cyclesPerImage, indexBits: 8 });
    expect(compression.engine.cells).toBeLessThan(compression.denseTwin!.cells);
  });

  test('gives the values of the golden model in the cycles that were predicted', async () => {
    const { code, stdout } = await sotto('simulate', out, '--images', images, '--labels', labels, '--layers', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      engine: 'verilator',
      images: 10,
      mismatches: 0,
      cyclesAsPredicted: true,
    });
  });

  test.each([
    ['--weight-bits', '4', 'weightBits'],
    ['--calibrate', images, 'calibrate'],
    ['--preprocess', 'raw', 'preprocess'],
  ])('%s is refused: its integers are fixed', async (flag, value, option) => {
    const { code, stderr } = await sotto('generate', path, '--out', join(folder, 'never'), flag, value);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `sotto: ${option}: means nothing here: the compressed network has its integers already; leave it out, or compress again with it\n`,
    });
  });

  test('is told without a twin where that does not fit', async () => {
    const subarrays = manifestOf(out).subarrays;
    const { stderr, code } = await sotto('generate', path, '--out', out, '--subarrays', String(subarrays));
    expect(code).toBe(0);
    expect(stderr).toMatch(/this engine|the dense twin does not fit/);
  });
});

describe('zeros of an ONNX model', () => {
  const pruned = join(folder, 'pruned.onnx');
  writeFileSync(pruned, writeOnnx(prunedGraph()));

  test('are removed where no score needs them, and it is said', async () => {
    const out = join(folder, 'removed');
    const { code, stderr } = await sotto('generate', pruned, '--out', out);
    expect({ code }).toEqual({ code: 0 });
    expect(stderr).toMatch(/\n {2}remove {4}0 filters, 4 columns +33 weights kept \(1\.27×\)\n {2}place/);
    const { compression, options, layers } = manifestOf(out);
    expect(compression).toMatchObject({ parameters: 42, provenance: {} });
    expect(options).not.toHaveProperty('keepZeros');
    expect(layers.map(({ gather }) => gather?.taps)).toEqual([6, undefined, 7]);
  });

  test('stay where they are wanted', async () => {
    const out = join(folder, 'kept');
    const { code, stderr } = await sotto('generate', pruned, '--out', out, '--keep-zeros');
    expect({ code }).toEqual({ code: 0 });
    expect(stderr).not.toMatch(/remove|twin/);
    const { compression, options, layers } = manifestOf(out);
    expect(compression).toBeUndefined();
    expect(options).toHaveProperty('keepZeros', true);
    expect(layers.map(({ weights }) => weights?.count)).toEqual([18, undefined, 24]);
  });
});

describe('inspect', () => {
  test('says of each matrix what is left, and nothing else', async () => {
    const { code, stdout, stderr } = await sotto('inspect', path, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const nonzero = model.network.layers.map((layer) =>
      'weights' in layer ? layer.weights.filter((weight) => weight !== 0).length : 0,
    );
    const total = nonzero[0]! + nonzero[2]!;
    expect(JSON.parse(stdout)).toEqual({
      parameters: 42,
      nonzero: total,
      pruningRatio: 42 / total,
      layers: [
        {
          name: 'n0_Conv',
          rows: 2,
          columns: 9,
          keptRows: 2,
          keptColumns: 6,
          nonzero: nonzero[0],
          weightBits: 4,
          activationBits: 8,
        },
        {
          name: 'n4_Gemm',
          rows: 3,
          columns: 8,
          keptRows: 3,
          keptColumns: 7,
          nonzero: nonzero[2],
          weightBits: 4,
          activationBits: 6,
        },
      ],
    });
  });

  test('as a table', async () => {
    const { stdout } = await sotto('inspect', path);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^tiny\.safetensors: 42 weights, 3\d not zero, pruned 1\.\d\d×$/);
    expect(lines[2]).toBe('  layer    rows  columns  kept rows  kept columns  not zero  weight bits  activation bits');
    expect(lines[4]).toMatch(/^ {2}n4_Gemm +3 +8 +3 +7 +\d+ +4 +6$/);
  });
});

test.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
  ['truncated', (bytes) => bytes.subarray(0, bytes.length - 5), /the file is cut off/],
  ['truncated in its header', (bytes) => bytes.subarray(0, 40), /the header should have \d+ bytes, but 32 follow/],
  ['empty', () => new Uint8Array(), /0 bytes are too few/],
  ['no compressed network', (bytes) => bytes.map((byte, index) => (index === 0 ? 255 : byte)), /: /],
])('a file that is %s is refused in one line by every command', async (name, change, message) => {
  const bad = join(folder, `${name}.safetensors`);
  writeFileSync(bad, change(readFileSync(path)));
  const out = join(folder, 'never');
  for (const args of [
    ['inspect', bad],
    ['generate', bad, '--out', out],
    ['export', bad, '--out', out],
  ]) {
    const { code, stdout, stderr } = await sotto(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^sotto: [^\n]*\n$/);
    expect(stderr).toContain(`${name}.safetensors`);
    expect(stderr).toMatch(message);
  }
});
