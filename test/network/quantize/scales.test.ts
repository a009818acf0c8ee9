import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseActivationRange } from '../../../src/network/quantize/activation-range.js';
import { chooseMultipliers } from '../../../src/network/quantize/requantization.js';
import { drawer } from '../integer/random-network.js';

describe('multipliers', () => {
  test('meet the largest ratio to half a unit of their last bit, and use all of their bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-5, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 7, max: 16 }),
        (ratios, bits) => {
          const { multiplier, shift } = chooseMultipliers(Float64Array.from(ratios), bits, 'layer');
          const largest = Math.max(...multiplier);
          expect(largest).toBeLessThan(2 ** bits);
          if (shift < 31) expect(largest).toBeGreaterThanOrEqual(2 ** (bits - 1) - 1);
          ratios.forEach((ratio, filter) => {
            const unit = 2 ** -shift;
            expect(multiplier[filter]).toBeGreaterThanOrEqual(1);
            expect(Math.abs(multiplier[filter]! * unit - ratio)).toBeLessThanOrEqual(Math.max(unit / 2, unit - ratio));
          });
        },
      ),
    );
  });

  test('too large a ratio is refused', () => {
    expect(() => chooseMultipliers(Float64Array.of(300), 8, 'conv1')).toThrow(
      "node 'conv1': outputs need a multiplier of 300, more than 8 bits; give more multiplierBits",
    );
  });
});

describe('activation ranges', () => {
  const draw = drawer(4);
  const relu = { low: 0, high: Infinity };
  const uniform = Float32Array.from({ length: 5000 }, () => draw(0, 10_000) / 1000);

  test('uniform outputs of ReLU fill an unsigned range', () => {
    const range = chooseActivationRange(uniform, 4, relu);
    expect(range).toMatchObject({ format: { bits: 4, signed: false }, zeroPoint: 0, low: 0, high: 15 });
    expect(range.scale * 15.5).toBeGreaterThan(9.5);
    expect(range.scale * 14.5).toBeLessThan(10.5);
  });

  test('rare large values are cut off at few bits, not at many', () => {
    const rare = uniform.slice();
    rare[17] = 100;
    expect(chooseActivationRange(rare, 3, relu).scale * 7).toBeLessThan(20);
    expect(chooseActivationRange(rare, 8, relu).scale * 255).toBeGreaterThan(
      chooseActivationRange(rare, 3, relu).scale * 7,
    );
  });

  test('negative outputs are signed, symmetric or moved', () => {
    const symmetric = chooseActivationRange(
      uniform.map((value) => value - 5),
      8,
      undefined,
    );
    expect(symmetric.format).toEqual({ bits: 8, signed: true });
    const lopsided = chooseActivationRange(
      uniform.map((value) => value - 1),
      4,
      undefined,
    );
    expect(lopsided.zeroPoint).toBeLessThan(-4);
    expect(lopsided.scale * 15).toBeGreaterThan(9);
    expect(lopsided.scale * 15).toBeLessThan(11.5);
  });

  test('a clip bounds the integers', () => {
    const clipped = chooseActivationRange(
      uniform.map((value) => Math.min(6, value)),
      8,
      { low: 0, high: 6 },
    );
    expect(clipped.high * clipped.scale).toBeCloseTo(6, 1);
    const both = chooseActivationRange(
      uniform.map((value) => Math.min(1, value - 1)),
      8,
      { low: -1, high: 1 },
    );
    expect((both.low - both.zeroPoint) * both.scale).toBeCloseTo(-1, 1);
    expect((both.high - both.zeroPoint) * both.scale).toBeCloseTo(1, 1);
  });

  test('a layer without output gets some scale', () => {
    expect(chooseActivationRange(new Float32Array(10), 4, relu)).toMatchObject({ scale: 1, zeroPoint: 0 });
  });
});
