import { beforeAll, describe, test } from 'vitest';
import { compareLogic, comparisons } from '../../../generators/fp/compare.js';
import { convertFormatLogic, fromIntegerLogic } from '../../../generators/fp/convert.js';
import { division } from '../../../generators/fp/divide.js';
import type { UnitOptions } from '../../../generators/fp/float-shape.js';
import { iterativeUnit, unrolledLogic } from '../../../generators/fp/recurrence.js';
import { squareRoot } from '../../../generators/fp/square-root.js';
import { toIntegerLogic } from '../../../generators/fp/to-integer.js';
import { pipelinedUnit } from '../../../generators/fp/unit.js';
import type { Module } from '../../../src/hdl/index.js';
import type { Model } from '../../../sim/index.js';
import {
  type Arithmetic,
  type ArithmeticOptions,
  e4m3,
  e5m2,
  type FloatFormat,
  fp16,
  fp32,
  fp64,
  ieeeFormat,
  namedFormats,
  type RoundingMode,
  wideArithmetic,
} from '../../../src/number/index.js';
import { benchOf, shapeOf } from './bench.js';
import { agree, type Golden } from './campaign.js';
import { integerOperations, type Operation, randomOperations, specialOperations, trials } from './operands.js';

interface Case {
  readonly name: string;
  readonly module: Module;
  readonly ports: readonly string[];
  /** Operands are values of these formats, or integers of this width. */
  readonly operands: readonly FloatFormat[] | number;
  readonly golden: (patterns: readonly bigint[], mode: RoundingMode) => Golden;
  readonly stalls: boolean;
}

function optionsOf(format: FloatFormat, options: ArithmeticOptions, stages: number): UnitOptions {
  return {
    format: shapeOf(format),
    stages,
    flush: options.subnormals === 'flush',
    saturate: options.saturate ?? false,
    flags: true,
    handshake: 'stream',
    ...(options.rounding !== undefined && { rounding: options.rounding }),
  };
}

const formats: readonly FloatFormat[] = [...namedFormats, ieeeFormat(2, 1), ieeeFormat(2, 9)];
const flushing: ArithmeticOptions = { subnormals: 'flush' };
const few = 1000;
const seed = 41;

/** The golden unit's answer, with the flags that it raised. */
function asked(
  unit: Arithmetic<bigint>,
  operation: (patterns: readonly bigint[], mode: RoundingMode) => bigint | boolean,
): Case['golden'] {
  return (patterns, mode) => ({ result: BigInt(operation(patterns, mode)), flags: unit.flags });
}

function compareCases(format: FloatFormat, options: ArithmeticOptions, stages: number): Case[] {
  const unit = wideArithmetic(format, options);
  const order = (a: bigint, b: bigint): bigint => {
    const equal = unit.equal(a, b);
    const { flags } = unit;
    const less = unit.less(a, b);
    const greater = unit.less(b, a);
    // Only the flags of the quiet comparison are the unit's.
    unit.equal(a, b);
    if (unit.flags !== flags) throw new Error('the flags of a comparison depend on its operands alone');
    return equal ? 2n : less ? 1n : greater ? 4n : 8n;
  };
  const golden = {
    order,
    equal: (a: bigint, b: bigint) => unit.equal(a, b),
    less: (a: bigint, b: bigint) => unit.less(a, b),
    'less-or-equal': (a: bigint, b: bigint) => unit.lessOrEqual(a, b),
    minimum: (a: bigint, b: bigint) => unit.minimum(a, b),
    maximum: (a: bigint, b: bigint) => unit.maximum(a, b),
  };
  return comparisons.map((comparison) => {
    const shape = optionsOf(format, options, stages);
    return {
      name: `${comparison.replaceAll('-', '_')}_${format.name}_${options.subnormals ?? 'exact'}`,
      module: pipelinedUnit(compareLogic(shape, comparison), shape),
      ports: ['a', 'b'],
      operands: [format, format],
      golden: asked(unit, ([a, b]) => golden[comparison](a!, b!)),
      stalls: stages > 0,
    };
  });
}

function conversionCase(source: FloatFormat, target: FloatFormat, options: ArithmeticOptions): Case {
  const unit = wideArithmetic(target, options);
  const shape = optionsOf(target, options, 0);
  return {
    name: `${source.name}_to_${target.name}_${options.subnormals ?? 'exact'}${options.saturate ? '_saturate' : ''}`,
    module: pipelinedUnit(convertFormatLogic(shape, shapeOf(source)), shape),
    ports: ['a'],
    operands: [source],
    golden: asked(unit, ([a], mode) => unit.convertFrom(source, a!, mode)),
    stalls: false,
  };
}

function integerCases(format: FloatFormat, width: number, signed: boolean): Case[] {
  const unit = wideArithmetic(format);
  const shape = optionsOf(format, {}, 0);
  const type = { width, signed };
  const name = `${signed ? 'int' : 'uint'}${width}`;
  const value = (pattern: bigint): bigint => (signed ? BigInt.asIntN(width, pattern) : pattern);
  return [
    {
      name: `${format.name}_to_${name}`,
      module: pipelinedUnit(toIntegerLogic(shape, type), shape),
      ports: ['a'],
      operands: [format],
      golden: asked(unit, ([a], mode) => BigInt.asUintN(width, unit.toInteger(a!, type, mode))),
      stalls: false,
    },
    {
      name: `${name}_to_${format.name}`,
      module: pipelinedUnit(fromIntegerLogic(shape, type), shape),
      ports: ['a'],
      operands: width,
      golden: asked(unit, ([a], mode) => unit.fromInteger(value(a!), mode)),
      stalls: false,
    },
  ];
}

function recurrenceCases(format: FloatFormat, options: ArithmeticOptions): Case[] {
  const unit = wideArithmetic(format, options);
  const shape = optionsOf(format, options, 3);
  return (['divide', 'square_root'] as const).flatMap((operation) => {
    const recurrence = operation === 'divide' ? division(shape) : squareRoot(shape);
    const ports = operation === 'divide' ? ['a', 'b'] : ['a'];
    const common = {
      ports,
      operands: ports.map(() => format),
      golden: asked(unit, ([a, b], mode) =>
        operation === 'divide' ? unit.divide(a!, b!, mode) : unit.squareRoot(a!, mode),
      ),
      stalls: true,
    };
    const name = `${operation}_${format.name}_${options.subnormals ?? 'exact'}`;
    return [
      { ...common, name: `${name}_unrolled`, module: pipelinedUnit(unrolledLogic(recurrence, shape), shape) },
      { ...common, name: `${name}_iterative`, module: iterativeUnit(recurrence, shape) },
    ];
  });
}

const groups: readonly (readonly [string, readonly Case[]])[] = [
  [
    'comparisons',
    [
      ...formats.flatMap((format) => compareCases(format, {}, 0)),
      ...compareCases(fp16, flushing, 2),
      ...compareCases(e4m3, flushing, 1),
    ],
  ],
  [
    'conversions between formats',
    [
      ...[...namedFormats, ieeeFormat(2, 9)].flatMap((source) =>
        [...namedFormats, ieeeFormat(2, 1)].map((target) => conversionCase(source, target, {})),
      ),
      ...[e5m2, e4m3, fp16].flatMap((target) => [
        conversionCase(fp32, target, { saturate: true }),
        conversionCase(fp32, target, flushing),
      ]),
    ],
  ],
  [
    'conversions of integers',
    [...namedFormats, ieeeFormat(2, 1)].flatMap((format) => [
      ...integerCases(format, 32, true),
      ...integerCases(format, 8, false),
      ...integerCases(format, 64, false),
      ...integerCases(format, 1, true),
    ]),
  ],
  // A model computes all its units in every cycle, and these take many: the wide ones have models of their own.
  ['division and square root of fp64', recurrenceCases(fp64, {})],
  ['division and square root of fp32', recurrenceCases(fp32, {})],
  [
    'division and square root of narrow formats',
    [
      ...formats.filter(({ width }) => width < 32).flatMap((format) => recurrenceCases(format, {})),
      ...recurrenceCases(fp16, flushing),
    ],
  ],
];

for (const [group, cases] of groups) {
  describe(group, () => {
    let model: Model;
    beforeAll(async () => {
      model = await benchOf(cases.map(({ name, module }) => ({ name: `u_${name}`, module })));
    }, 300_000);
    test.each(cases)('$name', ({ name, ports, operands, golden, stalls }) => {
      const run = (operations: readonly Operation[], stall?: number): void =>
        agree(model, `u_${name}`, ports, operations, golden, {
          ...(stall !== undefined && { stall }),
        });
      if (typeof operands === 'number') {
        run(integerOperations(operands, trials(few), seed));
      } else {
        run(specialOperations(operands));
        run(randomOperations(operands, trials(few), seed), stalls ? seed : undefined);
      }
    });
  });
}
