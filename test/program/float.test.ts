import { describe, expect, test } from 'vitest';
import {
  arithmetic,
  bf16,
  e4m3,
  e5m2,
  type FloatFormat,
  fp16,
  fp32,
  fp64,
  ieeeFormat,
  tf32,
  truncateAndFlush,
  wideArithmetic,
} from '../../src/number/index.js';
import { buildProgram, Interpreter, type Target, type Variant } from '../../src/program/index.js';
import { campaign, Random, randomFloat, relatedFloat, specialValues } from './operands.js';

const names = ['a', 'b', 'c'] as const;
const lanes = 4096;

function compare(
  program: { readonly name: string; readonly format: FloatFormat; readonly target: Target; readonly variant: Variant },
  operands: readonly ArrayLike<number>[],
  reference: (a: number, b: number, c: number) => number,
): void {
  const { name, format, target, variant } = program;
  const interpreter = new Interpreter(buildProgram(name, format.name, target, variant));
  for (let start = 0; start < operands[0]!.length; start += lanes) {
    const batch = operands.map((list) => Array.prototype.slice.call(list, start, start + lanes) as number[]);
    const results = interpreter.compute(Object.fromEntries(batch.map((list, i) => [names[i]!, list])), 'result');
    for (let lane = 0; lane < batch[0]!.length; lane++) {
      const values = batch.map((list) => list[lane]!);
      const expected = reference(values[0]!, values[1] ?? 0, values[2] ?? 0);
      if (results[lane] !== expected) {
        const text = [...values, expected, results[lane]!].map((value) => value.toString(16)).join(' ');
        expect.fail(`${name} ${format.name} ${variant} on ${target}: operands, expected, found: ${text}`);
      }
    }
  }
}

function randomOperands(format: FloatFormat, count: number, cases: number, seed: number): Uint32Array[] {
  const random = new Random(seed);
  const lists = Array.from({ length: count }, () => new Uint32Array(cases));
  for (let i = 0; i < cases; i++) {
    lists[0]![i] = randomFloat(random, format);
    for (let k = 1; k < count; k++) lists[k]![i] = relatedFloat(random, format, lists[k - 1]![i]!);
  }
  return lists;
}

function everySpecial(format: FloatFormat, count: number): number[][] {
  const values = specialValues(format);
  let tuples: number[][] = [[]];
  for (let k = 0; k < count; k++) tuples = tuples.flatMap((tuple) => values.map((value) => [...tuple, value]));
  return Array.from({ length: count }, (_, k) => tuples.map((tuple) => tuple[k]!));
}

const operations = [
  ['add', 2],
  ['subtract', 2],
  ['multiply', 2],
  ['fused-multiply-add', 3],
  ['multiply-add', 3],
] as const;

const formats = [
  fp32,
  tf32,
  fp16,
  bf16,
  e5m2,
  e4m3,
  ieeeFormat(3, 2),
  ieeeFormat(4, 9),
  ieeeFormat(2, 1),
  ieeeFormat(9, 3),
];

describe('against the reference arithmetic', () => {
  for (const format of formats) {
    for (const variant of ['exact', 'flush'] as const) {
      const unit = arithmetic(format, variant === 'flush' ? truncateAndFlush : {});
      const references: Record<string, (a: number, b: number, c: number) => number> = {
        add: (a, b) => unit.add(a, b),
        subtract: (a, b) => unit.subtract(a, b),
        multiply: (a, b) => unit.multiply(a, b),
        'fused-multiply-add': (a, b, c) => unit.fusedMultiplyAdd(a, b, c),
        'multiply-add': (a, b, c) => unit.add(unit.multiply(a, b), c),
      };
      for (const [name, count] of operations) {
        test(`${name} ${format.name} ${variant}`, () => {
          const program = { name, format, target: 'sot-mram', variant } as const;
          const cases = campaign(variant === 'exact' && ['add', 'multiply'].includes(name) ? 50_000 : 12_000);
          compare(program, randomOperands(format, count, cases, 77), references[name]!);
          if (count === 2 || variant === 'exact') compare(program, everySpecial(format, count), references[name]!);
        });
      }
    }
  }

  test.each(operations)('%s assembled for NOR', (name, count) => {
    for (const format of [bf16, e4m3]) {
      for (const variant of ['exact', 'flush'] as const) {
        const unit = arithmetic(format, variant === 'flush' ? truncateAndFlush : {});
        const reference = (a: number, b: number, c: number): number => {
          if (name === 'fused-multiply-add') return unit.fusedMultiplyAdd(a, b, c);
          return name === 'multiply-add' ? unit.add(unit.multiply(a, b), c) : unit[name](a, b);
        };
        const operands = randomOperands(format, count, 3_000, 9);
        compare({ name, format, target: 'nor', variant }, operands, reference);
      }
    }
  });

  test('every pair of 6-bit numbers', () => {
    const format = ieeeFormat(3, 2);
    const all = Array.from({ length: 64 }, (_, i) => i);
    const pairs = [all.flatMap((a) => all.map(() => a)), all.flatMap(() => all)];
    const unit = arithmetic(format);
    for (const target of ['sot-mram', 'nor'] as const) {
      compare({ name: 'add', format, target, variant: 'exact' }, pairs, (a, b) => unit.add(a, b));
      compare({ name: 'multiply', format, target, variant: 'exact' }, pairs, (a, b) => unit.multiply(a, b));
    }
  });

  test('fp64 addition and multiplication', () => {
    const random = new Random(3);
    const unit = wideArithmetic(fp64);
    const operand = (): bigint => {
      const pattern = random.wide(64);
      return random.below(4) === 0 ? pattern & ~(0x7fen << 52n) : pattern;
    };
    const a = Array.from({ length: 2_000 }, operand);
    const near = (value: bigint): bigint => (value ^ (BigInt(random.below(2)) << 63n)) + BigInt(random.below(9));
    const b = a.map((value) => (random.below(2) === 0 ? operand() : BigInt.asUintN(64, near(value))));
    for (const name of ['add', 'multiply'] as const) {
      const results = new Interpreter(buildProgram(name, 'fp64')).computeBigInts({ a, b }, 'result');
      for (const [i, result] of results.entries()) expect(result).toBe(unit[name](a[i]!, b[i]!));
    }
  });
});

/**
 * A second route that shares nothing with the reference arithmetic. The double sum of two fp16 or bf16 numbers need not be
 * exact (bf16 reaches over 2^254), but rounding it again is innocuous: a double has 53 bits, more than 2p + 2 for
 * precisions p of 11 and 8 (Figueroa, "When is double rounding innocuous?", 1995); products have 2p bits and are exact in
 * range. For fp32 the same holds with p = 24, and Math.fround is the second rounding.
 */
function roundDouble(value: number, format: FloatFormat): number {
  const { fractionBits, bias, exponentBits, width } = format;
  const sign = value < 0 || Object.is(value, -0) ? 2 ** (width - 1) : 0;
  const magnitude = Math.abs(value);
  const infinity = (2 ** exponentBits - 1) * 2 ** fractionBits;
  if (Number.isNaN(value)) return infinity + 2 ** (fractionBits - 1);
  if (magnitude === Infinity) return sign + infinity;
  const lowest = 1 - bias;
  let exponent = magnitude === 0 ? lowest : Math.max(lowest, Math.floor(Math.log2(magnitude)));
  if (exponent > lowest && 2 ** exponent > magnitude) exponent--;
  // Division by a power of two is exact; adding and subtracting 2^52 rounds to an integer, ties to even.
  const scaled = magnitude / 2 ** (exponent - fractionBits);
  const units = scaled + 2 ** 52 - 2 ** 52;
  return sign + Math.min(infinity, (exponent - lowest) * 2 ** fractionBits + units);
}

function toDouble(pattern: number, { fractionBits, exponentBits, bias, width }: FloatFormat): number {
  const sign = pattern >= 2 ** (width - 1) ? -1 : 1;
  const exponent = Math.floor(pattern / 2 ** fractionBits) % 2 ** exponentBits;
  const fraction = pattern % 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  const significand = exponent === 0 ? fraction : fraction + 2 ** fractionBits;
  return sign * significand * 2 ** (Math.max(exponent, 1) - bias - fractionBits);
}

describe('against rounded doubles', () => {
  test.each([fp16, bf16])('add and multiply', (format) => {
    const decode = (pattern: number): number => toDouble(pattern, format);
    for (const operands of [randomOperands(format, 2, campaign(50_000), 1), everySpecial(format, 2)]) {
      const program = { format, target: 'sot-mram', variant: 'exact' } as const;
      compare({ ...program, name: 'add' }, operands, (a, b) => roundDouble(decode(a) + decode(b), format));
      compare({ ...program, name: 'multiply' }, operands, (a, b) => roundDouble(decode(a) * decode(b), format));
    }
  });

  test('fp32 add and multiply by Math.fround', () => {
    const view = new DataView(new ArrayBuffer(4));
    const decode = (pattern: number): number => {
      view.setUint32(0, pattern);
      return view.getFloat32(0);
    };
    const encode = (value: number): number => {
      if (Number.isNaN(value)) return 0x7fc00000;
      view.setFloat32(0, Math.fround(value));
      return view.getUint32(0);
    };
    const operands = randomOperands(fp32, 2, campaign(50_000), 2);
    const program = { format: fp32, target: 'sot-mram', variant: 'exact' } as const;
    compare({ ...program, name: 'add' }, operands, (a, b) => encode(decode(a) + decode(b)));
    // The exact product of two floats has 48 bits: a double holds it, so Math.fround rounds once.
    compare({ ...program, name: 'multiply' }, operands, (a, b) => encode(decode(a) * decode(b)));
  });
});

test('the search sweep of the paper aligns as the search by bits does', () => {
  for (const format of [bf16, e5m2, fp16]) {
    const [a, b] = randomOperands(format, 2, 4_000, 4) as [Uint32Array, Uint32Array];
    const byBits = new Interpreter(buildProgram('add', format.name)).compute({ a, b }, 'result');
    const sweep = buildProgram('add', format.name, 'sot-mram', 'exact', { alignment: 'sweep' });
    expect(new Interpreter(sweep).compute({ a, b }, 'result')).toEqual(byBits);
  }
});

describe('comparison, maximum, ReLU and conversion', () => {
  for (const format of [fp32, fp16, e4m3, ieeeFormat(3, 2)]) {
    for (const target of ['sot-mram', 'nor'] as const) {
      test(`${format.name} on ${target}`, () => {
        const unit = arithmetic(format);
        const operands = [randomOperands(format, 2, 4_000, 6), everySpecial(format, 2)];
        const program = { format, target, variant: 'exact' } as const;
        for (const pair of operands) {
          compare({ ...program, name: 'less' }, pair, (a, b) => (unit.less(a, b) ? 1 : 0));
          compare({ ...program, name: 'equal' }, pair, (a, b) => (unit.equal(a, b) ? 1 : 0));
          compare({ ...program, name: 'unordered' }, pair, (a, b) =>
            Number.isNaN(unit.toNumber(a) + 0 * unit.toNumber(b)) && [a, b].some((x) => Number.isNaN(unit.toNumber(x)))
              ? 1
              : 0,
          );
          compare({ ...program, name: 'maximum' }, pair, (a, b) => unit.maximum(a, b));
          compare({ ...program, name: 'relu' }, [pair[0]!], (a) => (a >= 2 ** (format.width - 1) ? 0 : a));
          compare({ ...program, name: 'negate' }, [pair[0]!], (a) => (a ^ (1 << (format.width - 1))) >>> 0);
        }
      });
    }
  }

  const all = [fp32, tf32, fp16, bf16, e5m2, e4m3];
  test.each(['exact', 'flush'] as const)('between all formats, %s', (variant) => {
    for (const from of all) {
      for (const to of all) {
        if (from === to) continue;
        const unit = arithmetic(to, variant === 'flush' ? truncateAndFlush : {});
        // A flushed subnormal operand counts as zero, also when the target could hold it.
        const source = (a: number): number =>
          variant === 'flush' ? arithmetic(from, truncateAndFlush).multiply(a, 1 * one(from)) : a;
        for (const [a] of [randomOperands(from, 1, 2_000, 8), everySpecial(from, 1)]) {
          compare({ name: `to-${to.name}`, format: from, target: 'sot-mram', variant }, [a!], (x) =>
            unit.convertFrom(from, source(x)),
          );
        }
      }
    }
  });

  test.each(['exact', 'flush'] as const)('to and from integers, %s', (variant) => {
    const options = variant === 'flush' ? truncateAndFlush : {};
    const random = new Random(12);
    for (const format of [fp32, fp16, bf16, e4m3]) {
      for (const [integer, width, signed] of [
        ['int8', 8, true],
        ['uint8', 8, false],
        ['int32', 32, true],
        ['uint32', 32, false],
        ['int5', 5, true],
      ] as const) {
        const unit = arithmetic(format, options);
        const program = { target: 'sot-mram', variant } as const;
        for (const [a] of [randomOperands(format, 1, 2_000, 10), everySpecial(format, 1)]) {
          compare({ ...program, name: `to-${integer}`, format }, [a!], (x) =>
            Number(BigInt.asUintN(width, unit.toInteger(x, { width, signed }))),
          );
        }
        const numbers = Array.from({ length: 2_000 }, () => random.bits() >>> (32 - 1 - random.below(width)));
        const values = numbers.map((pattern) => (signed ? BigInt.asIntN(width, BigInt(pattern)) : BigInt(pattern)));
        const interpreter = new Interpreter(buildProgram(`to-${format.name}`, integer, 'sot-mram', variant));
        const results = interpreter.compute({ a: numbers }, 'result');
        for (const [i, value] of values.entries()) expect(results[i]).toBe(unit.fromInteger(value));
      }
    }
  });
});

function one(format: FloatFormat): number {
  return format.bias * 2 ** format.fractionBits;
}
