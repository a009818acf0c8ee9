import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lowerGraph } from '../../src/network/lower/index.js';
import { readOnnxFile } from '../../src/network/onnx/read-onnx.js';
import { sotto, temporaryFolder, tinyFiles } from './command-line.js';
import { tinyCompressed } from './tiny-compressed.js';

const folder = temporaryFolder();
const { path, model } = tinyCompressed(folder);

test('writes an ONNX model of the same layers and says so', async () => {
  const out = join(folder, 'tiny-int8.onnx');
  const { code, stdout, stderr } = await sotto('export', path, '--out', out, '--json');
  expect({ code }).toEqual({ code: 0 });
  expect(stderr).toMatch(
    /^ {2}read {6}tiny\.safetensors +3 layers, 42 weights, \d+ not zero\n {2}write {5}.*, \d+ KB\n$/,
  );
  const { bytes, ...result } = JSON.parse(stdout) as { bytes: number };
  expect(bytes).toBe(readFileSync(out).length);
  expect(result).toMatchObject({ model: 'tiny.safetensors', out, layers: 3, weights: 42 });
  expect(lowerGraph(readOnnxFile(out)).layers.map(({ name }) => name)).toEqual(
    model.network.layers.map(({ name }) => name),
  );
});

test('replaces a file when told to, and writes nothing for what is no compressed network', async () => {
  const out = join(folder, 'there.onnx');
  writeFileSync(out, 'precious');
  const there = await sotto('export', path, '--out', out);
  expect(there).toMatchObject({
    code: 2,
    stderr: `sotto: ${out}: something of this name is there already; choose another, or add --force\n`,
  });
  expect(readFileSync(out, 'utf8')).toBe('precious');
  expect(await sotto('export', path, '--out', out, '--force')).toMatchObject({ code: 0 });
  const before = readdirSync(folder);
  const { model: onnx } = tinyFiles(temporaryFolder());
  const wrong = await sotto('export', onnx, '--out', join(folder, 'never.onnx'));
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/^sotto: tiny\.onnx: does not begin as a safetensors file does; .*\n$/);
  const nowhere = await sotto('export', path, '--out', join(folder, 'no', 'such', 'folder.onnx'));
  expect(nowhere).toMatchObject({ code: 2 });
  expect(nowhere.stderr).toContain('no such file or folder');
  expect(readdirSync(folder)).toEqual(before);
});
