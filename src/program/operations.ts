import type { Assembler } from './assembler.js';
import { bit, slice, type Field } from './field.js';
import { floatAdd, linesBelowSum } from './float-add.js';
import { floatCompare, floatMaximum, floatRectify } from './float-compare.js';
import { floatNegate, floatToFloat, floatToInteger, integerToFloat, linesBelowConversion } from './float-convert.js';
import { allocateResult, type FloatResult } from './float-fields.js';
import { floatFusedMultiplyAdd, linesBelowFused } from './float-fused.js';
import { floatMultiply, linesBelowProduct } from './float-multiply.js';
import type { Alignment, Variant } from './float-steps.js';
import * as integer from './integer.js';
import { multiplyAccumulate, multiplyFields, multiplyPingPong, squareField } from './multiply.js';
import type { NumberFormat } from './number-format.js';
import { shiftByField } from './shift.js';

type IntegerFormat = Extract<NumberFormat, { kind: 'integer' }>;
type FloatNumber = Extract<NumberFormat, { kind: 'float' }>;

export interface Operand {
  readonly name: string;
  readonly width: number;
}

export interface OperationOptions {
  readonly variant: Variant;
  readonly alignment: Alignment;
}

/** A named program: what it reads, and how it forms its output, which is always called `result`. */
export interface Operation<F extends NumberFormat> {
  readonly summary: string;
  readonly operands: (format: F) => readonly Operand[];
  readonly assemble: (asm: Assembler, operands: readonly Field[], format: F, options: OperationOptions) => void;
}

const same =
  (...names: readonly string[]) =>
  (format: NumberFormat): readonly Operand[] =>
    names.map((name) => ({ name, width: format.width }));

const distanceBits = (width: number): number => Math.max(1, Math.ceil(Math.log2(width + 1)));

/** Operations on integers, by name. */
export const integerOperations: Readonly<Record<string, Operation<IntegerFormat>>> = {
  add: {
    summary: 'a + b, one bit wider',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { width, signed }) =>
      integer.addFields(asm, a!, b!, asm.output('result', width + 1), signed),
  },
  subtract: {
    summary: 'a − b, one bit wider, in two’s complement',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { width, signed }) =>
      integer.subtractFields(asm, a!, b!, asm.output('result', width + 1), signed),
  },
  negate: {
    summary: '−a modulo 2^width',
    operands: same('a'),
    assemble: (asm, [a], { width }) => integer.negateField(asm, a!, asm.output('result', width)),
  },
  less: {
    summary: 'a < b, one bit',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { signed }) => integer.lessThan(asm, a!, b!, bit(asm.output('result', 1), 0), signed),
  },
  equal: {
    summary: 'a = b, one bit',
    operands: same('a', 'b'),
    assemble: (asm, [a, b]) => integer.equalTo(asm, a!, b!, bit(asm.output('result', 1), 0)),
  },
  select: {
    summary: 'condition ? a : b',
    operands: (format) => [{ name: 'condition', width: 1 }, ...same('a', 'b')(format)],
    assemble: (asm, [condition, a, b], { width }) =>
      integer.selectField(asm, bit(condition!, 0), a!, b!, asm.output('result', width)),
  },
  maximum: {
    summary: 'the larger of a and b',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { width, signed }) => integer.maximum(asm, a!, b!, asm.output('result', width), signed),
  },
  relu: {
    summary: 'a where its top bit is 0, else 0',
    operands: same('a'),
    assemble: (asm, [a], { width }) => integer.rectify(asm, a!, asm.output('result', width)),
  },
  'shift-left': {
    summary: 'a · 2^distance modulo 2^width, a distance for each lane',
    operands: (format) => [...same('a')(format), { name: 'distance', width: distanceBits(format.width) }],
    assemble: (asm, [a, distance], { width }) => {
      const result = asm.output('result', width);
      integer.copyField(asm, a!, result);
      shiftByField(asm, result, distance!, 'left');
    },
  },
  'shift-right': {
    summary: 'a shifted right, a distance for each lane; signed numbers keep their sign',
    operands: (format) => [...same('a')(format), { name: 'distance', width: distanceBits(format.width) }],
    assemble: (asm, [a, distance], { width, signed }) => {
      const result = asm.output('result', width);
      integer.copyField(asm, a!, result);
      shiftByField(asm, result, distance!, 'right', signed);
    },
  },
  multiply: {
    summary: 'a · b, twice as wide',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { width, signed }) => multiplyFields(asm, a!, b!, asm.output('result', 2 * width), signed),
  },
  'multiply-ping-pong': {
    summary: 'a · b of unsigned patterns by two buffers in turn, as Wang et al. (ISCAS 2020) form it',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { width }) => multiplyPingPong(asm, a!, b!, asm.output('result', 2 * width)),
  },
  'multiply-accumulate': {
    summary: 'a · b + c, c twice as wide, modulo 2^(2 · width)',
    operands: (format) => [...same('a', 'b')(format), { name: 'c', width: 2 * format.width }],
    assemble: (asm, [a, b, c], { width, signed }) => {
      const result = asm.output('result', 2 * width);
      integer.copyField(asm, c!, result);
      multiplyAccumulate(asm, a!, b!, result, signed);
    },
  },
  square: {
    summary: 'a² of the unsigned pattern, twice as wide',
    operands: same('a'),
    assemble: (asm, [a], { width }) => squareField(asm, a!, asm.output('result', 2 * width)),
  },
};

function withResult(asm: Assembler, { float }: FloatNumber, below: number, body: (result: FloatResult) => void): void {
  const result = allocateResult(asm, float, 'result', below, 'output');
  body(result);
  result.release();
}

const sum =
  (subtract: boolean): Operation<FloatNumber>['assemble'] =>
  (asm, [a, b], format, { variant, alignment }) =>
    withResult(asm, format, linesBelowSum(variant), (result) =>
      floatAdd(asm, format.float, a!, b!, result, { variant, alignment, subtract }),
    );

const comparison =
  (which: 'less' | 'equal' | 'unordered'): Operation<FloatNumber>['assemble'] =>
  (asm, [a, b], { float }) => {
    const [result, others] = [asm.output('result', 1), asm.scratch('other results', 2)];
    const free = [bit(others, 0), bit(others, 1)];
    const line = (name: typeof which): number => (name === which ? bit(result, 0) : free.pop()!);
    floatCompare(asm, float, a!, b!, { less: line('less'), equal: line('equal'), unordered: line('unordered') });
    asm.free(others);
  };

/** Operations on floating-point numbers, by name. */
export const floatOperations: Readonly<Record<string, Operation<FloatNumber>>> = {
  add: { summary: 'a + b', operands: same('a', 'b'), assemble: sum(false) },
  subtract: { summary: 'a − b', operands: same('a', 'b'), assemble: sum(true) },
  multiply: {
    summary: 'a · b',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], format, { variant }) =>
      withResult(asm, format, linesBelowProduct(format.float), (result) =>
        floatMultiply(asm, format.float, a!, b!, result, variant),
      ),
  },
  'fused-multiply-add': {
    summary: 'a · b + c, rounded once',
    operands: same('a', 'b', 'c'),
    assemble: (asm, [a, b, c], format, { variant }) =>
      withResult(asm, format, linesBelowFused(format.float), (result) =>
        floatFusedMultiplyAdd(asm, format.float, a!, b!, c!, result, variant),
      ),
  },
  'multiply-add': {
    summary: 'a · b, rounded, + c, rounded',
    operands: same('a', 'b', 'c'),
    assemble: (asm, [a, b, c], format, { variant, alignment }) => {
      const product = allocateResult(asm, format.float, 'product', linesBelowProduct(format.float), 'scratch');
      floatMultiply(asm, format.float, a!, b!, product, variant);
      product.release();
      withResult(asm, format, linesBelowSum(variant), (result) =>
        floatAdd(asm, format.float, product.field, c!, result, { variant, alignment }),
      );
      asm.free(product.field);
    },
  },
  less: { summary: 'a < b, one bit; 0 with NaN', operands: same('a', 'b'), assemble: comparison('less') },
  equal: { summary: 'a = b, one bit; 0 with NaN', operands: same('a', 'b'), assemble: comparison('equal') },
  unordered: { summary: 'a or b is NaN, one bit', operands: same('a', 'b'), assemble: comparison('unordered') },
  maximum: {
    summary: 'the larger of a and b; a number rather than NaN, +0 rather than −0',
    operands: same('a', 'b'),
    assemble: (asm, [a, b], { float, width }) => floatMaximum(asm, float, a!, b!, asm.output('result', width)),
  },
  relu: {
    summary: 'a where its sign is 0, else +0',
    operands: same('a'),
    assemble: (asm, [a], { float, width }) => floatRectify(asm, float, a!, asm.output('result', width)),
  },
  negate: {
    summary: 'a with its sign complemented',
    operands: same('a'),
    assemble: (asm, [a], { width }) => floatNegate(asm, a!, asm.output('result', width)),
  },
};

/** Conversion from one format to another. */
export function conversion(from: NumberFormat, to: NumberFormat): Operation<NumberFormat> {
  const summary = `a as ${to.name}`;
  const operands = same('a');
  if (to.kind === 'float') {
    const sourceBits = from.kind === 'float' ? from.float.fractionBits + 1 : from.width;
    return {
      summary,
      operands,
      assemble: (asm, [a], _format, { variant }) =>
        withResult(asm, to, linesBelowConversion(to.float, sourceBits), (result) => {
          if (from.kind === 'float') floatToFloat(asm, from.float, to.float, a!, result, variant);
          else integerToFloat(asm, to.float, a!, result, variant, from.signed);
        }),
    };
  }
  if (from.kind === 'float') {
    return {
      summary,
      operands,
      assemble: (asm, [a], _format, { variant }) =>
        floatToInteger(asm, from.float, a!, asm.output('result', to.width), variant, to.signed),
    };
  }
  return {
    summary,
    operands,
    assemble: (asm, [a]) => {
      const result = asm.output('result', to.width);
      const kept = Math.min(from.width, to.width);
      integer.copyField(asm, slice(a!, 0, kept), slice(result, 0, kept));
      const upper = slice(result, kept, to.width).lines;
      if (from.signed) asm.step(integer.topBit(a!), 'copy', upper);
      else asm.constant(0, upper);
    },
  };
}
