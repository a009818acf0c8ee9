import { expect, test } from 'vitest';
import { matchCount, popcount } from '../../../generators/popcount.js';
import { emit } from '../../../src/hdl/index.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';
import { drawer } from '../../network/integer/random-network.js';

const draw = drawer(99);
const exhaustive = Array.from({ length: 12 }, (_, index) => index + 1);
const random = [13, 17, 27, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 216, 255, 256, 511, 512];

/** Random words of many densities, and the two extremes. */
function words(width: number, count: number): bigint[] {
  const all = (1n << BigInt(width)) - 1n;
  const drawn = Array.from({ length: count }, (_, index) => {
    let word = 0n;
    for (let bit = 0; bit < width; bit++) word = (word << 1n) | BigInt(draw(0, count) < index ? 1 : 0);
    return word;
  });
  return [0n, all, ...drawn];
}

function golden(word: bigint): number {
  let count = 0;
  for (let rest = word; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}

/** Outputs of a combinational module for rows of inputs, by Icarus. */
function outputs(
  files: Readonly<Record<string, string>>,
  top: string,
  ports: readonly string[],
  width: number,
  rows: readonly (readonly bigint[])[],
): number[] {
  const bench = `
module bench;
  reg [${width * ports.length - 1}:0] rows [0:${rows.length - 1}];
  wire [31:0] ones;
  integer row;
  reg [${width * ports.length - 1}:0] in;
  ${top} unit(${ports.map((port, index) => `.${port}(in[${index * width} +: ${width}])`).join(', ')}, .ones(ones[${Math.ceil(Math.log2(width + 1)) - 1}:0]));
  initial begin
    $readmemh("rows.mem", rows);
    for (row = 0; row < ${rows.length}; row = row + 1) begin
      in = rows[row];
      #1 $display("%b", unit.ones);
    end
  end
endmodule
`;
  const packed = rows.map((row) => row.reduceRight((word, value) => (word << BigInt(width)) | value, 0n));
  const all = { ...files, 'bench.v': bench, 'rows.mem': packed.map((word) => `${word.toString(16)}\n`).join('') };
  return inFolder(all, (folder) => {
    const sources = Object.keys(all).filter((file) => file.endsWith('.v'));
    run('iverilog', ['-g2001', '-o', 'bench.vvp', '-s', 'bench', ...sources], folder);
    return run('vvp', ['-n', 'bench.vvp'], folder)
      .trim()
      .split('\n')
      .map((line) => (/^[01]+$/.test(line) ? Number.parseInt(line, 2) : Number.NaN));
  });
}

test.each(exhaustive)('every word of %i bits', (width) => {
  const design = emit(popcount(width));
  const rows = Array.from({ length: 2 ** width }, (_, word) => [BigInt(word)]);
  const counts = outputs(filesOf(design), design.topName, ['word'], width, rows);
  expect(counts).toEqual(rows.map(([word]) => golden(word!)));
});

test.each(random)('random words of %i bits, alone and as matches of two', (width) => {
  const single = emit(popcount(width));
  const rows = words(width, 100).map((word) => [word]);
  const counts = outputs(filesOf(single), single.topName, ['word'], width, rows);
  expect(counts).toEqual(rows.map(([word]) => golden(word!)));

  const double = emit(matchCount(width));
  const pairs = words(width, 60).map((word, index) => [word, words(width, 60)[(index * 37) % 62]!]);
  const matches = outputs(filesOf(double), double.topName, ['weights', 'operand'], width, pairs);
  expect(matches).toEqual(pairs.map(([weights, operand]) => golden(weights! & operand!)));
});
