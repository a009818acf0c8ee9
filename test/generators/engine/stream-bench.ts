/**
 * A module of one stream in and one out in Icarus Verilog. It is a second opinion beside Verilator that compiles in a
 * fraction of a second and knows unknown bits, so that a register that lacks its reset cannot pass unseen.
 */
import type { EmittedDesign } from '../../../src/hdl/index.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';

/** A stream: prefix of its ports, name of its one field, and the field's width. */
export interface StreamPort {
  readonly name: string;
  readonly field: string;
  readonly bits: number;
}

export interface StreamBench {
  readonly design: EmittedDesign;
  readonly input: StreamPort;
  readonly output: StreamPort;
  /** A port whose bits are counted, and its width. */
  readonly counted?: { readonly name: string; readonly bits: number };
  /** A stream that is sent once, between the first reset and a second; its cycles are not counted. */
  readonly program?: {
    readonly name: string;
    readonly fields: Readonly<Record<string, number>>;
    readonly words: readonly bigint[];
  };
  /** What goes in, as bit patterns, and the number of beats that come out. */
  readonly values: readonly (number | bigint)[];
  readonly results: number;
}

export interface Stalls {
  readonly seed: number;
  /** Of 256 cycles so many hold a beat back, at the input and at the output. */
  readonly input: number;
  readonly output: number;
  /** Cycle in which the module is reset; the values begin again. */
  readonly resetAt?: number;
  /** Go on after the last beat until nothing has been counted for so many cycles. */
  readonly quiet?: number;
}

export const noStalls: Stalls = { seed: 0, input: 0, output: 0 };

export interface Beat {
  /** 0 is the first in which input is offered. */
  readonly cycle: number;
  /** The bits as they are, without a sign. */
  readonly value: bigint;
}

export interface StreamOutcome {
  readonly beats: readonly Beat[];
  /** Cycles in which each bit of `counted` was 1. */
  readonly counts: readonly number[];
}

/** Compiles once and runs with each of the stalls. */
export function runStreams(bench: StreamBench, runs: readonly Stalls[]): StreamOutcome[] {
  const files: Record<string, string> = {
    ...filesOf(bench.design),
    'values.mem': bench.values.map((value) => `${value.toString(16)}\n`).join(''),
    'program.mem': (bench.program?.words ?? []).map((word) => `${word.toString(16)}\n`).join(''),
    'bench.v': benchText(bench),
  };
  return inFolder(files, (folder) => {
    const sources = Object.keys(files).filter((file) => file.endsWith('.v'));
    run('iverilog', ['-g2001', '-o', 'bench.vvp', '-s', 'bench', ...sources], folder);
    return runs.map(({ seed, input, output, resetAt = 0, quiet = 0 }) => {
      const options = { seed, input, output, reset_at: resetAt, quiet };
      const flags = Object.entries(options).map(([name, value]) => `+${name}=${value}`);
      return outcome(run('vvp', ['-n', 'bench.vvp', ...flags], folder));
    });
  });
}

/** Lines `beat <cycle> <bits>`, `count <bit> <cycles>`, and `reset`, at which everything begins again. */
function outcome(log: string): StreamOutcome {
  const beats: Beat[] = [];
  const counts: number[] = [];
  for (const line of log.trim().split('\n')) {
    const [kind, place, value] = line.split(' ');
    if (kind === 'beat' && /^[01]+$/.test(value!)) beats.push({ cycle: Number(place), value: BigInt(`0b${value}`) });
    else if (kind === 'count') counts[Number(place)] = Number(value);
    else if (kind === 'reset') beats.length = 0;
    else throw new Error(`the bench says: ${line}`);
  }
  return { beats, counts };
}

/**
 * Two cycles of reset; cycle 0 is the first after it. Offers and takes change at the falling edge, and beats move at
 * the rising one. A payload without valid is unknown. Nothing of it comes from the language under test.
 */
function benchText({ design, input, output, counted, program, values, results }: StreamBench): string {
  const { name = '', bits: layers = 1 } = counted ?? {};
  const programmer = program ? programText(program) : { ports: '', content: '', use: '' };
  return `
module bench;
  reg clk, rst, in_valid, out_ready, moved;
  wire in_ready, out_valid;
  wire [${output.bits - 1}:0] out;
  wire [${layers - 1}:0] busy;
  reg [${input.bits - 1}:0] in [0:${values.length - 1}];
  integer count [0:${layers - 1}];
  integer cycle, sent, taken, index, still, seed, stall_input, stall_output, reset_at, quiet;

  ${design.topName} unit(.clk(clk), .rst(rst),
    .${input.name}_valid(in_valid), .${input.name}_ready(in_ready),
    .${input.name}_${input.field}(in_valid ? in[sent] : ${input.bits}'bx),
    .${output.name}_valid(out_valid), .${output.name}_ready(out_ready), .${output.name}_${output.field}(out)${
      counted ? `, .${name}(busy)` : ''
    }${programmer.ports});
  ${programmer.content}
  ${counted ? '' : "assign busy = 1'b0;"}

  function stalls(input integer share);
    stalls = ($random(seed) & 255) < share;
  endfunction

  task reset;
    begin
      rst = 1;
      in_valid = 0;
      out_ready = 0;
      for (cycle = 0; cycle < 2; cycle = cycle + 1) begin
        #5 clk = 1;
        #5 clk = 0;
      end
      rst = 0;
      cycle = 0;
      sent = 0;
      taken = 0;
      still = 0;
      for (index = 0; index < ${layers}; index = index + 1) count[index] = 0;
    end
  endtask

  initial begin
    $readmemh("values.mem", in);
    if (!$value$plusargs("seed=%d", seed)) seed = 0;
    if (!$value$plusargs("input=%d", stall_input)) stall_input = 0;
    if (!$value$plusargs("output=%d", stall_output)) stall_output = 0;
    if (!$value$plusargs("reset_at=%d", reset_at)) reset_at = 0;
    if (!$value$plusargs("quiet=%d", quiet)) quiet = 0;
    clk = 0;
    reset;
    ${programmer.use}
    while (cycle < 1000000 && (sent < ${values.length} || taken < ${results} || still < quiet)) begin
      if (!in_valid) in_valid = sent < ${values.length} && !stalls(stall_input);
      out_ready = taken < ${results} && !stalls(stall_output);
      #5;
      if ((^{in_valid && in_ready, out_valid && out_ready, busy}) === 1'bx) begin
        $display("unknown handshake in cycle %0d", cycle);
        $finish;
      end
      if (out_valid && out_ready) begin
        $display("beat %0d %b", cycle, out);
        taken = taken + 1;
      end
      for (index = 0; index < ${layers}; index = index + 1) if (busy[index]) count[index] = count[index] + 1;
      still = busy == 0 ? still + 1 : 0;
      moved = in_valid && in_ready;
      clk = 1;
      #5 clk = 0;
      if (moved) begin
        sent = sent + 1;
        in_valid = 0;
      end
      cycle = cycle + 1;
      if (reset_at != 0 && cycle == reset_at) begin
        $display("reset");
        reset_at = 0;
        reset;
      end
    end
    if (sent < ${values.length} || taken < ${results}) $display("stands still: %0d in, %0d out", sent, taken);
    for (index = 0; index < ${layers}; index = index + 1) $display("count %0d %0d", index, count[index]);
    $finish;
  end
endmodule
`;
}

/** The first field lies at the top of each word. */
function programText({
  name,
  fields,
  words,
}: NonNullable<StreamBench['program']>): Record<'ports' | 'content' | 'use', string> {
  const width = Object.values(fields).reduce((sum, bits) => sum + bits, 0);
  let high = width;
  const ports = Object.entries(fields).map(([field, bits]) => {
    high -= bits;
    return `.${name}_${field}(program_word[${high} +: ${bits}])`;
  });
  return {
    ports: `, .${name}_valid(program_valid), .${name}_ready(program_ready), ${ports.join(', ')}`,
    content: `
  reg [${width - 1}:0] program_words [0:${words.length - 1}];
  reg [${width - 1}:0] program_word;
  reg program_valid;
  wire program_ready;
  initial program_valid = 0;`,
    use: `
    $readmemh("program.mem", program_words);
    index = 0;
    while (index < ${words.length}) begin
      program_valid = 1;
      program_word = program_words[index];
      #5 if (program_ready) index = index + 1;
      clk = 1;
      #5 clk = 0;
    end
    program_valid = 0;
    reset;`,
  };
}
