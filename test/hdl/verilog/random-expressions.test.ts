import { expect, test } from 'vitest';
import type { SignalIr } from '../../../src/hdl/ir.js';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import { evaluate } from '../evaluate.js';
import * as ir from './ir.js';
import { ExpressionMaker, Random, widths } from './random-expression.js';
import { filesOf, inFolder, lintDesign, run } from './tools.js';

/** Expressions in all; `VERILOG_EXPRESSIONS=20000` for a longer campaign. */
const total = Number(process.env['VERILOG_EXPRESSIONS'] ?? 1000);
const perModule = 100;
const vectors = 8;

function randomModule(seed: number) {
  const random = new Random(seed);
  const inputs = widths.flatMap((width) => [
    ir.signal('input', `u${width}`, width),
    ir.signal('input', `s${width}`, width, { signed: true }),
  ]);
  const maker = new ExpressionMaker(random, inputs);
  const outputs = Array.from({ length: perModule }, (_, index) => {
    const signed = random.below(2) === 1;
    return ir.signal('output', `o${index}`, random.pick(widths), { signed });
  });
  const statements = outputs.map((output) =>
    ir.assign(output, maker.make(output.width, output.signed, 1 + random.below(4))),
  );
  return {
    random,
    inputs,
    outputs,
    statements,
    module: ir.module('random', { ports: [...inputs, ...outputs], statements }),
  };
}

/** A bench that pokes the vectors and prints every output, one line a vector. */
function bench(
  inputs: readonly SignalIr[],
  outputs: readonly SignalIr[],
  pokes: readonly ReadonlyMap<SignalIr, bigint>[],
) {
  const declarations = [
    ...inputs.map(({ name, width }) => `reg [${width - 1}:0] ${name};`),
    ...outputs.map(({ name, width }) => `wire [${width - 1}:0] ${name};`),
  ];
  const ports = [...inputs, ...outputs].map(({ name }) => `.${name}(${name})`).join(', ');
  const steps = pokes.map((values) => {
    const sets = inputs.map((input) => `${input.name} = ${input.width}'h${values.get(input)!.toString(16)};`);
    const shows = outputs.map(({ name }) => `$write("%h ", ${name});`);
    return [...sets, '#1;', ...shows, '$write("\\n");'].join(' ');
  });
  return `module bench;\n${declarations.join('\n')}\nrandom dut (${ports});\ninitial begin\n${steps.join('\n')}\nend\nendmodule\n`;
}

for (let index = 0; index * perModule < total; index++) {
  test(`${perModule} random expressions, seed ${index}, are worth in Icarus what the rules of the IR say`, () => {
    const { random, inputs, outputs, statements, module } = randomModule(index);
    const design = emitDesign(module);
    const pokes = Array.from(
      { length: vectors },
      () => new Map(inputs.map((input) => [input, random.bits(input.width)])),
    );
    const files = { ...filesOf(design), 'bench.v': bench(inputs, outputs, pokes) };
    const said = inFolder(files, (folder) => {
      run('iverilog', ['-g2001', '-o', 'out.vvp', 'random.v', 'bench.v'], folder);
      return run('vvp', ['-n', 'out.vvp'], folder);
    });
    const seen = said
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' '));
    const wanted = pokes.map((values) =>
      statements.map(({ value }) => {
        const digits = Math.ceil(value.width / 4);
        return evaluate(value, (input) => values.get(input)!)
          .toString(16)
          .padStart(digits, '0');
      }),
    );
    const wrong = outputs.flatMap(({ name }, column) =>
      wanted.flatMap((row, line) =>
        row[column] === seen[line]?.[column] ? [] : [`${name}: ${seen[line]?.[column]} is not ${row[column]}`],
      ),
    );
    expect(wrong).toEqual([]);
  });
}

test('random expressions give no warning', { timeout: 60_000 }, () => {
  expect(lintDesign(emitDesign(randomModule(0).module))).toBe('');
});
