import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildFloatUnit } from '../../../src/build/fp-unit.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';

const definition = readFileSync(new URL('small-float.v', import.meta.url), 'utf8');

const proofs = [
  { operation: 'fp-add', module: 'small_float_add', format: 'e4m3', widths: [4, 3, 1] },
  { operation: 'fp-mul', module: 'small_float_multiply', format: 'e4m3', widths: [4, 3, 1] },
] as const;
/** Five exponent bits make wide fixed-point numbers, whose proof takes a minute or two: SOTTO_FP_EXHAUSTIVE=1. */
const longProofs = [{ operation: 'fp-add', module: 'small_float_add', format: 'e5m2', widths: [5, 2, 0] }] as const;
const asked = process.env['SOTTO_FP_EXHAUSTIVE'] === '1' ? [...proofs, ...longProofs] : proofs;

test.each(asked)(
  '$operation of $format equals its definition',
  ({ operation, module, format, widths: [e, f, ocp] }) => {
    const { design, manifest } = buildFloatUnit({ operation, format });
    const miter = `module miter (input wire [7:0] a, b, input wire [2:0] mode);
  wire [7:0] unit_result, defined_result;
  wire [4:0] unit_flags, defined_flags;
  ${manifest.top} unit (.clk(1'b0), .rst(1'b0), .in_valid(1'b1), .out_ready(1'b1), .a(a), .b(b),
    .rounding_mode(mode), .result(unit_result), .flags(unit_flags));
  ${module} #(.E(${e}), .F(${f}), .OCP(${ocp})) defined (.a(a), .b(b), .mode(mode),
    .result(defined_result), .flags(defined_flags));
  always @* if (mode < 5) assert ({unit_result, unit_flags} == {defined_result, defined_flags});
endmodule
`;
    const files = { ...filesOf(design), 'small-float.v': definition, 'miter.v': miter };
    const sources = Object.keys(files).join(' ');
    const steps = ['prep -flatten -top miter', 'opt -full', 'sat -verify -prove-asserts -show-inputs'];
    const log = inFolder(files, (folder) =>
      run('yosys', ['-p', [`read_verilog -formal ${sources}`, ...steps].join('; ')], folder),
    );
    expect(log).toContain('SUCCESS!');
  },
  600_000,
);
