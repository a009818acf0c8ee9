import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { matchCount, popcount } from '../../generators/popcount.js';
import { bitsFor, emit, type Module } from '../../src/hdl/index.js';
import { inFolder } from '../hdl/verilog/tools.js';

/** A bit loop, which says what is meant: the definition of the function that Verilator uses. */
function definition(inputs: readonly string[], width: number): string {
  const range = `[${width - 1}:0]`;
  return `
module definition (${inputs.map((name) => `input wire ${range} ${name}`).join(', ')}, output reg [${bitsFor(width + 1) - 1}:0] ones);
  wire ${range} word = ${inputs.join(' & ')};
  integer place;
  always @* begin
    ones = 0;
    for (place = 0; place < ${width}; place = place + 1) ones = ones + word[place];
  end
endmodule`;
}

/** Proves by SAT, for every input, that the synthesized body is the definition. */
function prove(module: Module, inputs: readonly string[], width: number): string {
  const { modules, topName } = emit(module);
  const files = Object.fromEntries([
    ...modules.map(({ file, text }) => [file, text]),
    ['definition.v', definition(inputs, width)],
  ]) as Record<string, string>;
  return inFolder(files, (folder) => {
    const script = [
      `read_verilog ${Object.keys(files).join(' ')}`,
      'proc; opt',
      `miter -equiv -flatten ${topName} definition miter`,
      'sat -verify -prove trigger 0 miter',
    ].join('; ');
    const run = spawnSync('yosys', ['-q', '-p', script], { cwd: folder, encoding: 'utf8' });
    return run.status === 0 ? 'proved' : run.stderr;
  });
}

describe('the body that is synthesized counts what the body for Verilator counts', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 16])('popcount of %i bits', (width) => {
    expect(prove(popcount(width) as unknown as Module, ['word'], width)).toBe('proved');
  });
  it.each([1, 3, 7, 10, 14])('match count of %i bits', (width) => {
    expect(prove(matchCount(width) as unknown as Module, ['weights', 'operand'], width)).toBe('proved');
  });
  it('is not proved where the widths differ, so a proof says something', () => {
    expect(prove(popcount(7) as unknown as Module, ['word'], 8)).not.toBe('proved');
  });
});
