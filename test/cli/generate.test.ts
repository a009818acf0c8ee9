import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/build/manifest.js';
import { type DesignFile, writeDesign } from '../../src/build/write-design.js';
import { sotto, temporaryFolder, tinyFiles } from './command-line.js';

const folder = temporaryFolder();
const { model, images } = tinyFiles(folder);
const out = join(folder, 'out');

const contents = (path: string) =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')]));

describe('generate', () => {
  beforeAll(async () => {
    const outcome = await sotto('generate', model, '--out', out, '--calibrate', images, '--top', 'digits');
    expect(outcome).toMatchObject({ code: 0, stdout: '' });
  });

  test('says each step in one line, the facts in the order of the work', async () => {
    const { stderr } = await sotto('generate', model, '--out', out, '--calibrate', images, '--top', 'digits');
    const lines = stderr
      .replaceAll(folder, 'FOLDER')
      .replace(/\(.* s\)/, '(S)')
      .replaceAll(/[\d,.]+/g, '#');
    expect(lines).toMatchInlineSnapshot(`
      "  read      tiny#onnx                    # layers# # weights
        quantise  weights # bits# activations # scores # dB over noise# # calibration images
        place     # subarrays of #×#       occupancy # %
        emit      # modules# # KB Verilog# # images
        predict   # cycles per image         latency # cycles
        FOLDER/out/digits#v   manifest#json   (S)
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
    const { stdout } = await sotto('generate', model, '--out', join(folder, 'json'), '--json');
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ top: 'tiny', subarrays: expect.any(Number) as number });
    expect(Object.keys(result)).toEqual([
      'out',
      'top',
      'latency',
      'cyclesPerImage',
      'subarrays',
      'occupancy',
      'layers',
      'files',
      'warnings',
      'seconds',
    ]);
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
