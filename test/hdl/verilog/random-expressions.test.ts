import { expect, test } from 'vitest';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import { evaluate } from '../evaluate.js';
import { campaignSize, packs, record } from './campaign.js';
import { differences, simulators } from './co-simulate.js';
import * as ir from './ir.js';
import { ExpressionMaker, Random, widths } from './random-expression.js';
import { sideBySide } from './random-module.js';
import { lintDesign } from './tools.js';

const total = campaignSize('VERILOG_EXPRESSIONS', { short: 300, long: 10_000 });
const perPack = 1000;
const perModule = 100;
const vectors = 8;

const inputs = widths.flatMap((width) => [
  ir.signal('input', `u${width}`, width),
  ir.signal('input', `s${width}`, width, { signed: true }),
]);

/** A module with an output for each of `count` random expressions of the inputs. */
function expressionsModule(random: Random, name: string, count: number) {
  const maker = new ExpressionMaker(random, inputs);
  const statements = Array.from({ length: count }, (_, index) => {
    const signed = random.below(2) === 1;
    const output = ir.signal('output', `o${index}`, random.pick(widths), { signed });
    return ir.assign(output, maker.make(output.width, signed, 1 + random.below(4)));
  });
  const outputs = statements.map(({ target }) => target.signal);
  return {
    module: ir.module(name, { ports: [...inputs, ...outputs], statements }),
    expressions: statements.map(({ value }) => value),
  };
}

test.each(packs(total, perPack).map((pack) => [pack.count, total, pack.seed] as const))(
  `%i of %i random expressions, seed %i, are worth in ${simulators.map(([name]) => name).join(' and ')} what the rules of the IR say`,
  async (count, _, seed) => {
    const random = new Random(seed);
    const parts = packs(count, perModule).map((pack) => expressionsModule(random, `part${pack.seed}`, pack.count));
    const top = sideBySide(parts.map(({ module }) => module));
    const design = emitDesign(top);
    const pokes = Array.from(
      { length: vectors },
      () => new Map(inputs.map((input) => [input, random.bits(input.width)])),
    );
    const expressions = parts.flatMap((part) => part.expressions);
    const wanted = pokes.map((values) => expressions.map((value) => evaluate(value, (input) => values.get(input)!)));
    for (const [simulator, simulate] of simulators) {
      const different = differences(top, await simulate({ top, design, pokes }), wanted);
      record({ of: 'expressions', count, simulator, values: count * vectors, different: different.length });
      expect.soft(different.slice(0, 20), simulator).toEqual([]);
    }
  },
);

test('random expressions give no warning', { timeout: 60_000 }, () => {
  expect(lintDesign(emitDesign(expressionsModule(new Random(0), 'random', perModule).module))).toBe('');
});
