import { beforeAll, describe, expect, test } from 'vitest';
import { buildFloatUnit, type FloatUnitOptions } from '../../../src/build/fp-unit.js';
import type { Model } from '../../../sim/index.js';
import { fp16, type RoundingMode, wideArithmetic } from '../../../src/number/index.js';
import { wordSource } from '../../number/patterns.js';
import { benchOf } from './bench.js';
import { agree, type Golden } from './campaign.js';
import { randomOperations, trials } from './operands.js';

const unit = wideArithmetic(fp16);
type Answer = (patterns: readonly bigint[], mode: RoundingMode) => bigint;
const answers: Readonly<Record<string, Answer>> = {
  'fp-add': ([a, b], mode) => unit.add(a!, b!, mode),
  'fp-mul': ([a, b], mode) => unit.multiply(a!, b!, mode),
  'fp-fma': ([a, b, c], mode) => unit.fusedMultiplyAdd(a!, b!, c!, mode),
  'fp-div': ([a, b], mode) => unit.divide(a!, b!, mode),
};
const few = 1000;
const seed = 61;

function portsOf(operation: string): string[] {
  return operation === 'fp-fma' ? ['a', 'b', 'c'] : ['a', 'b'];
}

function golden(operation: string): (patterns: readonly bigint[], mode: RoundingMode) => Golden {
  return (patterns, mode) => {
    const result = answers[operation]!(patterns, mode);
    return { result, flags: unit.flags };
  };
}

function nameOf(options: FloatUnitOptions): string {
  return Object.entries(options).flat().join('_').replaceAll('-', '_');
}

describe('configurations of fp16 units', () => {
  const operations = ['fp-add', 'fp-mul', 'fp-fma', 'fp-div'];
  const fixed = operations.flatMap((operation) =>
    [1, 2, 3, 4].map((rounding) => ({ operation, format: 'fp16', stages: rounding - 1, rounding })),
  );
  const bare = operations.map((operation) => ({ operation, format: 'fp16', stages: 1, flags: false }));
  const enabled = operations.map((operation, index) => ({
    operation,
    format: 'fp16',
    stages: 2 * index,
    handshake: 'enable',
  }));
  const named = <Options extends FloatUnitOptions>(options: Options) => ({ name: nameOf(options), options });
  let model: Model;
  beforeAll(async () => {
    const all = [...fixed, ...bare, ...enabled].map(named);
    model = await benchOf(all.map(({ name, options }) => ({ name, module: buildFloatUnit(options).module })));
  }, 300_000);

  test.each(fixed.map(named))('$name', ({ name, options: { operation, rounding } }) => {
    const ports = portsOf(operation);
    const random = randomOperations(
      ports.map(() => fp16),
      trials(few),
      seed,
    );
    agree(model, name, ports, random, golden(operation), { fixedMode: rounding as RoundingMode, stall: seed });
  });

  test.each(bare.map(named))('$name', ({ name, options: { operation } }) => {
    const ports = portsOf(operation);
    const random = randomOperations(
      ports.map(() => fp16),
      trials(few),
      seed,
    );
    const silent = golden(operation);
    agree(model, name, ports, random, (patterns, mode) => ({ ...silent(patterns, mode), flags: 0 }));
  });

  test.each(enabled.map(named))('$name', ({ name, options: { operation, stages } }) => {
    const ports = portsOf(operation);
    const count = trials(few);
    const random = randomOperations(
      ports.map(() => fp16),
      count,
      seed,
    );
    const word = wordSource(seed);
    using simulation = model.instantiate();
    simulation.reset();
    const gotten: Golden[] = [];
    const given: Golden[] = [];
    let next = 0;
    while (gotten.length < count) {
      const moves = word() % 4 > 0;
      const offers = next < count && word() % 4 > 0;
      const { patterns, mode } = random[Math.min(next, count - 1)]!;
      for (const [index, port] of ports.entries()) simulation.poke(`${name}_in_${port}`, Number(patterns[index]!));
      simulation.poke(`${name}_in_rounding_mode`, mode);
      simulation.poke(`${name}_in_valid`, offers ? 1 : 0);
      simulation.poke(`${name}_in_enable`, moves ? 1 : 0);
      if (moves && offers) {
        given.push(golden(operation)(patterns, mode));
        next += 1;
      }
      // A result is there in the cycles in which all may move, and its own cycle if there is no register.
      if (moves && Number(simulation.peek(`${name}_out_valid`)) === 1) {
        const result = BigInt(simulation.peek(`${name}_out_result`));
        gotten.push({ result, flags: Number(simulation.peek(`${name}_out_flags`)) });
        expect(given.length - gotten.length).toBeLessThanOrEqual(stages);
      }
      simulation.step();
    }
    expect(gotten).toEqual(given);
  });
});
