import { describe, expect, test } from 'vitest';
import type { SubarrayBody } from '../../../generators/subarray.js';
import { arrayUnit } from '../../../generators/array/unit.js';
import { predictCycles } from '../../../src/build/array-cycles.js';
import { emit } from '../../../src/hdl/index.js';
import {
  bit,
  buildProgram,
  fieldPlace,
  type Program,
  programWords,
  SotAssembler,
  withTransfers,
} from '../../../src/program/index.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';

interface Claim {
  /** With its LOADs and STOREs. */
  readonly program: Program;
  readonly body: SubarrayBody;
  /** Bits that it loads, and bits that it stores. */
  readonly loads: number;
  readonly stores: number;
  /** What it stores, as Verilog over `operands`: the bits that it loads, the first at the bottom. */
  readonly result: string;
  /** Prove the assertions in the Verilog along with it; default true. */
  readonly assertions?: boolean;
}

/**
 * Whether Yosys proves, for all operands and all contents of the cells, that the emitted unit with one lane ends after
 * the predicted cycles and has stored the result by then.
 */
function proved({ program, body, loads, stores, result, assertions = true }: Claim): boolean {
  const words = programWords(program);
  const timing = { readCycles: 1, writeCycles: 1, searchCycles: 1 };
  const unit = arrayUnit({
    name: 'unit',
    array: { lines: program.lines, lanes: 1, ...timing, searchLines: 1, moves: false, body },
    program: { words: words.length, loadable: false, image: { file: 'program.mem', words } },
  });
  const cycles = predictCycles(program, { ...timing, body });
  const files = { ...filesOf(emit(unit)), 'claim.v': claimText(loads, stores, cycles, result) };
  const sources = Object.keys(files).filter((file) => file.endsWith('.v'));
  const steps = [
    `read_verilog -formal ${assertions ? '-DFORMAL' : '-DSYNTHESIS'} ${sources.join(' ')}`,
    'hierarchy -top claim; proc; flatten; opt; memory -nomap; opt; memory_map; opt -full',
    `sat -seq ${cycles + 3} -prove-asserts`,
  ];
  const log = inFolder(files, (folder) => run('yosys', ['-p', steps.join('; ')], folder));
  if (log.includes('SAT proof finished - model found: FAIL!')) return false;
  if (!log.includes('SAT proof finished - no model found: SUCCESS!')) throw new Error(log.slice(-2000));
  return true;
}

/** The operands are an input that is sampled once; cells without a value at power-up are free. */
function claimText(inputs: number, outputs: number, cycles: number, result: string): string {
  return `module claim (input wire clk, input wire [${inputs - 1}:0] given);
  reg [${inputs - 1}:0] operands;
  reg [${inputs - 1}:0] left;
  reg [${outputs - 1}:0] stored;
  reg [15:0] cycle = 0;
  wire start = cycle == 0;
  wire busy, done, fault, load_ready, store_valid, store_line;
  unit unit (
    .clk(clk), .rst(1'b0), .start(start), .busy(busy), .done(done), .fault(fault), .cycles(),
    .load_valid(1'b1), .load_ready(load_ready), .load_line(left[0]),
    .store_valid(store_valid), .store_ready(1'b1), .store_line(store_line)
  );
  always @(posedge clk) begin
    cycle <= cycle + 1;
    if (start) operands <= given;
    if (start) left <= given;
    else if (load_ready) left <= left >> 1;
    if (store_valid) stored <= {store_line, stored} >> 1;
    assert (done == (cycle == ${cycles + 1}));
    if (done) assert (!fault && stored == (${result}));
  end
endmodule
`;
}

/** Full addition in four steps on four cells, both operands kept. */
function fullAdder(): Program {
  const asm = new SotAssembler('full adder');
  const [a, b, carry] = ['a', 'b', 'carry'].map((name) => bit(asm.input(name, 1), 0)) as [number, number, number];
  const carryOut = bit(asm.output('result', 1), 0);
  asm.addBit(a, b, carry, carryOut);
  const program = asm.finish();
  const sum = { ...fieldPlace(program, 'carry'), name: 'sum' };
  return withTransfers(program, undefined, [sum, fieldPlace(program, 'result')]);
}

describe('Yosys proves the emitted Verilog', () => {
  const wanted = 'operands[0] + operands[1] + operands[2]';
  const adder = { program: fullAdder(), loads: 3, stores: 2 };
  test.each(['behavioural', 'fpga'] as const)('full adder, %s', (body) => {
    expect(proved({ ...adder, body, result: wanted })).toBe(true);
  });
  test('8-bit ripple addition', () => {
    const program = withTransfers(buildProgram('add', 'uint8'));
    const result = 'operands[7:0] + operands[15:8]';
    expect(proved({ program, loads: 16, stores: 9, body: 'behavioural', result, assertions: false })).toBe(true);
  });
  test('and refutes a claim that is wrong for one operand', () => {
    const result = `(${wanted}) ^ (operands == 3'd5)`;
    expect(proved({ ...adder, body: 'behavioural', result })).toBe(false);
  });
});
