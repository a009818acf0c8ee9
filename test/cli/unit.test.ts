import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/build/write-design.js';
import { sotto, temporaryFolder } from './command-line.js';

const folder = temporaryFolder();

interface UnitManifest {
  readonly format: string;
  readonly kind: string;
  readonly top: string;
  readonly timing: Readonly<Record<string, number>>;
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
}

async function made(name: string, ...args: readonly string[]): Promise<UnitManifest> {
  const out = join(folder, name);
  expect(await sotto('unit', ...args, '--out', out)).toMatchObject({ code: 0, stdout: '' });
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as UnitManifest;
  expect([...manifest.files.map(({ file }) => file), 'manifest.json'].sort()).toEqual(readdirSync(out).sort());
  for (const { file, sha256: hash } of manifest.files) expect(sha256(readFileSync(join(out, file)))).toBe(hash);
  return manifest;
}

test('a floating-point unit is a design of its own, replaced by the next', async () => {
  const first = await made('add', 'fp-add', '--format', 'bf16', '--stages', '2');
  expect(first).toMatchObject({ format: 'sotto-design', kind: 'float-unit', top: 'fp_add_e8m7_s2' });
  expect(first.timing).toEqual({ latency: 2, initiationInterval: 1 });
  expect((await made('add', 'fp-add', '--format', 'bf16', '--no-flags')).top).toBe('fp_add_e8m7_s0_no_flags');
  const { code, stderr } = await sotto('simulate', join(folder, 'add'), '--images', join(folder, 'none.idx'));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `sotto: ${join(folder, 'add')}: holds a unit (float-unit), not the engine of a network; give a folder that sotto generate wrote\n`,
  });
});

test('an array unit may be called like the float unit', async () => {
  const short = await made('short', 'array-fp-mul', '--format', 'e5m2', '--lanes', '16');
  const long = await made('long', 'array-multiply', '--format', 'e5m2', '--lanes', '16');
  expect(short).toEqual(long);
  expect(short).toMatchObject({ kind: 'array-unit', top: 'array_multiply_e5m2' });
});

test.each<[string[], string]>([
  [['fp-ad', '--format', 'bf16'], "unit: there is no unit 'fp-ad'; choose one of fp-add, "],
  [['array-mull', '--format', 'bf16'], "program: there is no program 'mull' for bf16; choose one of add, "],
  [['fp-add', '--format', 'e99m2'], '--format: '],
  [
    ['fp-add', '--format', 'bf16', '--stages', '900'],
    '--stages: 900 pipeline stages cannot be filled; this unit takes ',
  ],
  [['fp-add', '--format', 'bf16', '--lanes', '9'], 'lanes: is an option of array units, and fp-add is none of them; '],
  [['array-add', '--format', 'bf16', '--stages', '1'], 'stages: is an option of floating-point units, and array-add '],
])('%j is refused in one line, and nothing is written', async (args, message) => {
  const out = join(folder, 'never');
  const { code, stderr, stdout } = await sotto('unit', ...args, '--out', out);
  expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
  expect(stderr.slice(0, 'sotto: '.length + message.length)).toBe(`sotto: ${message}`);
  expect(readdirSync(folder)).not.toContain('never');
});
