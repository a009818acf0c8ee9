import { expect, test } from 'vitest';
import { captureLocator } from '../../../src/hdl/locate.js';
import { declaredName } from '../../../src/hdl/naming/declared-name.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name for the call that starts at `mark` in the source. */
function nameAt(source: string, mark: string, shift = 0): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'declared-'));
  try {
    const absoluteFile = join(folder, 'design.ts');
    writeFileSync(absoluteFile, source);
    const before = source.slice(0, source.indexOf(mark)).split('\n');
    const column = before.at(-1)!.length + 1 + shift;
    return declaredName({ file: 'design.ts', absoluteFile, line: before.length, column });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['a variable', 'const sum = register(8);', 'register', 'sum'],
  ['a method call', 'const sum = a.add(b);', 'add', 'sum'],
  ['the outer call of a chain only', 'const sum = a.add(b).and(c);', 'and', 'sum'],
  ['no inner call of a chain', 'const sum = a.add(b).and(c);', 'add', undefined],
  ['a property', 'const io = { weightPlane: input(8) };', 'input', 'weightPlane'],
  ['a field', 'class Bank { #count = register(8); }', 'register', '#count'],
  ['an assignment', 'this.total = a.add(b);', 'add', 'total'],
  ['an array element', 'const lanes = [f(1), g(2)];', 'g', 'lanes_1'],
  ['an arrow function in the declaring call', 'const stages = times(4, () => register(8));', 'register', 'stages'],
  ['no statement in a block', 'const m = defineModule(() => { register(8); });', 'register', undefined],
  ['a chain over lines', 'const sum = a\n  .add(b)\n  .and(c);', 'and', 'sum'],
])('%s names the call', (_, source, mark, name) => {
  expect(nameAt(source, mark)).toBe(name);
});

test('a column that a loader has shifted still finds the only call of the line', () => {
  expect(nameAt('const sum = register(8);', 'register', 20)).toBe('sum');
});

test('a column that is a little off finds the nearest call', () => {
  expect(nameAt('const sum = a.add(b).and(c);', 'and', 2)).toBe('sum');
});

test('a source that cannot be read gives no name', () => {
  expect(declaredName({ file: 'x.ts', absoluteFile: '/does/not/exist.ts', line: 1, column: 1 })).toBeUndefined();
});

test('the place that the language captures in a running test has the name of the variable', () => {
  const accumulator = captureLocator();
  expect(declaredName(accumulator)).toBe('accumulator');
});
