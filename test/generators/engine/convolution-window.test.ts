import { expect, test } from 'vitest';
import { convolutionWindow, type ConvolutionWindowShape } from '../../../generators/convolution-window.js';
import { bitsFor, emit } from '../../../src/hdl/index.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';
import { drawer } from '../../network/integer/random-network.js';

type Map = readonly number[];

/**
 * Operands of one map by window (or windows at once), group of filters, group of chunks, plane: bit t of a window is
 * bit `plane` of its tap t, and taps go by column of the kernel, row, channel of the group, those that are asked for.
 */
function golden(shape: ConvolutionWindowShape, map: Map): bigint[] {
  const { height, width, kernel, stride, padding, dilation, pixelsAtOnce } = shape;
  const [reachRows, reachColumns] = [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1];
  const operands: bigint[] = [];
  for (let top = -padding[0]; top + reachRows <= height + padding[2]; top += stride[0]) {
    const lefts: number[] = [];
    for (let left = -padding[1]; left + reachColumns <= width + padding[3]; left += stride[1]) lefts.push(left);
    for (let first = 0; first < lefts.length; first += pixelsAtOnce) {
      const windows = lefts.slice(first, first + pixelsAtOnce);
      operands.push(...operandsOf(shape, map, top, windows));
    }
  }
  return operands;
}

function operandsOf(shape: ConvolutionWindowShape, map: Map, top: number, lefts: readonly number[]): bigint[] {
  const { groups, chunkGroups, chunkWidth, chunksAtOnce, valueBits } = shape;
  const width = chunkWidth * chunksAtOnce;
  const operands: bigint[] = [];
  for (let group = 0; group < groups; group++) {
    const windows = lefts.map((left) => taps(shape, map, top, left, group));
    for (let chunkGroup = 0; chunkGroup < chunkGroups; chunkGroup++) {
      for (let plane = 0; plane < valueBits; plane++) {
        let operand = 0n;
        for (const [pixel, values] of windows.entries()) {
          for (let bit = 0; bit < width; bit++) {
            const value = values[chunkGroup * width + bit] ?? 0;
            operand |= BigInt((value >> plane) & 1) << BigInt(pixel * width + bit);
          }
        }
        operands.push(operand);
      }
    }
  }
  return operands;
}

function taps(shape: ConvolutionWindowShape, map: Map, top: number, left: number, group: number): number[] {
  const { channels, groups, kernel, dilation, height, width, paddingValue } = shape;
  const values: number[] = [];
  for (let x = 0; x < kernel[1]; x++) {
    for (let y = 0; y < kernel[0]; y++) {
      for (let channel = 0; channel < channels / groups; channel++) {
        const row = top + y * dilation[0];
        const column = left + x * dilation[1];
        const isOutside = row < 0 || row >= height || column < 0 || column >= width;
        const place = (row * width + column) * channels + (group * channels) / groups + channel;
        values.push(isOutside ? paddingValue : map[place]!);
      }
    }
  }
  return shape.taps?.map((tap) => values[tap]!) ?? values;
}

const base = {
  name: 'unit',
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
  paddingValue: 0,
  groups: 1,
  chunksAtOnce: 1,
  chunkGroups: 1,
  fifoDepth: 0,
  pixelsAtOnce: 1,
} as const;
const shapes: readonly ConvolutionWindowShape[] = [
  { ...base, channels: 1, height: 1, width: 1, kernel: [1, 1], valueBits: 1, chunkWidth: 1 },
  {
    ...base,
    channels: 2,
    height: 5,
    width: 4,
    kernel: [3, 3],
    fifoDepth: 4,
    padding: [1, 1, 1, 1],
    paddingValue: 5,
    valueBits: 3,
    chunkWidth: 6,
    chunksAtOnce: 2,
    chunkGroups: 2,
  },
  {
    ...base,
    channels: 3,
    height: 4,
    width: 6,
    kernel: [2, 2],
    stride: [2, 2],
    valueBits: 4,
    chunkWidth: 12,
    pixelsAtOnce: 3,
  },
  {
    ...base,
    channels: 4,
    height: 6,
    width: 7,
    kernel: [2, 3],
    dilation: [2, 2],
    stride: [1, 2],
    padding: [2, 0, 1, 1],
    paddingValue: -3,
    groups: 2,
    valueBits: 5,
    chunkWidth: 5,
    chunkGroups: 3,
  },
  {
    ...base,
    channels: 3,
    height: 5,
    width: 1,
    kernel: [3, 1],
    padding: [1, 0, 0, 0],
    groups: 3,
    valueBits: 2,
    chunkWidth: 3,
  },
  {
    ...base,
    channels: 2,
    height: 1,
    width: 8,
    kernel: [1, 3],
    stride: [1, 1],
    padding: [0, 1, 0, 1],
    valueBits: 3,
    chunkWidth: 3,
    chunksAtOnce: 2,
    pixelsAtOnce: 4,
  },
  // Channel 1, the left column and the upper two rows of the kernel have no taps.
  {
    ...base,
    channels: 3,
    height: 6,
    width: 7,
    kernel: [4, 3],
    padding: [1, 1, 0, 1],
    paddingValue: 2,
    taps: [18, 20, 21, 23, 30, 33, 35],
    valueBits: 3,
    chunkWidth: 3,
    chunksAtOnce: 2,
    chunkGroups: 2,
  },
  // One tap in the corner, of a dilated kernel at several places at once.
  {
    ...base,
    channels: 2,
    height: 5,
    width: 8,
    kernel: [2, 2],
    dilation: [2, 1],
    stride: [1, 2],
    taps: [6],
    valueBits: 2,
    chunkWidth: 1,
    pixelsAtOnce: 2,
  },
];

test.each(shapes)(
  'windows of $kernel × $channels over $height × $width, stride $stride, dilation $dilation, $pixelsAtOnce at once, taps $taps',
  (shape) => {
    const draw = drawer(shape.height * 10 + shape.width);
    const maps = Array.from({ length: 2 }, () =>
      Array.from({ length: shape.height * shape.width * shape.channels }, () => draw(0, 2 ** shape.valueBits - 1)),
    );
    expect(operandsSeen(shape, maps.flat(), 2 * golden(shape, maps[0]!).length)).toEqual(
      maps.flatMap((map) => golden(shape, map)),
    );
  },
);

/** Asks for every plane of every window, as a bank does, and gives the operands. */
function operandsSeen(shape: ConvolutionWindowShape, values: readonly number[], count: number): bigint[] {
  const { groups, chunkGroups, valueBits, pixelsAtOnce, chunksAtOnce, chunkWidth } = shape;
  const design = emit(convolutionWindow(shape));
  const chunkBits = chunkGroups > 1 ? bitsFor(chunkGroups) : 0;
  const width = pixelsAtOnce * chunksAtOnce * chunkWidth;
  const bench = `
module bench;
  reg clk, rst, read, window_done, valid, moved;
  wire ready, available;
  wire [${width - 1}:0] operand;
  reg [${valueBits - 1}:0] values [0:${values.length - 1}];
  integer sent, seen, cycle, group, chunk, plane, seed;
  reg [31:0] chunk_group;
  wire [31:0] plane_bits = plane;
  ${design.topName} unit(.clk(clk), .rst(rst), .values_valid(valid), .values_ready(ready),
    .values_value(valid ? values[sent] : ${valueBits}'bx), .read(read), .window_done(window_done),
    .chunk_group(chunk_group[${Math.max(1, chunkBits + (groups > 1 ? bitsFor(groups) : 0)) - 1}:0]),
    .plane(plane_bits[${bitsFor(valueBits) - 1}:0]), .available(available), .operand(operand));
  task edge_of_clock;
    begin
      moved = valid && ready;
      #5 clk = 1;
      #5 clk = 0;
      if (moved) sent = sent + 1;
      cycle = cycle + 1;
      valid = sent < ${values.length} && ($random(seed) & 3) != 0;
      #1;
    end
  endtask
  initial begin
    $readmemh("values.mem", values);
    seed = 1; clk = 0; rst = 1; read = 0; window_done = 0; valid = 0; sent = 0; seen = 0; cycle = 0;
    chunk_group = 0; plane = 0;
    edge_of_clock;
    edge_of_clock;
    sent = 0;
    rst = 0;
    while (seen < ${count} && cycle < 100000) begin
      if (!available) edge_of_clock;
      else
        for (group = 0; group < ${groups}; group = group + 1)
          for (chunk = 0; chunk < ${chunkGroups}; chunk = chunk + 1)
            for (plane = 0; plane < ${valueBits}; plane = plane + 1) begin
              read = 1;
              chunk_group = (group << ${chunkBits}) | chunk;
              window_done = group == ${groups - 1} && chunk == ${chunkGroups - 1} && plane == ${valueBits - 1};
              #1 edge_of_clock;
              read = 0;
              window_done = 0;
              $display("%b", operand);
              seen = seen + 1;
            end
    end
  end
endmodule
`;
  const files = {
    ...filesOf(design),
    'bench.v': bench,
    'values.mem': values.map((value) => `${value.toString(16)}\n`).join(''),
  };
  return inFolder(files, (folder) => {
    const sources = Object.keys(files).filter((file) => file.endsWith('.v'));
    run('iverilog', ['-g2001', '-o', 'bench.vvp', '-s', 'bench', ...sources], folder);
    const lines = run('vvp', ['-n', 'bench.vvp'], folder).trim().split('\n');
    return lines.map((line) => (/^[01]+$/.test(line) ? BigInt(`0b${line}`) : -1n));
  });
}
