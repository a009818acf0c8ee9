import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/build/manifest.js';
import { arrayTiming, deviceByName } from '../../src/device/index.js';
import { type DesignFile, writeDesign } from '../../src/build/write-design.js';
import { sotto, temporaryFolder, tinyFiles } from './command-line.js';

const folder = temporaryFolder();
const { model, images } = tinyFiles(folder);
const out = join(folder, 'out');

const contents = (path: string) =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));

interface JsonResult {
  readonly subarrays: number;
  readonly layers: readonly { readonly name: string; readonly subarrays: number }[];
  readonly layerErrors: readonly { readonly layer: string; readonly signalToNoise: number }[];
}

describe('generate', () => {
  beforeAll(async () => {
    const outcome = await sotto('generate', model, '--out', out, '--calibrate', images, '--top', 'digits');
    expect(outcome).toMatchObject({ code: 0, stdout: '' });
  });

  test('says each step in one line, the facts in the order of the work', async () => {
    const { stderr } = await sotto('generate', model, '--out', out, '--calibrate', images, '--top', 'digits');
    expect(
      stderr
        .replaceAll(folder, 'FOLDER')
        .replace(/\(\d+\.\d s\)/, '(0.1 s)')
        .replace(/\d+ KB/, 'N KB'),
    ).toMatchInlineSnapshot(`
      "  read      tiny.onnx                        3 layers, 42 weights
        quantise  weights 8 bits, activations 8    scores 51.5 dB over noise, 10 calibration images
        place     3 subarrays of 512×256           occupancy 0.1 %
        emit      14 modules, N KB Verilog, 5 images
        predict   92 cycles per image              latency 173 cycles

        layer       kind             output  weight bits  output bits  subarrays  sensing cycles  dB over noise
        n0_Conv     convolution      2×4×4             8            8          2              64           46.6
        n2_MaxPool  maximum pool     2×2×2                          8                                      47.9
        n4_Gemm     fully connected  3×1×1             8           18          1              48           51.5

        FOLDER/out/digits.v   manifest.json   (0.1 s)
      "
    `);
  });

  test('writes the same bytes twice', async () => {
    const again = join(folder, 'again');
    await sotto('generate', model, '--out', again, '--calibrate', images, '--top', 'digits');
    expect(contents(again)).toEqual(contents(out));
  });

  test('describes itself without paths or dates', () => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')));
    expect(manifest.top).toBe('digits');
    expect(manifest.files.map(({ file }) => file).sort()).toEqual(
      readdirSync(out)
        .filter((file) => file !== 'manifest.json')
        .sort(),
    );
    expect(Object.values(contents(out)).join('')).not.toContain(folder);
  });

  test('prints one JSON object', async () => {
    const calibrated = ['--calibrate', images, '--weight-bits', '4', '--json'];
    const { stdout } = await sotto('generate', model, '--out', join(folder, 'json'), ...calibrated);
    const result = JSON.parse(stdout) as JsonResult;
    expect(Object.keys(result).join(' ')).toBe(
      'out top latency cyclesPerImage geometry subarrays occupancy layers layerErrors files warnings seconds',
    );
    const [convolution] = result.layers;
    expect(convolution).toMatchObject({ name: 'n0_Conv', weights: 18, weightBits: 4, activationBits: 8 });
    expect(result.layers.reduce((sum, { subarrays }) => sum + subarrays, 0)).toBe(result.subarrays);
    expect(result.layerErrors.map(({ layer }) => layer)).toEqual(['n0_Conv', 'n2_MaxPool', 'n4_Gemm']);
    for (const { signalToNoise } of result.layerErrors) expect(signalToNoise).toBeGreaterThan(10);
  });

  test('takes widths by layer, geometry and budget from a configuration, flags first', async () => {
    const config = join(folder, 'engine.config.ts');
    writeFileSync(
      config,
      `import { defineEngine } from 'sotto';
       export default defineEngine({
         top: 'configured', subarray: { rows: 64, columns: 32 },
         layers: { default: { weights: 4 }, n0_Conv: { weights: 2, parallelism: { filtersAtOnce: 1 } } },
         budget: { subarrays: 9 }, preprocess: 'raw', calibrate: 'images.idx',
       });`,
    );
    const { code, stderr } = await sotto(
      'generate',
      model,
      '-o',
      join(folder, 'c'),
      '--config',
      config,
      '--top',
      'flagged',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'c', 'manifest.json'), 'utf8')));
    expect(manifest.top).toBe('flagged');
    expect(manifest.geometry).toMatchObject({ rows: 64, columns: 32 });
    expect(manifest.layers.map(({ weights }) => weights?.bits)).toEqual([2, undefined, 4]);
    expect(manifest.options.preprocess).toEqual({ divisor: 1, mean: 0, deviation: 1 });
  });
});

test('a device gives geometry and cycles at its clock', async () => {
  const timed = join(folder, 'timed');
  const device = ['--device', 'sot-mram-22nm', '--clock', '1'];
  expect(await sotto('generate', model, '--out', timed, ...device)).toMatchObject({ code: 0 });
  const { geometry, options } = manifestSchema.parse(JSON.parse(readFileSync(join(timed, 'manifest.json'), 'utf8')));
  const { rows, columns, readCycles, writeCycles } = arrayTiming(deviceByName('sot-mram-22nm'), 1);
  expect(geometry).toEqual({ rows, columns, readCycles, writeCycles });
  expect(options.device).toEqual({ name: 'sot-mram-22nm', clockNs: 1 });
});

test('a design of macros has its rows in a file, and a simulation model beside each black box', async () => {
  const macros = join(folder, 'macros');
  const generate = ['generate', model, '--out', macros, '--body', 'asic', '--json'];
  const { subarrays } = JSON.parse((await sotto(...generate)).stdout) as { subarrays: number };
  expect(readFileSync(join(macros, 'program.hex'), 'utf8').trimEnd().split('\n')).toHaveLength(subarrays * 512);
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(macros, 'manifest.json'), 'utf8')));
  expect(manifest.files.filter(({ kind }) => kind === 'model')).toMatchObject([{ file: 'models/sot_mram_512x256.v' }]);
  expect(readdirSync(macros)).toContain('sot_mram_512x256.v');
  expect(await sotto(...generate)).toMatchObject({ code: 0 });
  writeFileSync(join(macros, 'models', 'notes.txt'), '');
  expect((await sotto(...generate)).stderr).toContain('changed by hand (models/notes.txt)');
});

describe('the folder of a design', () => {
  const files: DesignFile[] = [{ file: 'a.v', text: 'a' }];

  test('is not replaced where it holds something else', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.tex'), 'years of work');
    const { code, stderr } = await sotto('generate', model, '--out', foreign);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `sotto: ${foreign}: holds files that are no design; give --out another folder, or add --force\n`,
    );
    expect(readdirSync(foreign)).toEqual(['thesis.tex']);
  });

  test('is not replaced where a file was edited or added by hand, unless forced', async () => {
    const edited = join(folder, 'edited');
    await sotto('generate', model, '--out', edited);
    writeFileSync(join(edited, 'tiny.v'), 'module tiny; endmodule');
    writeFileSync(join(edited, 'notes.txt'), '');
    const refused = await sotto('generate', model, '--out', edited);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('changed by hand (tiny.v, notes.txt)');
    expect(await sotto('generate', model, '--out', edited, '--force')).toMatchObject({ code: 0 });
    expect(existsSync(join(edited, 'notes.txt'))).toBe(false);
  });

  test.each(['ENOSPC', 'EACCES', 'EIO'])('stays as it was when writing fails with %s, and nothing is left', (code) => {
    const parent = temporaryFolder();
    const target = join(parent, 'deep', 'out');
    let written = 0;
    const writeFile = (path: string, text: string): void => {
      if (++written > 1) throw Object.assign(new Error(code), { code, syscall: 'write' });
      writeFileSync(path, text);
    };
    const more = [...files, { file: 'b.v', text: 'b' }];
    expect(() => writeDesign(target, more, { writeFile })).toThrow(target);
    expect(readdirSync(parent)).toEqual([]);
  });
});
