import { describe, it } from 'vitest';
import { arithmetic, type FloatFormat, parseFormat } from '../../src/number/index.js';
import { compareOutcomes } from './compare-outcomes.js';
import { Reference } from './reference-operations.js';

const binary = ['add', 'subtract', 'multiply', 'divide'] as const;

function everyPair(format: FloatFormat, flush: boolean, saturate: boolean): void {
  const reference = new Reference(format, { flush, saturate });
  const unit = arithmetic(format, { subnormals: flush ? 'flush' : 'exact', saturate });
  const count = 2 ** format.width;
  for (let a = 0; a < count; a += 1) {
    compareOutcomes(
      reference.squareRoot(BigInt(a)),
      unit,
      (mode) => unit.squareRoot(a, mode),
      () => `squareRoot ${a}`,
    );
    for (let b = 0; b < count; b += 1) {
      for (const name of binary) {
        compareOutcomes(
          reference[name](BigInt(a), BigInt(b)),
          unit,
          (mode) => unit[name](a, b, mode),
          () => `${name} ${a} ${b}`,
        );
      }
    }
  }
}

describe('every pair of operands, every rounding mode, against exact rationals', () => {
  it.each([
    { name: 'e4m3', flush: false, saturate: false },
    { name: 'e4m3', flush: true, saturate: true },
    { name: 'e5m2', flush: false, saturate: false },
    { name: 'e5m2', flush: true, saturate: false },
    { name: 'e2m1', flush: false, saturate: false },
    { name: 'e2m3', flush: true, saturate: true },
    { name: 'e3m2', flush: false, saturate: false },
    { name: 'e4m1', flush: false, saturate: true },
  ])('$name, flush $flush, saturate $saturate', ({ name, flush, saturate }) => {
    everyPair(parseFormat(name), flush, saturate);
  });
});
