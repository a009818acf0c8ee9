import { beforeAll, describe, test } from 'vitest';
import { addLogic } from '../../../generators/fp/add.js';
import type { UnitOptions } from '../../../generators/fp/float-shape.js';
import { fusedLogic } from '../../../generators/fp/fused.js';
import { multiplyLogic } from '../../../generators/fp/multiply.js';
import { type UnitLogic, pipelinedUnit } from '../../../generators/fp/unit.js';
import type { Model } from '../../../sim/index.js';
import {
  type Arithmetic,
  type ArithmeticOptions,
  type FloatFormat,
  ieeeFormat,
  namedFormats,
  type RoundingMode,
  wideArithmetic,
} from '../../../src/number/index.js';
import { benchOf, shapeOf } from './bench.js';
import { agree } from './campaign.js';
import { cancellingOperations, randomOperations, specialFused, specialOperations, trials } from './operands.js';

type WideOperation = (unit: Arithmetic<bigint>, patterns: readonly bigint[], mode: RoundingMode) => bigint;

interface Case {
  readonly name: string;
  readonly ports: readonly string[];
  readonly logic: (options: UnitOptions) => UnitLogic;
  readonly golden: WideOperation;
}

const cases: readonly Case[] = [
  { name: 'add', ports: ['a', 'b'], logic: addLogic, golden: (unit, [a, b], mode) => unit.add(a!, b!, mode) },
  {
    name: 'subtract',
    ports: ['a', 'b'],
    logic: (options) => addLogic(options, true),
    golden: (unit, [a, b], mode) => unit.subtract(a!, b!, mode),
  },
  {
    name: 'multiply',
    ports: ['a', 'b'],
    logic: multiplyLogic,
    golden: (unit, [a, b], mode) => unit.multiply(a!, b!, mode),
  },
  {
    name: 'fused',
    ports: ['a', 'b', 'c'],
    logic: fusedLogic,
    golden: (unit, [a, b, c], mode) => unit.fusedMultiplyAdd(a!, b!, c!, mode),
  },
];

interface Variant {
  readonly label: string;
  readonly options: ArithmeticOptions;
  readonly stages: number;
}

const variants: readonly Variant[] = [
  { label: 'exact', options: {}, stages: 0 },
  { label: 'flush', options: { subnormals: 'flush' }, stages: 2 },
  { label: 'saturate', options: { saturate: true, rounding: 0 }, stages: 3 },
];

const formats: readonly FloatFormat[] = [
  ...namedFormats,
  ieeeFormat(2, 1),
  ieeeFormat(2, 9),
  ieeeFormat(3, 1),
  ieeeFormat(11, 3),
  ieeeFormat(4, 52),
];

const seed = 20;
const few = 1000;

for (const { name, ports, logic, golden } of cases) {
  describe(name, () => {
    const units = formats.flatMap((format) =>
      (namedFormats.includes(format) && format.width <= 32 ? variants : variants.slice(0, 1)).map(
        ({ label, options, stages }) => ({
          format,
          label,
          options,
          stages,
          name: `${format.name}_${label}`,
        }),
      ),
    );
    let model: Model;
    beforeAll(async () => {
      model = await benchOf(
        units.map(({ format, options, stages, name: unit }) => {
          const unitOptions: UnitOptions = {
            format: shapeOf(format),
            stages,
            flush: options.subnormals === 'flush',
            saturate: options.saturate ?? false,
            flags: true,
            handshake: 'stream',
            ...(options.rounding !== undefined && { rounding: options.rounding }),
          };
          return { name: unit, module: pipelinedUnit(logic(unitOptions), unitOptions) };
        }),
      );
    }, 300_000);

    test.each(units)('$name', ({ format, options, name: unit, stages }) => {
      const reference = wideArithmetic(format, options);
      const operands = ports.map(() => format);
      const run = (operations: Parameters<typeof agree>[3], stall?: number): void =>
        agree(
          model,
          unit,
          ports,
          operations,
          (patterns, mode) => ({ result: golden(reference, patterns, mode), flags: reference.flags }),
          {
            ...(options.rounding !== undefined && { fixedMode: options.rounding }),
            ...(stall !== undefined && { stall }),
          },
        );
      run(ports.length < 3 ? specialOperations(operands) : specialFused(format, seed));
      if (ports.length === 3) run(cancellingOperations(format, trials(few), seed));
      run(randomOperations(operands, trials(few), seed), stages === 0 ? undefined : seed);
    });
  });
}
