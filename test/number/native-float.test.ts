import { describe, expect, it } from 'vitest';
import { arithmetic, fp32 } from '../../src/number/index.js';
import { patternSource, trials } from './patterns.js';

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

function float(bits: number): number {
  words[0] = bits;
  return floats[0]!;
}

/** The pattern of a double rounded to single precision by the machine; every NaN becomes the canonical one. */
function bitsOf(value: number): number {
  if (Number.isNaN(value)) return 0x7fc00000;
  floats[0] = value;
  return words[0]!;
}

/**
 * The machine computes in double precision and rounds once more to single. By Figueroa's theorem (1995) that second
 * rounding is innocuous for +, -, ×, / and √ because 53 ≥ 2·24 + 2, subnormal results included: sums that are
 * subnormal are exact, and for the others the first rounding keeps more than twice the bits that the second needs.
 */
describe('fp32 against the floating-point unit of this machine, nearest even', () => {
  const operations = {
    add: (a: number, b: number) => a + b,
    subtract: (a: number, b: number) => a - b,
    multiply: (a: number, b: number) => a * b,
    divide: (a: number, b: number) => a / b,
  } as const;
  const unit = arithmetic(fp32);
  const names = Object.keys(operations) as (keyof typeof operations)[];

  it.each(names)('%s', (name) => {
    const next = patternSource(fp32, 11);
    for (let trial = 0; trial < trials(50_000); trial += 1) {
      const a = Number(next());
      const b = Number(next());
      const found = unit[name](a, b);
      const wanted = bitsOf(operations[name](float(a), float(b)));
      if (found !== wanted) expect({ a, b, found }).toEqual({ a, b, found: wanted });
    }
  });

  it('squareRoot', () => {
    const next = patternSource(fp32, 12);
    for (let trial = 0; trial < trials(50_000); trial += 1) {
      const a = Number(next());
      const found = unit.squareRoot(a);
      const wanted = bitsOf(Math.sqrt(float(a)));
      if (found !== wanted) expect({ a, found }).toEqual({ a, found: wanted });
    }
  });
});
