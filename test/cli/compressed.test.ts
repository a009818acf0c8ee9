import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestSchema, planOf } from '../../src/build/manifest.js';
import { readDesign } from '../../src/build/read-design.js';
import { placeAlongside } from '../../src/layout/place-alongside.js';
import { placeNetwork } from '../../src/layout/place.js';
import { predictCycles } from '../../src/layout/timing/index.js';
import { denseTwin, removeUnusedPaths, writeCompressedFile } from '../../src/network/compressed/index.js';
import { lowerGraph } from '../../src/network/lower/index.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { quantizeNetwork } from '../../src/network/quantize/index.js';
import { sotto, temporaryFolder, tinyFiles, tinyGraph } from './command-line.js';
import { prunedGraph, tinyCompressed } from './tiny-compressed.js';

const folder = temporaryFolder();
const { path, model } = tinyCompressed(folder);
const { images, labels, model: tinyModel } = tinyFiles(folder);

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
    expect(stderr).toMatch(
      /^ {2}read {6}tiny\.safetensors +3 layers, 42 weights, 3\d not zero \(1\.\d\d×\)\n {2}place/,
    );
    expect(stderr).toMatch(/\n {2}place .*, gather tables 8 bits\n/);
    expect(stderr).toMatch(/\n {2}predict .*, dense twin \d+ per image on \d+ subarrays\n/);
    expect(stderr).toMatch(/\n +this engine +dense twin +dense \/ this\n {2}cycles per image +\d+ +\d+ +\d\.\d\d\n/);
    expect(stderr).toMatch(/\n {2}bits of gather tables +8 +0\n/);
    expect(stderr).toMatch(/\n {2}both as fast as \d+ subarrays allow: \d+ cycles per image, dense \d+ \(\d\.\d\d×\)/);
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
    const equal = { geometry, budget: { subarrays: compression.denseTwin!.subarrays } };
    expect(compression.sameSubarrays).toEqual({
      cyclesPerImage: predictCycles(placeNetwork(model.network, equal)).cyclesPerImage,
      denseCyclesPerImage: predictCycles(placeNetwork(denseTwin(model), equal)).cyclesPerImage,
    });
  });

  test('says in its own note what was removed, and where the hardware knows it from', () => {
    const note = readFileSync(join(out, 'README.md'), 'utf8');
    const nonzero = manifestOf(out).compression!.nonzero;
    expect(note).toContain(`\nCompression left ${nonzero} of 42 weights. `);
    expect(note).toContain('\n| n0_Conv | 2 of 2 | 6 of 9 | wires in `n0_conv_window.v` |\n');
    expect(note).toContain(
      '\n| n4_Gemm | 3 of 3 | 7 of 8 | a constant in `n4_gemm_vector.v`, a bit for each of 8 values that arrive |\n',
    );
    expect(readFileSync(join(out, 'n0_conv_window.v'), 'utf8')).toMatch(/^\/\/ taps = 6 of 9/m);
    expect(readFileSync(join(out, 'n4_gemm_vector.v'), 'utf8')).toMatch(/^\/\/ kept = 7 of 8 values/m);
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

describe('beside another design', () => {
  const dense = join(folder, 'dense');
  const out = join(folder, 'beside');

  beforeAll(async () => {
    expect(await sotto('generate', tinyModel, '--out', dense, '--subarrays', '3')).toMatchObject({ code: 0 });
  });

  test('each layer has the subarrays of its own there, and the dense twin has them too', async () => {
    const { code, stderr } = await sotto('generate', path, '--out', out, '--alongside', dense);
    expect({ code }).toEqual({ code: 0 });
    expect(stderr).not.toContain('both as fast');
    const [own, other] = [manifestOf(out), manifestOf(dense)];
    own.layers.forEach(({ subarrays }, index) => {
      expect(subarrays).toBeLessThanOrEqual(other.layers[index]!.subarrays);
    });
    const plan = placeAlongside(model.network, planOf(other, readDesign(dense).network));
    expect(own.timing.cyclesPerImage).toBe(predictCycles(plan).cyclesPerImage);
    const twin = placeAlongside(denseTwin(model), planOf(other, readDesign(dense).network));
    expect(own.compression).toMatchObject({
      denseTwin: { cyclesPerImage: predictCycles(twin).cyclesPerImage },
      sameSubarrays: null,
    });
    expect(own.options.alongside).toEqual({ top: other.top, model: other.model });
  });

  test('has the geometry of that design', async () => {
    const config = join(folder, 'narrow.config.ts');
    writeFileSync(config, 'export default { subarray: { rows: 64, columns: 32 } };');
    const narrow = join(folder, 'narrow');
    expect(await sotto('generate', tinyModel, '--out', narrow, '--config', config)).toMatchObject({ code: 0 });
    expect(await sotto('generate', path, '--out', out, '--alongside', narrow)).toMatchObject({ code: 0 });
    expect(manifestOf(out).geometry).toEqual(manifestOf(narrow).geometry);
    expect(manifestOf(out).geometry).toMatchObject({ rows: 64, columns: 32 });
  });

  test('nothing else says how to place', async () => {
    const config = join(folder, 'factors.config.ts');
    writeFileSync(config, 'export default { layers: { n0_Conv: { parallelism: { chunksAtOnce: 1 } } } };');
    const beside = ['generate', path, '--out', join(folder, 'never'), '--alongside', dense];
    const { code, stderr } = await sotto(...beside, '--config', config);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        '  config    ' +
        `${relative(process.cwd(), config)}\n` +
        'sotto: layers.n0_Conv.parallelism: means nothing beside another design, whose subarrays are used; leave it out, or leave out alongside\n',
    });
    for (const flags of [
      ['--subarrays', '9'],
      ['--cycles', '900'],
      ['--device', 'sot-mram-22nm'],
    ]) {
      const refused = await sotto(...beside, ...flags);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toMatch(/^sotto: [^\n]*alongside[^\n]*\n$/);
    }
  });

  test('is refused where that is no design, or has other layers', async () => {
    const beside = (design: string) =>
      sotto('generate', path, '--out', join(folder, 'never'), '--alongside', design, '--force');
    const none = await beside(folder);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/^sotto: [^\n]* is no design[^\n]*\n$/);
    const manifest = join(dense, 'manifest.json');
    for (const file of [manifest, join(dense, 'network.json')]) {
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"n4_Gemm"', '"other"'));
    }
    const others = await beside(dense);
    expect(others.code).toBe(2);
    expect(others.stderr).toMatch(/\nsotto: placement: layer n4_Gemm has no subarrays in the plan of .*\n$/);
  });
});

test('of a network that nothing was removed from there is no twin to compare', async () => {
  const whole = join(folder, 'whole.safetensors');
  const { network } = quantizeNetwork(lowerGraph(tinyGraph()), {
    weightBits: 4,
    activationBits: 6,
    preprocess: model.network.input.preprocess,
  });
  writeCompressedFile(whole, removeUnusedPaths(network));
  const out = join(folder, 'whole');
  const { code, stderr } = await sotto('generate', whole, '--out', out);
  expect({ code }).toEqual({ code: 0 });
  expect(stderr).not.toMatch(/twin|gather/);
  expect(readFileSync(join(out, 'README.md'), 'utf8')).not.toContain('removed');
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
