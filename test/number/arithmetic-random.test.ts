import { describe, it } from 'vitest';
import {
  type Arithmetic,
  arithmetic,
  type ArithmeticOptions,
  type FloatFormat,
  parseFormat,
  wideArithmetic,
} from '../../src/number/index.js';
import { compareOutcomes } from './compare-outcomes.js';
import { patternSource, trials, wordSource } from './patterns.js';
import { Reference } from './reference-operations.js';

const binary = ['add', 'subtract', 'multiply', 'divide'] as const;

/** One of the operations on random operands, in all modes; `wrap` turns a pattern into what the unit takes. */
function campaign<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  wrap: (bits: bigint) => Bits,
  options: ArithmeticOptions,
  count: number,
  seed: number,
): void {
  const { format } = unit;
  const reference = new Reference(format, {
    flush: options.subnormals === 'flush',
    saturate: options.saturate ?? false,
  });
  const next = patternSource(format, seed);
  for (let trial = 0; trial < count; trial += 1) {
    const [a, b, c] = [next(), next(), next()];
    const label = (name: string) => () => `${format.name} ${name} ${a} ${b} ${c}`;
    const choice = trial % 8;
    const name = binary[choice];
    if (name !== undefined) {
      compareOutcomes(reference[name](a, b), unit, (mode) => unit[name](wrap(a), wrap(b), mode), label(name));
    } else if (choice === 4) {
      compareOutcomes(reference.squareRoot(a), unit, (mode) => unit.squareRoot(wrap(a), mode), label('squareRoot'));
    } else {
      const operate = (mode: 0 | 1 | 2 | 3 | 4) => unit.fusedMultiplyAdd(wrap(a), wrap(b), wrap(c), mode);
      compareOutcomes(reference.fusedMultiplyAdd(a, b, c), unit, operate, label('fusedMultiplyAdd'));
    }
  }
}

const names = [
  'fp32',
  'tf32',
  'fp16',
  'bf16',
  'e5m2',
  'e4m3',
  'e2m29',
  'e3m28',
  'e11m20',
  'e2m1',
  'e7m1',
  'e11m1',
  'e5m26',
];
const wideNames = ['fp64', 'fp32', 'fp16', 'e4m3', 'e2m52', 'e11m1', 'e9m40', 'e5m27'];
const variants: readonly ArithmeticOptions[] = [{}, { subnormals: 'flush' }, { saturate: true }];

describe('random operands, every rounding mode, against exact rationals', () => {
  it.each(names)('%s on numbers', (name) => {
    const format: FloatFormat = parseFormat(name);
    variants.forEach((options, index) =>
      campaign(arithmetic(format, options), Number, options, trials(index === 0 ? 20_000 : 3_000), 21 + index),
    );
  });

  it.each(wideNames)('%s on bigints', (name) => {
    const format: FloatFormat = parseFormat(name);
    variants.forEach((options, index) =>
      campaign(wideArithmetic(format, options), BigInt, options, trials(index === 0 ? 5_000 : 1_000), 31 + index),
    );
  });
});

describe('fused multiply-add near cancellation', () => {
  /**
   * Addends made from the product itself: its rounding and neighbours of that, its rounding error, halves of it. They cancel most
   * of the product or complete it to an exact or tied result, where one lost sticky bit shows.
   */
  function cancellations<Bits extends number | bigint>(
    unit: Arithmetic<Bits>,
    wrap: (bits: bigint) => Bits,
    count: number,
  ): void {
    const { format } = unit;
    const reference = new Reference(format);
    const signBit = 1n << BigInt(format.width - 1);
    const next = patternSource(format, 41);
    const word = wordSource(42);
    for (let trial = 0; trial < count; trial += 1) {
      // Exponents near the bias keep products and their errors normal most of the time.
      const [a, b] =
        trial % 4 === 0 ? [next(), next()] : [central(format, next(), word), central(format, next(), word)];
      const product = reference.multiply(a, b)[trial % 5]!.bits;
      const error = reference.fusedMultiplyAdd(a, b, product ^ signBit)[0]!.bits;
      const addends = [product, error, BigInt.asUintN(format.width, error + BigInt(word() % 3) - 1n)];
      const shifted = BigInt.asUintN(format.width, product + (BigInt(word() % 80) << BigInt(format.fractionBits)));
      for (const c of [...addends, shifted].flatMap((addend) => [addend, addend ^ signBit])) {
        const operate = (mode: 0 | 1 | 2 | 3 | 4) => unit.fusedMultiplyAdd(wrap(a), wrap(b), wrap(c), mode);
        compareOutcomes(reference.fusedMultiplyAdd(a, b, c), unit, operate, () => `fusedMultiplyAdd ${a} ${b} ${c}`);
      }
    }
  }

  function central(format: FloatFormat, bits: bigint, word: () => number): bigint {
    const fraction = BigInt.asUintN(format.fractionBits, bits);
    const spread = Math.min(4, format.bias);
    const exponent = BigInt(format.bias - (word() % (spread + 1)));
    return (bits & (1n << BigInt(format.width - 1))) | (exponent << BigInt(format.fractionBits)) | fraction;
  }

  it.each(['fp32', 'fp16', 'bf16', 'e5m26', 'e4m27', 'e3m28', 'e6m25', 'e8m12'])('%s on numbers', (name) => {
    cancellations(arithmetic(parseFormat(name)), Number, trials(4_000));
  });

  it('keeps a last product bit that stands 32 zeros below the others', () => {
    const format = parseFormat('fp32');
    const reference = new Reference(format);
    const unit = arithmetic(format);
    let found = 0;
    for (let x = 2n ** 23n + 1n; found < 20; x += 2n) {
      // x·y = 1 modulo 2^33, by Newton's iteration, which doubles the number of right bits.
      let y = x;
      for (let step = 0; step < 5; step += 1) y = BigInt.asUintN(33, y * (2n - x * y));
      if (y < 2n ** 23n || y >= 2n ** 24n) continue;
      found += 1;
      const [a, b] = [x, y].map((significand) => (127n << 23n) | (significand - 2n ** 23n)) as [bigint, bigint];
      for (let exponent = 127n + 10n; exponent < 127n + 24n; exponent += 1n) {
        for (const sign of [0n, 1n << 31n]) {
          const c = sign | (exponent << 23n) | (x & 7n);
          const operate = (mode: 0 | 1 | 2 | 3 | 4) => unit.fusedMultiplyAdd(Number(a), Number(b), Number(c), mode);
          compareOutcomes(reference.fusedMultiplyAdd(a, b, c), unit, operate, () => `fusedMultiplyAdd ${a} ${b} ${c}`);
        }
      }
    }
  });

  it.each(['fp64', 'fp32'])('%s on bigints', (name) => {
    cancellations(wideArithmetic(parseFormat(name)), BigInt, trials(1_000));
  });
});

describe('every pair and many triples of corner values', () => {
  /** Zeros, the ends of subnormals and normals, one, two and their neighbours, infinities, NaNs; both signs. */
  function corners(format: FloatFormat): readonly bigint[] {
    const one = BigInt(format.bias) << BigInt(format.fractionBits);
    const normal = 1n << BigInt(format.fractionBits);
    const { largestFinite, canonicalNaN } = format;
    const magnitudes = [
      ...[0n, 1n, 2n, normal - 1n, normal, normal + 1n, one - 1n, one, one + 1n, one + normal, one + normal / 2n],
      ...[largestFinite - 1n, largestFinite, largestFinite + 1n, canonicalNaN],
      ...(format.hasInfinity ? [largestFinite + 2n] : []),
    ].filter((magnitude) => magnitude < 1n << BigInt(format.width - 1));
    return magnitudes.flatMap((magnitude) => [magnitude, magnitude | (1n << BigInt(format.width - 1))]);
  }

  it.each(['fp16', 'bf16', 'fp32', 'e4m3', 'e2m1'])('%s', (name) => {
    const format = parseFormat(name);
    const values = corners(format);
    for (const subnormals of ['exact', 'flush'] as const) {
      const reference = new Reference(format, { flush: subnormals === 'flush', saturate: false });
      const unit = arithmetic(format, { subnormals });
      for (const a of values) {
        for (const b of values) {
          const [x, y] = [Number(a), Number(b)];
          for (const operation of binary) {
            compareOutcomes(
              reference[operation](a, b),
              unit,
              (mode) => unit[operation](x, y, mode),
              () => `${operation} ${a} ${b}`,
            );
          }
          if (subnormals === 'flush' && name !== 'fp16') continue;
          for (const c of values) {
            compareOutcomes(
              reference.fusedMultiplyAdd(a, b, c),
              unit,
              (mode) => unit.fusedMultiplyAdd(x, y, Number(c), mode),
              () => `fusedMultiplyAdd ${a} ${b} ${c}`,
            );
          }
        }
      }
    }
  });
});
