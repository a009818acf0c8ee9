import { beforeAll, describe, expect, test } from 'vitest';
import { accumulateUnit } from '../../../generators/fp/accumulate.js';
import { dotLogic } from '../../../generators/fp/dot.js';
import type { UnitOptions } from '../../../generators/fp/float-shape.js';
import { StageError } from '../../../generators/fp/place-registers.js';
import { pipelinedUnit } from '../../../generators/fp/unit.js';
import type { Model } from '../../../sim/index.js';
import {
  dotProduct,
  type FloatFormat,
  fp16,
  fp64,
  ieeeFormat,
  LongAccumulator,
  namedFormats,
  type RoundingMode,
  wideArithmetic,
} from '../../../src/number/index.js';
import { wordSource } from '../../number/patterns.js';
import { benchOf, runUnit, shapeOf } from './bench.js';
import { agree } from './campaign.js';
import { type Operation, randomOperations, specialOperations, trials } from './operands.js';

function optionsOf(format: FloatFormat, stages: number): UnitOptions {
  return { format: shapeOf(format), stages, flush: false, saturate: false, flags: true, handshake: 'stream' };
}

const seed = 31;
const dots = [...namedFormats, ieeeFormat(2, 1)].map((format) => {
  const options = optionsOf(format, format === fp16 ? 4 : 0);
  const terms = format === fp64 ? 2 : 4;
  return { name: `dot_${format.name}`, format, terms, module: pipelinedUnit(dotLogic(options, terms), options) };
});
const sums = namedFormats.map((format, index) => {
  const stages = [4, 2, 5, 6, 3, 2, 1][index]!;
  return { name: `mac_${format.name}`, format, stages, module: accumulateUnit(optionsOf(format, stages)) };
});

/** Operands of which half have exponents near one another, so that sums cancel. */
function related(format: FloatFormat, count: number): bigint[] {
  const word = wordSource(seed);
  const field = BigInt(format.bias - 1) << BigInt(format.fractionBits);
  return randomOperations([format], count, seed).map(({ patterns: [pattern] }) => {
    if (word() % 2 === 0) return pattern!;
    const fraction = BigInt.asUintN(format.fractionBits, pattern!);
    const sign = BigInt(word() % 2) << BigInt(format.width - 1);
    return sign | (field + (BigInt(word() % 3) << BigInt(format.fractionBits))) | fraction;
  });
}

/** Two factors that a unit adds the product of; after the last of a sum it rounds. */
interface Product {
  readonly a: bigint;
  readonly b: bigint;
  readonly last: boolean;
  readonly mode: RoundingMode;
}

/** Of every pair of special values, in every mode, the product, and the sum as two products by 1. */
function specialSums(format: FloatFormat): { a: bigint[]; b: bigint[]; mode: RoundingMode }[] {
  const one = BigInt(format.bias) << BigInt(format.fractionBits);
  return specialOperations([format, format]).flatMap(({ patterns: [x, y], mode }) => [
    { a: [x!], b: [y!], mode },
    { a: [x!, y!], b: [one, one], mode },
  ]);
}

/** A model computes all its units in every cycle, so that the wide sums of fp64 have a model of their own. */
const groups = [
  { group: '8 and 16 bits', belongs: ({ exponentBits }: FloatFormat) => exponentBits <= 5 },
  { group: 'fp32 and its range', belongs: ({ exponentBits }: FloatFormat) => exponentBits === 8 },
  { group: 'fp64', belongs: ({ exponentBits }: FloatFormat) => exponentBits === 11 },
];

describe.each(groups)('sums with one rounding of $group', ({ belongs }) => {
  const ownDots = dots.filter(({ format }) => belongs(format));
  const ownSums = sums.filter(({ format }) => belongs(format));
  let model: Model;
  beforeAll(async () => {
    model = await benchOf([...ownDots, ...ownSums]);
  }, 300_000);

  test.each(ownDots)('$name', ({ name, format, terms }) => {
    const unit = wideArithmetic(format);
    const count = trials(1000);
    const values = related(format, 2 * terms * count);
    const width = BigInt(format.width);
    const pack = (elements: readonly bigint[]): bigint =>
      elements.reduce((word, element, index) => word | (element << (width * BigInt(index))), 0n);
    const take = (word: bigint): bigint[] =>
      Array.from({ length: terms }, (_, index) => BigInt.asUintN(format.width, word >> (width * BigInt(index))));
    const special = specialSums(format).map(({ a, b, mode }): Operation => ({ patterns: [pack(a), pack(b)], mode }));
    const random = Array.from({ length: count }, (_, index): Operation => {
      const start = 2 * terms * index;
      return {
        patterns: [pack(values.slice(start, start + terms)), pack(values.slice(start + terms, start + 2 * terms))],
        mode: (index % 5) as RoundingMode,
      };
    });
    agree(model, name, ['a', 'b'], [...special, ...random], ([a, b], mode) => {
      const { bits, flags } = dotProduct(unit, take(a!), take(b!), mode);
      return { result: bits, flags };
    });
  });

  test.each(ownSums)('$name', ({ name, format }) => {
    const check = (products: readonly Product[], stall?: number): void => {
      const sum = new LongAccumulator(wideArithmetic(format));
      const golden: { result: bigint; flags: number }[] = [];
      for (const { a, b, last, mode } of products) {
        sum.addProduct(a, b);
        if (!last) continue;
        golden.push({ result: sum.round(mode), flags: sum.flags });
        sum.clear();
      }
      const vectors = {
        a: products.map(({ a }) => a),
        b: products.map(({ b }) => b),
        last: products.map(({ last }) => Number(last)),
        rounding_mode: products.map(({ mode }) => mode),
      };
      const { result, flags } = runUnit(model, name, vectors, stall, golden.length);
      const gotten = golden.map((_, index) => ({ result: BigInt(result[index]!), flags: Number(flags[index]!) }));
      expect(gotten).toEqual(golden);
    };
    const special = specialSums(format).flatMap(({ a, b, mode }) =>
      a.map((factor, index): Product => ({ a: factor, b: b[index]!, last: index === a.length - 1, mode })),
    );
    check(special);
    const count = trials(1000);
    const values = related(format, 2 * count);
    const word = wordSource(seed);
    const random = Array.from(
      { length: count },
      (_, index): Product => ({
        a: values[index]!,
        b: values[count + index]!,
        last: index === count - 1 || word() % 5 === 0,
        mode: (word() % 5) as RoundingMode,
      }),
    );
    check(random);
    check(random, seed);
  });
});

test('an accumulating unit needs a register and has places for so many', () => {
  expect(() => accumulateUnit(optionsOf(fp16, 0))).toThrow(StageError);
  expect(() => accumulateUnit(optionsOf(fp16, 99))).toThrow(
    '99 pipeline stages cannot be filled; an accumulating unit takes from 1 to 14',
  );
});
