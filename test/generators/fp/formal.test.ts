import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildFloatUnit, type FloatUnitOptions } from '../../../src/build/fp-unit.js';
import { filesOf, inFolder, run } from '../../hdl/verilog/tools.js';

const definitions = Object.fromEntries(
  ['small-float.v', 'small-float-order.v'].map((file) => [file, readFileSync(new URL(file, import.meta.url), 'utf8')]),
);

/** Exponent and fraction bits, and whether the all-ones exponent holds numbers. */
const formats = {
  e4m3: { E: 4, F: 3, OCP: 1 },
  e5m2: { E: 5, F: 2, OCP: 0 },
} as const;
type Name = keyof typeof formats;

interface Proof {
  readonly name: string;
  readonly unit: FloatUnitOptions;
  /** An instance of the definition, which drives `defined_result` and `defined_flags`. */
  readonly definition: string;
  readonly ports: string;
  readonly resultBits: number;
}

function parametersOf(format: Name, prefix = ''): string {
  return Object.entries(formats[format])
    .map(([name, value]) => `.${prefix}${name}(${value})`)
    .join(', ');
}

const modules = {
  'fp-add': { module: 'small_float_add', ports: '.a(a), .b(b)' },
  'fp-mul': { module: 'small_float_multiply', ports: '.a(a), .b(b)' },
  'fp-div': { module: 'small_float_divide', ports: '.a(a), .b(b)' },
  'fp-sqrt': { module: 'small_float_square_root', ports: '.a(a)' },
} as const;

function arithmetic(operation: keyof typeof modules, format: Name): Proof {
  const { module, ports } = modules[operation];
  return {
    name: `${operation} of ${format}`,
    unit: { operation, format, stages: 0 },
    definition: `${module} #(${parametersOf(format)}) defined (${ports}, .mode(mode),
    .result(defined_result), .flags(defined_flags));`,
    ports,
    resultBits: 8,
  };
}

function comparison(kind: 'order' | 'minimum' | 'maximum' | 'less', format: Name): Proof {
  const result = kind === 'less' ? 'order[0]' : kind;
  return {
    name: `${kind} of ${format}`,
    unit: { operation: 'fp-compare', format, comparison: kind },
    definition: `wire [3:0] order;
  wire [7:0] minimum, maximum;
  wire signalling, unordered;
  small_float_compare #(${parametersOf(format)}) defined (.a(a), .b(b), .order(order), .minimum(minimum),
    .maximum(maximum), .signalling(signalling), .unordered(unordered));
  assign defined_result = ${result};
  assign defined_flags = {${kind === 'less' ? 'unordered' : 'signalling'}, 4'b0};`,
    ports: '.a(a), .b(b)',
    resultBits: kind === 'order' ? 4 : kind === 'less' ? 1 : 8,
  };
}

function conversion(from: Name, to: Name): Proof {
  return {
    name: `fp-convert of ${from} to ${to}`,
    unit: { operation: 'fp-convert', format: to, from },
    definition: `small_float_convert #(${parametersOf(from)}, ${parametersOf(to, 'T')}) defined (.a(a), .mode(mode),
    .result(defined_result), .flags(defined_flags));`,
    ports: '.a(a)',
    resultBits: 8,
  };
}

const names = ['e4m3', 'e5m2'] as const;
const comparisons = ['order', 'less', 'minimum', 'maximum'] as const;
const proofs = [
  arithmetic('fp-add', 'e4m3'),
  arithmetic('fp-mul', 'e4m3'),
  ...names.map((format) => arithmetic('fp-sqrt', format)),
  ...names.flatMap((format) => comparisons.map((kind) => comparison(kind, format))),
  conversion('e4m3', 'e5m2'),
  conversion('e5m2', 'e4m3'),
];
/** Up to half a minute each. */
const longProofs = [
  arithmetic('fp-div', 'e4m3'),
  ...(['fp-add', 'fp-mul', 'fp-div'] as const).map((operation) => arithmetic(operation, 'e5m2')),
];
const asked = process.env['SOTTO_FP_EXHAUSTIVE'] === '1' ? [...proofs, ...longProofs] : proofs;

test.each(asked)(
  '$name equals its definition',
  ({ unit: options, definition, ports, resultBits }) => {
    const { design, manifest } = buildFloatUnit(options);
    const miter = `module miter (input wire [7:0] a, b, input wire [2:0] mode);
  wire [${resultBits - 1}:0] unit_result, defined_result;
  wire [4:0] unit_flags, defined_flags;
  ${manifest.top} unit (.clk(1'b0), .rst(1'b0), .in_valid(1'b1), .out_ready(1'b1), ${ports},
    .rounding_mode(mode), .result(unit_result), .flags(unit_flags));
  ${definition}
  always @* if (mode < 5) assert ({unit_result, unit_flags} == {defined_result, defined_flags});
endmodule
`;
    const files = { ...filesOf(design), ...definitions, 'miter.v': miter };
    const sources = Object.keys(files).join(' ');
    const steps = ['prep -flatten -top miter', 'opt -full', 'sat -verify -prove-asserts -show-inputs'];
    const log = inFolder(files, (folder) =>
      run('yosys', ['-p', [`read_verilog -formal ${sources}`, ...steps].join('; ')], folder),
    );
    expect(log).toContain('SUCCESS!');
  },
  600_000,
);
