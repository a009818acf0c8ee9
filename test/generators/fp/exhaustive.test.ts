import { beforeAll, describe, expect, test } from 'vitest';
import { buildFloatUnit, type FloatUnitOptions } from '../../../src/build/fp-unit.js';
import {
  type Arithmetic,
  arithmetic,
  e4m3,
  e5m2,
  type FloatFormat,
  type RoundingMode,
} from '../../../src/number/index.js';
import type { Model } from '../../../sim/index.js';
import { benchOf, runUnit } from './bench.js';

interface Case {
  readonly name: string;
  readonly unit: FloatUnitOptions;
  readonly format: FloatFormat;
  readonly golden: (unit: Arithmetic<number>, a: number, b: number, mode: RoundingMode) => number | boolean;
}

const cases: readonly Case[] = [e4m3, e5m2].flatMap((format) => {
  const one = (operation: string, golden: Case['golden'], more: Partial<FloatUnitOptions> = {}): Case => ({
    name: [operation.replace('fp-', ''), format.name, ...Object.entries(more).flat()].join('_').replaceAll('-', '_'),
    unit: { operation, format: format.name, ...more },
    format,
    golden,
  });
  const other = format === e4m3 ? e5m2 : e4m3;
  return [
    one('fp-add', (unit, a, b, mode) => unit.add(a, b, mode)),
    one('fp-sub', (unit, a, b, mode) => unit.subtract(a, b, mode)),
    one('fp-mul', (unit, a, b, mode) => unit.multiply(a, b, mode)),
    one('fp-div', (unit, a, b, mode) => unit.divide(a, b, mode), { stages: 0 }),
    one('fp-sqrt', (unit, a, _, mode) => unit.squareRoot(a, mode), { stages: 0 }),
    one('fp-convert', (unit, a, _, mode) => unit.convertFrom(other, a, mode), { from: other.name }),
    one('fp-convert', (unit, a, _, mode) => Number(unit.toInteger(a, { width: 8, signed: true }, mode)) & 255, {
      to: 'int8',
    }),
    one('fp-convert', (unit, a, _, mode) => unit.fromInteger(BigInt((a << 24) >> 24), mode), { from: 'int8' }),
    one('fp-compare', (unit, a, b) => unit.equal(a, b), { comparison: 'equal' }),
    one('fp-compare', (unit, a, b) => unit.less(a, b), { comparison: 'less' }),
    one('fp-compare', (unit, a, b) => unit.lessOrEqual(a, b), { comparison: 'less-or-equal' }),
    one('fp-compare', (unit, a, b) => unit.minimum(a, b), { comparison: 'minimum' }),
    one('fp-compare', (unit, a, b) => unit.maximum(a, b), { comparison: 'maximum' }),
  ];
});

const fused = [e4m3, e5m2].map((format) => ({ name: `fma_${format.name}`, format }));
/** All 2^24 operands of the fused multiply-add take minutes: SOTTO_FP_EXHAUSTIVE=1; else one value of c in so many. */
const fusedStep = process.env['SOTTO_FP_EXHAUSTIVE'] === '1' ? 1 : 64;

const pairs = 2 ** 16;
const allPairs = {
  a: Uint32Array.from({ length: pairs }, (_, index) => index >> 8),
  b: Uint32Array.from({ length: pairs }, (_, index) => index & 255),
};

describe('8-bit formats, every pair of operands in every mode', () => {
  let model: Model;
  beforeAll(async () => {
    model = await benchOf([
      ...cases.map(({ name, unit }) => ({ name, module: buildFloatUnit(unit).module })),
      ...fused.map(({ name, format }) => ({
        name,
        module: buildFloatUnit({ operation: 'fp-fma', format: format.name }).module,
      })),
    ]);
  }, 300_000);

  function sweep(
    name: string,
    unit: Arithmetic<number>,
    operands: Readonly<Record<string, Uint32Array>>,
    golden: (index: number, mode: RoundingMode) => number | boolean,
  ): void {
    const { length } = operands['a']!;
    for (const mode of [0, 1, 2, 3, 4] as const) {
      const modes = new Uint32Array(length).fill(mode);
      const { result, flags } = runUnit(model, name, { ...operands, rounding_mode: modes });
      let differences = 0;
      let first = '';
      for (let index = 0; index < length; index += 1) {
        const wanted = Number(golden(index, mode));
        if (result[index] === wanted && flags[index] === unit.flags) continue;
        differences += 1;
        if (differences > 1) continue;
        const inputs = Object.entries(operands).map(([port, values]) => `${port} ${values[index]!}`);
        first = `${inputs.join(', ')}, mode ${mode}: ${String(result[index])} flags ${String(flags[index])}, golden ${wanted} flags ${unit.flags}`;
      }
      expect({ differences, first }).toEqual({ differences: 0, first: '' });
    }
  }

  test.each(cases)('$name', ({ name, unit: { operation }, format, golden }) => {
    const unit = arithmetic(format);
    const unary = operation === 'fp-sqrt' || operation === 'fp-convert';
    const a = unary ? Uint32Array.from({ length: 256 }, (_, index) => index) : allPairs.a;
    sweep(name, unit, unary ? { a } : allPairs, (index, mode) => golden(unit, a[index]!, allPairs.b[index]!, mode));
  });

  test.each(fused)(
    '$name',
    ({ name, format }) => {
      const unit = arithmetic(format);
      const { a, b } = allPairs;
      for (let c = fusedStep === 1 ? 0 : 5; c < 256; c += fusedStep) {
        const operands = { ...allPairs, c: new Uint32Array(pairs).fill(c) };
        sweep(name, unit, operands, (index, mode) => unit.fusedMultiplyAdd(a[index]!, b[index]!, c, mode));
      }
    },
    1_000_000,
  );
});
