import { expect, test } from 'vitest';
import { parseProgram } from '../../src/cosimulation/program-macros.js';

const widths = { array: 2, row: 3, data: 7 };

test('a line is array, row and data side by side', () => {
  // 10 101 1000001 and 01 000 0000011
  expect(parseProgram('ac1\n403\n', widths, 'program.hex')).toEqual({
    array: [2n, 1n],
    row: [5n, 0n],
    data: [65n, 3n],
  });
});

test.each(['1000', 'xyz', ''])('a line %j is refused with its number', (line) => {
  expect(() => parseProgram(`ac1\n${line}\n403\n`, widths, 'program.hex')).toThrow(
    'program.hex: line 2 is no hexadecimal number of 12 bits; ',
  );
});
