import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { emit, type Module } from '../../src/hdl/index.js';
import { lintDesign } from '../hdl/verilog/tools.js';

test('the example of generators/README.md works as it stands', async () => {
  const folder = new URL('../../generators/', import.meta.url);
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  const example = /```ts\n( *import[^]*?)```/.exec(readme)?.[1];
  expect(example).toBeDefined();
  const temporary = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const file = join(temporary, 'tick-counter.ts');
    writeFileSync(file, example!.replace('../src/hdl/index.js', new URL('../src/hdl/index.ts', folder).pathname));
    const { tickCounter } = (await import(pathToFileURL(file).href)) as { tickCounter: (width: number) => Module };
    const design = emit(tickCounter(4));
    expect(design.modules[0]?.text).toContain('output reg  [3:0] count');
    expect(lintDesign(design)).toBe('');
  } finally {
    rmSync(temporary, { recursive: true });
  }
});
