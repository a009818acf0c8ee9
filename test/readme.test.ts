import { readFileSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { emit, type Module } from '../src/hdl/index.js';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const sample = join(import.meta.dirname, 'readme-sample.generated.ts');

function block(language: string): string {
  const match = new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(readme);
  if (match === null) throw new Error(`README.md has no ${language} block`);
  return match[1]!;
}

afterAll(() => rmSync(sample, { force: true }));

describe('README', () => {
  it('shows the Verilog that its generator makes', async () => {
    writeFileSync(sample, block('ts').replace("'sotto/hdl'", "'../src/hdl/index.js'"));
    const { runningSum } = (await import(pathToFileURL(sample).href)) as {
      runningSum: (columns: number, sumBits: number) => Module;
    };
    const [module] = emit(runningSum(8, 12)).modules;
    expect(module!.text.trim()).toBe(block('verilog').trim());
  });

  it('names files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(() => readFileSync(join(root, link), { flag: 'r' }), link).not.toThrow(/ENOENT/);
  });
});
