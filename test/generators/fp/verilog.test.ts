import { describe, expect, test } from 'vitest';
import { buildFloatUnit, type FloatUnitOptions } from '../../../src/build/fp-unit.js';
import { lintDesign } from '../../hdl/verilog/tools.js';

const units: readonly FloatUnitOptions[] = [
  { operation: 'fp-add', format: 'fp32' },
  { operation: 'fp-add', format: 'e4m3', stages: 10, saturate: true },
  { operation: 'fp-sub', format: 'e11m1', stages: 3, rounding: 'nearest-even', flags: false },
  { operation: 'fp-mul', format: 'fp32', stages: 2, subnormals: 'flush' },
  { operation: 'fp-mul', format: 'e2m1' },
  { operation: 'fp-fma', format: 'bf16', stages: 4, handshake: 'enable' },
  { operation: 'fp-fma', format: 'e4m3', rounding: 'up' },
  { operation: 'fp-mac', format: 'e5m2', stages: 3 },
  { operation: 'fp-compare', format: 'fp16' },
  { operation: 'fp-compare', format: 'e4m3', comparison: 'maximum', stages: 1, subnormals: 'flush' },
  { operation: 'fp-convert', format: 'e4m3', from: 'fp32', saturate: true },
  { operation: 'fp-convert', format: 'fp16', from: 'int8' },
  { operation: 'fp-convert', format: 'fp32', to: 'uint16', stages: 2 },
  { operation: 'fp-div', format: 'fp16' },
  { operation: 'fp-div', format: 'e4m3', stages: 4, rounding: 'down' },
  { operation: 'fp-sqrt', format: 'bf16' },
  { operation: 'fp-sqrt', format: 'e2m9', stages: 5 },
  { operation: 'fp-dot', format: 'e5m2', terms: 3, stages: 2 },
];

const titled = units.map((options) => [Object.values(options).join(' '), options] as const);

describe('the Verilog of the units', () => {
  test.each(titled)('%s is clean', (_, options) => {
    expect(lintDesign(buildFloatUnit(options).design)).toBe('');
  });

  test('has the fixed ports', () => {
    const ports = buildFloatUnit({ operation: 'fp-fma', format: 'fp32' }).manifest.ports;
    expect(ports.map(({ name, direction, width }) => `${direction} ${name} ${width}`)).toEqual([
      'input clk 1',
      'input rst 1',
      'input in_valid 1',
      'output in_ready 1',
      'input a 32',
      'input b 32',
      'input c 32',
      'input rounding_mode 3',
      'output out_valid 1',
      'input out_ready 1',
      'output result 32',
      'output flags 5',
    ]);
  });
});
