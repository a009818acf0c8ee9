import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requantise, type RequantiseShape } from '../../../generators/requantise.js';
import { emit } from '../../../src/hdl/index.js';
import { runStreams } from './stream-bench.js';

const runs = Number(process.env['SOTTO_REQUANTISE_RUNS'] ?? 12);

/** clamp(zeroPoint + ⌊(x · multiplier + 2^(shift − 1)) / 2^shift⌋, low, high) with x = sum + bias, in big integers. */
function golden({ scale, bias }: RequantiseShape, sum: bigint, filter: number): bigint {
  const biased = sum + BigInt(bias[filter]!);
  if (scale === undefined) return biased;
  const half = scale.shift === 0 ? 0n : 1n << BigInt(scale.shift - 1);
  // A shift of a negative BigInt rounds down.
  const scaled = (biased * BigInt(scale.multiplier[filter]!) + half) >> BigInt(scale.shift);
  const value = scaled + BigInt(scale.zeroPoint);
  if (value < BigInt(scale.low)) return BigInt(scale.low);
  return value > BigInt(scale.high) ? BigInt(scale.high) : value;
}

const scales = fc.integer({ min: 1, max: 21 }).chain((multiplierBits) =>
  fc
    .record({
      digitBits: fc.integer({ min: 1, max: multiplierBits }),
      shift: fc.oneof(fc.integer({ min: 0, max: 31 }), fc.constant(0)),
      signed: fc.boolean(),
      outputBits: fc.integer({ min: 1, max: 8 }),
      multipliers: fc.array(fc.integer({ min: 1, max: 2 ** multiplierBits - 1 }), { minLength: 5, maxLength: 5 }),
    })
    .chain((scale) => {
      const low = scale.signed ? -(2 ** (scale.outputBits - 1)) : 0;
      const high = low + 2 ** scale.outputBits - 1;
      const inRange = fc.integer({ min: low, max: high });
      return fc.tuple(inRange, inRange, inRange).map(([zeroPoint, a, b]) => ({
        ...scale,
        multiplierBits,
        zeroPoint,
        low: Math.min(a, b),
        high: Math.max(a, b),
      }));
    }),
);

const shapes = fc.record({
  sumBits: fc.integer({ min: 4, max: 32 }),
  filters: fc.integer({ min: 1, max: 5 }),
  scale: fc.option(scales, { nil: undefined, freq: 4 }),
  seed: fc.integer(),
  tableAsCase: fc.boolean(),
});

test('out = clamp(zeroPoint + round((sum + bias) · multiplier / 2^shift)) for every filter in turn', () => {
  fc.assert(
    fc.property(shapes, ({ sumBits, filters, scale, seed, tableAsCase }) => {
      const quarter = 2 ** (sumBits - 2);
      // Bias and sum each take half of the range, as their total must fit.
      const numbers = fc.sample(fc.integer({ min: -quarter, max: quarter - 1 }), { numRuns: 60, seed });
      const bias = numbers.slice(0, filters);
      const sums = [-quarter, quarter - 1, 0, -1, ...numbers.slice(filters)];
      const shape: RequantiseShape = {
        name: 'unit',
        sumBits,
        filters,
        tableFile: 'table.mem',
        tableAsCase,
        bias,
        outputBits: scale?.outputBits ?? sumBits,
        ...(scale && {
          scale: {
            multiplier: scale.multipliers.slice(0, filters),
            multiplierBits: scale.multiplierBits,
            digitBits: scale.digitBits,
            shift: scale.shift,
            zeroPoint: scale.zeroPoint,
            low: scale.low,
            high: scale.high,
          },
        }),
      };
      const bench = {
        design: emit(requantise(shape)),
        input: { name: 'input', field: 'sum', bits: sumBits },
        output: { name: 'output', field: 'value', bits: shape.outputBits },
        values: sums.map((sum) => BigInt.asUintN(sumBits, BigInt(sum))),
        results: sums.length,
      };
      const expected = sums.map((sum, index) =>
        BigInt.asUintN(shape.outputBits, golden(shape, BigInt(sum), index % filters)),
      );
      const stalls = [
        { seed: 0, input: 0, output: 0 },
        { seed, input: 60, output: 160 },
      ];
      for (const { beats } of runStreams(bench, stalls)) expect(beats.map(({ value }) => value)).toEqual(expected);
    }),
    { numRuns: runs, seed: 8 },
  );
});
