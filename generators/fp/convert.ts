import { bits, bitsFor, constant, mux, named, type Signal, signedBits } from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import { biasOf, type FloatShape, precisionOf, shapeName, type UnitOptions, widthOf } from './float-shape.js';
import { adderLevels, reduceLevels } from './levels.js';
import { rightRoom, type Unrounded, withTail } from './tail.js';
import type { Operands, UnitLogic } from './unit.js';
import { unpack } from './unpack.js';
import { complementIf, addWithCarry, no, plus } from './words.js';

/** An integer type as plain data. */
export interface IntegerShape {
  /** 1 to 128 bits. */
  readonly width: number;
  readonly signed: boolean;
}

export function integerName({ width, signed }: IntegerShape): string {
  return `${signed ? 'int' : 'uint'}${width}`;
}

/** A value of the format `source` in the format of the options. */
export function convertFormatLogic(options: UnitOptions, source: FloatShape): UnitLogic {
  const { format, flush, saturate } = options;
  const precision = precisionOf(source);
  const movesRight = biasOf(format) < biasOf(source);
  const shift = biasOf(format) - biasOf(source) - 1 + (movesRight ? rightRoom(format) : 0);
  const width = Math.max(source.exponentBits, bitsFor(Math.abs(shift))) + 2;
  const front = Chain.of('unpack', 1 + reduceLevels(widthOf(source)), ({ a, mode }: Operands): Unrounded => {
    const x = unpack(a, source, flush, 'a');
    const exponent = x.exponent.resize(width).asSigned();
    const keepsInfinity = format.hasInfinity && !saturate;
    return {
      magnitude: {
        window: x.significand,
        sticky: no(),
        below: named(plus(exponent, shift), 'target_below'),
        zero: x.zero,
      },
      sign: x.sign,
      mode,
      specials: {
        nan: x.nan,
        infinite: keepsInfinity ? x.infinity : no(),
        sign: x.sign,
        invalid: x.signalling,
        divideByZero: no(),
        ...(!keepsInfinity && { overflow: x.infinity }),
      },
    };
  });
  return {
    operation: `from_${shapeName(source)}`,
    purpose: `a value of ${shapeName(source)} in ${shapeName(format)}`,
    operands: [['a', widthOf(source), 'value']],
    rounds: true,
    chain: withTail(front, { ...options, windowBits: precision, movesRight }),
  };
}

/** An integer as a floating-point value. */
export function fromIntegerLogic(options: UnitOptions, integer: IntegerShape): UnitLogic {
  const { format } = options;
  const { width, signed } = integer;
  const below = biasOf(format) + width - 2;
  const front = Chain.of('magnitude', adderLevels(width), ({ a, mode }: Operands): Unrounded => {
    const sign = signed ? a.bit(width - 1) : no();
    const magnitude = signed ? addWithCarry(complementIf(a.asUnsigned(), sign), constant(bits(width), 0), sign) : a;
    return {
      magnitude: {
        window: named(magnitude.asUnsigned(), 'magnitude'),
        sticky: no(),
        below: constant(signedBits(bitsFor(below + 1) + 1), below),
      },
      sign,
      mode,
      specials: { nan: no(), infinite: no(), sign: no(), invalid: no(), divideByZero: no() },
    };
  });
  return {
    operation: `from_${integerName(integer)}`,
    purpose: `${signed ? 'a signed' : 'an unsigned'} integer of ${width} bits as a floating-point value`,
    operands: [['a', width, 'integer']],
    rounds: true,
    chain: withTail(front, { ...options, windowBits: width, movesRight: false }),
  };
}

/** Chooses `whenTrue` as a word of its width. */
export function choose(condition: Signal, whenTrue: bigint, whenFalse: Signal): Signal {
  return mux(condition, constant(bits(whenFalse.width), whenTrue), whenFalse.asUnsigned());
}
