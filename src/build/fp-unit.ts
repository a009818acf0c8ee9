/** Floating-point units on their own: options in, Verilog and a manifest out. */
import { accumulateUnit } from '../../generators/fp/accumulate.js';
import { addLogic } from '../../generators/fp/add.js';
import { compareLogic } from '../../generators/fp/compare.js';
import { convertFormatLogic, fromIntegerLogic } from '../../generators/fp/convert.js';
import { division } from '../../generators/fp/divide.js';
import { dotLogic } from '../../generators/fp/dot.js';
import type { UnitOptions } from '../../generators/fp/float-shape.js';
import { fusedLogic } from '../../generators/fp/fused.js';
import { multiplyLogic } from '../../generators/fp/multiply.js';
import { StageError } from '../../generators/fp/place-registers.js';
import { iterativeCycles, iterativeUnit, type Recurrence, unrolledLogic } from '../../generators/fp/recurrence.js';
import { squareRoot } from '../../generators/fp/square-root.js';
import { toIntegerLogic } from '../../generators/fp/to-integer.js';
import { pipelinedUnit, type UnitLogic } from '../../generators/fp/unit.js';
import { emit, type EmittedDesign, type EmitOptions, type Module } from '../hdl/index.js';
import type { FloatFormat } from '../number/index.js';
import {
  comparisonOf,
  floatOperations,
  type FloatOperation,
  type FloatUnitOptions,
  formatOf,
  numberType,
  oneOf,
  roundingNames,
  shapeOf,
  unitOptions,
  wholeNumber,
} from './fp-unit/options.js';
import { InputError } from './input-error.js';
import type { DesignFile } from './write-design.js';

export { floatOperations, type FloatOperation, type FloatUnitOptions, roundingNames } from './fp-unit/options.js';

/** `manifest.json` of a unit. */
export interface FloatUnitManifest {
  readonly format: 'sotto-unit';
  readonly formatVersion: 1;
  readonly top: string;
  readonly operation: FloatOperation;
  readonly numberFormat: {
    readonly name: string;
    readonly exponentBits: number;
    readonly fractionBits: number;
    readonly width: number;
    readonly hasInfinity: boolean;
  };
  readonly options: {
    /** Name of the fixed mode; `port` where the mode is an input. */
    readonly rounding: string;
    readonly subnormals: 'exact' | 'flush';
    readonly saturate: boolean;
    readonly flags: boolean;
    readonly handshake: 'stream' | 'enable';
    /** What else this operation was told: terms, comparison, from, to. */
    readonly [other: string]: string | number | boolean;
  };
  readonly timing: {
    /** Cycles from the operands to the result when nothing stalls; of fp-mac, from the last operands. */
    readonly latency: number;
    /** Cycles from one operation to the next. */
    readonly initiationInterval: number;
  };
  readonly ports: readonly {
    readonly name: string;
    readonly direction: 'input' | 'output';
    readonly width: number;
    readonly meaning: string;
  }[];
  /** Verilog files, the top first. */
  readonly files: readonly string[];
}

export interface FloatUnit {
  readonly module: Module;
  readonly design: EmittedDesign;
  readonly manifest: FloatUnitManifest;
}

interface Built {
  readonly module: Module;
  readonly latency: number;
  readonly interval: number;
  readonly told?: Readonly<Record<string, string | number>>;
}

/**
 * Elaborates and emits one floating-point unit.
 *
 * @throws InputError when the operation or the format is unknown, a number is out of range, the stages cannot be filled,
 * or an option does not belong to the operation
 */
export function buildFloatUnit(options: FloatUnitOptions, style: EmitOptions = {}): FloatUnit {
  const operation = oneOf('unit', options.operation, floatOperations, 'fp-add');
  refuseStrangers(operation, options);
  const format = formatOf('--format', options.format);
  const unit = unitOptions(options, format);
  const built = withStages(unit, () => build(operation, options, format, unit));
  const design = emit(built.module, style);
  return { module: built.module, design, manifest: manifestOf(operation, format, unit, built, design) };
}

/** The files of a unit's folder: Verilog, and the manifest. */
export function floatUnitFiles({ design, manifest }: FloatUnit): DesignFile[] {
  return [
    ...design.modules.map(({ file, text }) => ({ file, text })),
    { file: 'manifest.json', text: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
}

const owners = { terms: 'fp-dot', comparison: 'fp-compare', from: 'fp-convert', to: 'fp-convert' } as const;

function refuseStrangers(operation: FloatOperation, options: FloatUnitOptions): void {
  for (const [option, owner] of Object.entries(owners) as [keyof typeof owners, FloatOperation][]) {
    if (options[option] !== undefined && operation !== owner) {
      throw new InputError('option', option, `is an option of ${owner}, not of ${operation}`, 'leave it out');
    }
  }
}

function withStages(unit: UnitOptions, make: () => Built): Built {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    const [what, hint] = error.message.split('; ');
    throw new InputError('option', '--stages', what ?? String(unit.stages), hint ?? 'give fewer', { cause: error });
  }
}

function build(operation: FloatOperation, options: FloatUnitOptions, format: FloatFormat, unit: UnitOptions): Built {
  const pipelined = (logic: UnitLogic, told?: Built['told']): Built => ({
    module: pipelinedUnit(logic, unit),
    latency: unit.stages,
    interval: 1,
    ...(told && { told }),
  });
  switch (operation) {
    case 'fp-add':
      return pipelined(addLogic(unit));
    case 'fp-sub':
      return pipelined(addLogic(unit, true));
    case 'fp-mul':
      return pipelined(multiplyLogic(unit));
    case 'fp-fma':
      return pipelined(fusedLogic(unit));
    case 'fp-mac':
      return { module: accumulateUnit(unit), latency: unit.stages, interval: 1 };
    case 'fp-compare': {
      const comparison = comparisonOf(options);
      return pipelined(compareLogic(unit, comparison), { comparison });
    }
    case 'fp-convert':
      return convert(options, format, unit, pipelined);
    case 'fp-div':
      return digitByDigit(division(unit), options, unit);
    case 'fp-sqrt':
      return digitByDigit(squareRoot(unit), options, unit);
    case 'fp-dot': {
      const terms = wholeNumber('--terms', options.terms, 1, 256, 4);
      return pipelined(dotLogic(unit, terms), { terms });
    }
  }
}

function digitByDigit(recurrence: Recurrence, { stages }: FloatUnitOptions, unit: UnitOptions): Built {
  if (stages !== undefined) {
    return { module: pipelinedUnit(unrolledLogic(recurrence, unit), unit), latency: stages, interval: 1 };
  }
  if (unit.handshake === 'enable') {
    throw new InputError('option', '--handshake', 'one step at a time needs ready and valid', 'give --stages too');
  }
  const cycles = iterativeCycles(recurrence);
  return { module: iterativeUnit(recurrence, unit), latency: cycles, interval: cycles };
}

function convert(
  { from, to }: FloatUnitOptions,
  format: FloatFormat,
  unit: UnitOptions,
  pipelined: (logic: UnitLogic, told?: Built['told']) => Built,
): Built {
  if ((from === undefined) === (to === undefined)) {
    throw new InputError('option', '--from', 'a conversion has one other side', 'give either --from or --to');
  }
  if (from !== undefined) {
    const source = numberType('--from', from);
    const logic =
      'integer' in source ? fromIntegerLogic(unit, source.integer) : convertFormatLogic(unit, shapeOf(source.format));
    return pipelined(logic, { from });
  }
  const target = numberType('--to', to!);
  if ('integer' in target) return pipelined(toIntegerLogic(unit, target.integer), { to: to! });
  throw new InputError('option', '--to', `${to!} is a format`, `give --format ${to!} --from ${format.name}`);
}

function manifestOf(
  operation: FloatOperation,
  format: FloatFormat,
  unit: UnitOptions,
  built: Built,
  design: EmittedDesign,
): FloatUnitManifest {
  const { name, exponentBits, fractionBits, width, hasInfinity } = format;
  return {
    format: 'sotto-unit',
    formatVersion: 1,
    top: design.topName,
    operation,
    numberFormat: { name, exponentBits, fractionBits, width, hasInfinity },
    options: {
      rounding: unit.rounding === undefined ? 'port' : roundingNames[unit.rounding]!,
      subnormals: unit.flush ? 'flush' : 'exact',
      saturate: unit.saturate,
      flags: unit.flags,
      handshake: unit.handshake,
      ...built.told,
    },
    timing: { latency: built.latency, initiationInterval: built.interval },
    ports: built.module.ir.ports.map((port) => ({
      name: port.name!,
      direction: port.kind === 'output' ? 'output' : 'input',
      width: port.width,
      meaning: port.comment ?? '',
    })),
    files: design.modules.map(({ file }) => file),
  };
}
