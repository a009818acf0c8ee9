import { describe, expect, test } from 'vitest';
import { codes, DesignError, diagnostic, formatDiagnostics } from '../../../src/hdl/check/index.js';

const source = `const count = register(bits(24), { reset: 0 });
const weighted = ones.shiftLeft(step);
  sum.next(sum.add(weighted));
`;
const locator = (line: number, column: number) => ({
  file: 'generators/and-accumulate.ts',
  absoluteFile: '/project/generators/and-accumulate.ts',
  line,
  column,
});
const readSource = (file: string) => (file === '/project/generators/and-accumulate.ts' ? source : undefined);

const mismatch = diagnostic('HDL0101', {
  message: '14 bits, but `sum` (line 17) has 24',
  locator: locator(3, 20),
  hint: 'weighted.resize(24) keeps the value',
});
const loop = diagnostic('HDL0301', {
  message: '`a` depends on itself within one cycle\nfor every bit',
  locator: locator(2, 7),
  notes: [{ message: '`a[0]` depends on `b[0]`', locator: locator(1, 7) }],
});
const unused = diagnostic('HDL0401', { message: 'wire `w` is never read', locator: locator(90, 1) });

describe('formatted findings', () => {
  test('with the source line and a caret as long as the identifier', () => {
    expect(formatDiagnostics([mismatch], { readSource })).toMatchInlineSnapshot(`
      "HDL0101 width mismatch  generators/and-accumulate.ts:3:20
        sum.next(sum.add(weighted));
                         ^^^^^^^^ 14 bits, but \`sum\` (line 17) has 24
        hint: weighted.resize(24) keeps the value"
    `);
  });

  test('several, with notes, and one whose line is not in the file', () => {
    expect(formatDiagnostics([loop, unused], { readSource })).toMatchInlineSnapshot(`
      "HDL0301 combinational loop  generators/and-accumulate.ts:2:7
        const weighted = ones.shiftLeft(step);
              ^^^^^^^^ \`a\` depends on itself within one cycle
                       for every bit
        generators/and-accumulate.ts:1:7  \`a[0]\` depends on \`b[0]\`

      HDL0401 warning: unused signal  generators/and-accumulate.ts:90:1
        wire \`w\` is never read"
    `);
  });

  test('without a source that can be read', () => {
    expect(formatDiagnostics([mismatch])).toMatchInlineSnapshot(`
      "HDL0101 width mismatch  generators/and-accumulate.ts:3:20
        14 bits, but \`sum\` (line 17) has 24
        hint: weighted.resize(24) keeps the value"
    `);
  });

  test('colour changes nothing but colour', () => {
    const coloured = formatDiagnostics([mismatch, loop, unused], { color: true, readSource });
    expect(coloured).toContain('\u001b[');
    const plain = coloured
      .split('\u001b[')
      .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('m') + 1)))
      .join('');
    expect(plain).toBe(formatDiagnostics([mismatch, loop, unused], { readSource }));
  });

  test('make the message of a DesignError', () => {
    const error = new DesignError([mismatch, unused]);
    expect(error.diagnostics).toEqual([mismatch, unused]);
    expect(error.message).toBe(formatDiagnostics([mismatch, unused]));
    expect(error.name).toBe('DesignError');
  });
});

test('every code has a number of its own form, a lower-case title and a meaning', () => {
  for (const [code, { title, tag, meaning }] of Object.entries(codes)) {
    expect(code).toMatch(/^HDL0\d{3}$/);
    expect(title).toMatch(/^[a-z]/);
    expect(tag).toMatch(/^[a-z][A-Za-z]*$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});
