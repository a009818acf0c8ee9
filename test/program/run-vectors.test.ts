import { describe, expect, test } from 'vitest';
import { buildProgram, programNames, programOperands, runVectors, VectorError } from '../../src/program/index.js';

describe('runVectors', () => {
  test('one result a case, with comments and empty lines between', () => {
    const lines = ['# 1 + 2', '3f800000 40000000', '', '  0x7f800000 ff800000  ', '80000000 80000000'];
    expect(runVectors('add', 'fp32', lines)).toEqual(['40400000', '7fc00000', '80000000']);
    expect(runVectors('add', 'fp32', lines, { target: 'nor' })).toEqual(['40400000', '7fc00000', '80000000']);
    expect(runVectors('multiply', 'uint4', ['f f'])).toEqual(['e1']);
    expect(runVectors('multiply', 'fp16', ['0001 3800'], { variant: 'flush' })).toEqual(['0000']);
    expect(runVectors('to-int8', 'bf16', ['c2c8'])).toEqual(['9c']);
  });

  test('more cases than one batch of lanes', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${(i % 256).toString(16)} 1`);
    const results = runVectors('add', 'uint8', lines);
    expect(results).toEqual(lines.map((_, i) => ((i % 256) + 1).toString(16).padStart(3, '0')));
  });

  test.each([
    [['1 2', '3'], 2, 'line 2: 1 operands; give 2 hexadecimal numbers: a b'],
    [['# note', '1 xyz'], 2, "line 2: operand b, 'xyz', is not a hexadecimal number"],
    [['100 1'], 1, "line 1: operand a, '100', has more than 8 bits"],
  ])('%j is refused with its line', (lines, line, message) => {
    try {
      runVectors('add', 'uint8', lines);
      expect.fail('nothing was refused');
    } catch (error) {
      expect(error).toBeInstanceOf(VectorError);
      expect((error as VectorError).line).toBe(line);
      expect((error as VectorError).message).toBe(message);
    }
  });
});

describe('buildProgram', () => {
  test('unknown names and formats say what there is', () => {
    expect(() => buildProgram('divide', 'fp32')).toThrow(
      /there is no program 'divide' for fp32; choose one of add, .*relu.*, or to-<format>/,
    );
    expect(() => buildProgram('toString', 'uint8')).toThrow("there is no program 'toString' for uint8");
    expect(() => buildProgram('add', 'fp99')).toThrow(/unknown number format 'fp99'.*or int<N> or uint<N>/);
    expect(() => buildProgram('add', 'int65')).toThrow("format 'int65' has 65 bits; integers have 1 to 64");
  });

  test('lists programs and operands', () => {
    expect(programNames('bf16')).toContain('fused-multiply-add');
    expect(programOperands('select', 'uint5')).toEqual([
      { name: 'condition', width: 1 },
      { name: 'a', width: 5 },
      { name: 'b', width: 5 },
    ]);
  });

  test('a program that is too large for the array says so', () => {
    expect(() => buildProgram('multiply', 'fp32', 'sot-mram', 'exact', { lines: 100 })).toThrow(
      /program 'multiply fp32 exact'.*needs \d+ adjacent lines; \d+ of 100 are free/,
    );
  });
});
