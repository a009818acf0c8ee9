import { beforeAll, describe, expect, test } from 'vitest';
import { accumulateUnit } from '../../../generators/fp/accumulate.js';
import { dotLogic } from '../../../generators/fp/dot.js';
import type { UnitOptions } from '../../../generators/fp/float-shape.js';
import { StageError } from '../../../generators/fp/place-registers.js';
import { pipelinedUnit } from '../../../generators/fp/unit.js';
import type { Model } from '../../../sim/index.js';
import {
  bf16,
  dotProduct,
  e4m3,
  e5m2,
  type FloatFormat,
  fp16,
  fp32,
  fp64,
  ieeeFormat,
  LongAccumulator,
  type RoundingMode,
  wideArithmetic,
} from '../../../src/number/index.js';
import { wordSource } from '../../number/patterns.js';
import { benchOf, runUnit, shapeOf } from './bench.js';
import { agree } from './campaign.js';
import { randomOperations, trials } from './operands.js';

function optionsOf(format: FloatFormat, stages: number): UnitOptions {
  return { format: shapeOf(format), stages, flush: false, saturate: false, flags: true, handshake: 'stream' };
}

const seed = 31;
const dots = [e4m3, e5m2, fp16, bf16, ieeeFormat(2, 1), fp32].map((format, index) => {
  const options = optionsOf(format, index === 2 ? 4 : 0);
  // A vector is a word of at most 64 bits here.
  const terms = format === fp32 ? 2 : 4;
  return { name: `dot_${format.name}`, format, terms, module: pipelinedUnit(dotLogic(options, terms), options) };
});
const sums = [e4m3, fp16, bf16, fp32, fp64].map((format, index) => {
  const stages = [1, 6, 3, 2, 4][index]!;
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

describe('sums with one rounding', () => {
  let model: Model;
  beforeAll(async () => {
    model = await benchOf([...dots, ...sums]);
  }, 300_000);

  test.each(dots)('$name', ({ name, format, terms }) => {
    const unit = wideArithmetic(format);
    const count = trials(2000);
    const values = related(format, 2 * terms * count);
    const width = BigInt(format.width);
    const pack = (elements: readonly bigint[]): bigint =>
      elements.reduce((word, element, index) => word | (element << (width * BigInt(index))), 0n);
    const take = (word: bigint): bigint[] =>
      Array.from({ length: terms }, (_, index) => BigInt.asUintN(format.width, word >> (width * BigInt(index))));
    const operations = Array.from({ length: count }, (_, index) => {
      const start = 2 * terms * index;
      return {
        patterns: [pack(values.slice(start, start + terms)), pack(values.slice(start + terms, start + 2 * terms))],
        mode: (index % 5) as RoundingMode,
      };
    });
    agree(model, name, ['a', 'b'], operations, ([a, b], mode) => {
      const { bits, flags } = dotProduct(unit, take(a!), take(b!), mode);
      return { result: bits, flags };
    });
  });

  test.each(sums)('$name', ({ name, format }) => {
    const count = trials(2000);
    const values = related(format, 2 * count);
    const word = wordSource(seed);
    const a = values.slice(0, count);
    const b = values.slice(count);
    const last = a.map((_, index) => (index === count - 1 || word() % 5 === 0 ? 1 : 0));
    const mode = a.map(() => (word() % 5) as RoundingMode);
    const sum = new LongAccumulator(wideArithmetic(format));
    const golden: { result: bigint; flags: number }[] = [];
    for (const [index, factor] of a.entries()) {
      sum.addProduct(factor, b[index]!);
      if (last[index] === 0) continue;
      golden.push({ result: sum.round(mode[index]), flags: sum.flags });
      sum.clear();
    }
    const vectors = { a, b, last, rounding_mode: mode };
    for (const stall of [undefined, seed]) {
      const { result, flags } = runUnit(model, name, vectors, stall, golden.length);
      const gotten = golden.map((_, index) => ({ result: BigInt(result[index]!), flags: Number(flags[index]!) }));
      expect(gotten).toEqual(golden);
    }
  });
});

test('an accumulating unit needs a register and has places for so many', () => {
  expect(() => accumulateUnit(optionsOf(fp16, 0))).toThrow(StageError);
  expect(() => accumulateUnit(optionsOf(fp16, 99))).toThrow(
    '99 pipeline stages cannot be filled; an accumulating unit takes from 1 to 14',
  );
});
