import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floatTensor } from '../../src/network/tensor.js';
import { writeIdxImages } from '../../src/network/images/index.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { GraphBuilder, randomNumbers } from '../support/graphs.js';
import { sotto, temporaryFolder, tinyFiles, tinyGraph } from './command-line.js';

const folder = temporaryFolder();
const { model, images } = tinyFiles(folder);
const good = writeOnnx(tinyGraph());

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** One line that says what is wrong and no stack, exit code 2, nothing written. */
async function refused(args: readonly string[], message: RegExp): Promise<void> {
  const before = readdirSync(folder);
  const { code, stderr, stdout } = await sotto(...args);
  const lines = stderr.trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('sotto: '));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at |a bug/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(readdirSync(folder)).toEqual(before);
}

const out = join(folder, 'never');
const generate = (path: string, ...more: readonly string[]) => ['generate', path, '--out', out, ...more];

function cyclic(): Uint8Array {
  const builder = new GraphBuilder([1, 1, 6, 6]);
  builder.node('Add', ['image', 'b'], 'a');
  builder.node('Relu', ['a'], 'b');
  return writeOnnx(builder.build(['b']));
}

function emptyTensor(): Uint8Array {
  const builder = new GraphBuilder([1, 1, 6, 6]);
  builder.tensor('w', floatTensor([0, 1, 3, 3], new Float32Array(0)));
  return writeOnnx(builder.then('Conv', ['w']).build());
}

function noImage(): Uint8Array {
  return writeOnnx(new GraphBuilder([1, 1, 0, 6]).then('Relu').build());
}

function wrongShapes(): Uint8Array {
  const builder = new GraphBuilder([1, 1, 6, 6]);
  return writeOnnx(builder.then('Conv', [builder.weights('w', [2, 5, 3, 3], randomNumbers(1))]).build());
}

function unsupported(): Uint8Array {
  const builder = new GraphBuilder([1, 1, 6, 6]);
  return writeOnnx(builder.then('LSTM').then('Einsum').build());
}

const spoiled = (value: number) =>
  writeOnnx(
    tinyGraph((name, data) => (name === 'w0' ? data.map((weight, index) => (index === 3 ? value : weight)) : data)),
  );

describe('models', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['truncated', good.subarray(0, good.length / 2), /truncated: /],
    ['empty', '', /empty: the file is empty/],
    ['text', 'not a model at all', /text: /],
    ['cyclic', cyclic(), /cyclic, node 'n0_Add'/],
    [
      'zero-size',
      emptyTensor(),
      /: zero-size, tensor 'w': holds nothing: its shape is \[0, 1, 3, 3\], and dimension 0 is 0; export the model again, /,
    ],
    [
      'no-image',
      noImage(),
      /: no-image, tensor 'image': holds nothing: its shape is \[1, 1, 0, 6\], and dimension 2 is 0; /,
    ],
    ['wrong-shapes', wrongShapes(), /n0_Conv/],
    ['nan', spoiled(Number.NaN), /^sotto: node 'n0_Conv': Conv: the weights hold NaN or infinity; train again; /],
    ['infinite', spoiled(Infinity), /^sotto: node 'n0_Conv': Conv: the weights hold NaN or infinity; train again; /],
  ])('%s', async (name, content, message) => {
    await refused(generate(file(name, content)), message);
  });

  test('missing, a folder, below a file', async () => {
    await refused(generate(join(folder, 'none.onnx')), /none\.onnx: .*ENOENT/);
    await refused(generate(folder), /EISDIR/);
    await refused(generate(join(model, 'x.onnx')), /ENOTDIR/);
  });

  test('unsupported operators come as a table', async () => {
    const path = file('unsupported.onnx', unsupported());
    const { code, stderr, stdout } = await sotto(...generate(path), '--json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sotto: .*LSTM.*\nnode +operator +why not +instead\n/m);
    const { error } = JSON.parse(stdout) as { error: { kind: string; problems: { operator: string }[] } };
    expect(error.kind).toBe('unsupported');
    expect(error.problems.map(({ operator }) => operator)).toEqual(['LSTM', 'Einsum']);
  });
});

describe('use', () => {
  test.each<[string[], RegExp]>([
    [[], /no command/],
    [['generat', model], /unknown command 'generat'; did you mean 'generate'\?/],
    [generate(model, '--weight-bit', '4'), /unknown option --weight-bit; did you mean --weight-bits\?/],
    [generate(model, '--weight-bits', 'abc'), /--weight-bits is 'abc'; give a whole number 1 … 8/],
    [generate(model, '--weight-bits', '9'), /--weight-bits is '9'/],
    [generate(model, '--weight-bits', '4', '--weight-bits', '5'), /--weight-bits is given 2 times/],
    [generate(model, '--cycles', '1', '--subarrays', '1'), /cycles and subarrays/],
    [generate(model, '--preprocess', 'mean=x,std=1'), /--preprocess is 'mean=x,std=1'/],
    [generate(model, '--body', 'wood'), /--body is 'wood'; choose one of fpga, behavioural, asic/],
    [generate(model, '--top', 'module'), /'module' is a word of Verilog/],
    [generate(model, '--top', '4x'), /'4x' is no Verilog name/],
    [generate(model, '--device', 'core'), /'core' is not known; choose one of sot-mram-22nm/],
    [generate(model, '--cycles', '1'), /needs at least \d+ cycles/],
    [['generate', model], /--out/],
    [['generate', model, 'other.onnx', '--out', out], /unexpected argument 'other\.onnx'/],
    [['simulate', folder], /--images/],
  ])('%j', async (args, message) => {
    await refused(args, message);
  });

  test('a completion script knows the program by its name', async () => {
    const { code, stdout } = await sotto('completion');
    expect(code).toBe(0);
    expect(stdout).toContain('sotto --get-yargs-completions');
    const { stdout: offered } = await sotto('--get-yargs-completions', 'sotto', '');
    expect(offered).toMatch(/\bgenerate\b[^]*\bunit\b[^]*\brun-program\b/);
  });

  test('help shows examples, for every command', async () => {
    for (const command of ['generate', 'simulate', 'inspect', 'unit', 'program', 'run-program']) {
      const { code, stdout } = await sotto(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  sotto ${command} `);
    }
  });
});

describe('places', () => {
  test('where nothing can be written', async () => {
    await refused(['generate', model, '--out', join(model, 'x')], /tiny\.onnx/);
    await refused(['generate', model, '--out', model], /is a file, not a folder/);
    await refused(['generate', model, '--out', '/proc/sotto/x'], /\/proc\/sotto\/x: /);
    expect(existsSync(out)).toBe(false);
  });

  test('that are no design', async () => {
    await refused(['simulate', join(folder, 'none'), '--images', images], /none: no such folder/);
    await refused(['simulate', folder, '--images', images], /is no design: it has no manifest\.json/);
    await refused(['simulate', model, '--images', images], /is a file, not a design’s folder/);
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    for (const text of ['', '{}', '{"format":"sotto-design","formatVersion":99}', '[]']) {
      writeFileSync(join(odd, 'manifest.json'), text);
      await refused(['simulate', odd, '--images', images], /odd\/manifest\.json: /);
    }
  });
});

describe('images and designs', () => {
  const design = join(folder, 'design');

  test('images of another shape, missing, damaged; other labels', async () => {
    await sotto('generate', model, '--out', design);
    const wide = join(folder, 'wide.idx');
    writeIdxImages(wide, { count: 2, shape: [1, 5, 5], pixels: new Uint8Array(50) });
    await refused(
      ['simulate', design, '--images', wide],
      /wide\.idx: images are 1 × 5 × 5, but the model reads 1 × 6 × 6/,
    );
    await refused(generate(model, '--calibrate', wide), /wide\.idx/);
    await refused(['simulate', design, '--images', join(folder, 'no.idx')], /no\.idx: no such file/);
    await refused(['simulate', design, '--images', model], /tiny\.onnx: is neither/);
    const cut = file('cut.idx', readFileSync(images).subarray(0, 100));
    await refused(['simulate', design, '--images', cut], /cut\.idx/);
    await refused(['simulate', design, '--images', images, '--labels', images], /images\.idx/);
    await refused(['simulate', design, '--images', images, '--count', '0'], /--count is '0'/);
    await refused(['simulate', design, '--images', images, '--wave', 'x.fst'], /x\.fst/);
  });

  test('a file that is missing from a design', async () => {
    const broken = join(folder, 'broken');
    await sotto('generate', model, '--out', broken);
    writeFileSync(join(broken, 'network.json'), '{"layers":3}');
    await refused(['simulate', broken, '--images', images], /network\.json: is not what sotto writes/);
  });
});

describe('configurations', () => {
  test.each<[string, string, RegExp]>([
    ['unknown-key', 'export default { tops: 1 }', /unknown 'tops', known are top, body, device/],
    ['unknown-layer', 'export default { layers: { conv9: { weights: 4 } } }', /no such layer; its layers are n0_Conv/],
    ['unknown-width', 'export default { layers: { default: { weight: 4 } } }', /layers\.default: unknown 'weight'/],
    ['too-wide', 'export default { layers: { n0_Conv: { weights: 9 } } }', /layers\.n0_Conv\.weights/],
    ['two-budgets', 'export default { budget: { subarrays: 1, cyclesPerImage: 1 } }', /not both/],
    ['throws', 'throw new Error("no luck")', /does not run \(no luck\)/],
    ['syntax', 'export default {', /does not run/],
    ['no-default', 'export const a = 1', /default/],
  ])('%s', async (name, text, message) => {
    const config = file(`${name}.config.ts`, text);
    await refused(generate(model, '--config', config), message);
  });

  test('missing', async () => {
    await refused(generate(model, '--config', join(folder, 'no.config.ts')), /no\.config\.ts: no such file/);
  });
});

test('what a command needs and did not get', async () => {
  await refused(['generate'], /^sotto: no model is given; see sotto generate --help$/);
  await refused(
    ['unit', 'fp-add', '--out', out],
    /^sotto: missing required argument: format; give --format F, such as/,
  );
});
