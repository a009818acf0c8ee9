import { comparisons, type Comparison } from '../../../generators/fp/compare.js';
import type { IntegerShape } from '../../../generators/fp/convert.js';
import type { FloatShape, RoundingNumber, UnitOptions } from '../../../generators/fp/float-shape.js';
import { type FloatFormat, FormatError, parseFormat } from '../../number/index.js';
import { InputError } from '../input-error.js';

export const floatOperations = [
  'fp-add',
  'fp-sub',
  'fp-mul',
  'fp-fma',
  'fp-mac',
  'fp-compare',
  'fp-convert',
  'fp-div',
  'fp-sqrt',
  'fp-dot',
] as const;
export type FloatOperation = (typeof floatOperations)[number];

/** What `buildFloatUnit` is told. */
export interface FloatUnitOptions {
  /** One of `floatOperations`. */
  readonly operation: string;
  /** Name of a format, as `parseFormat` reads it. Of a conversion it is one side, `from` or `to` names the other. */
  readonly format: string;
  /** Latency in cycles. Default 0; 1 for fp-mac; division and square root without it work on one operation at a time. */
  readonly stages?: number;
  /** A fixed mode by name or RISC-V number; default: a port of the unit. */
  readonly rounding?: string | number;
  /** Default `exact`. */
  readonly subnormals?: string;
  /** Overflow gives the largest finite value. Default false. */
  readonly saturate?: boolean;
  /** False leaves out the port `flags`. Default true. */
  readonly flags?: boolean;
  /** `stream` (default): ready and valid; `enable`: one signal moves all stages. */
  readonly handshake?: string;
  /** fp-dot: elements of a vector, 1 to 256; default 4. */
  readonly terms?: number;
  /** fp-compare: one of `comparisons`; default `order`. */
  readonly comparison?: string;
  /** fp-convert: what is converted to `format`: a format, `int<bits>` or `uint<bits>`. */
  readonly from?: string;
  /** fp-convert: what `format` is converted to. */
  readonly to?: string;
}

const roundingNumbers: Readonly<Record<string, RoundingNumber>> = {
  'nearest-even': 0,
  'toward-zero': 1,
  down: 2,
  up: 3,
  'nearest-away': 4,
};

export const roundingNames = Object.keys(roundingNumbers);

/** One of the choices, or an error that lists them. */
export function oneOf<Choice extends string>(
  flag: string,
  given: string | undefined,
  choices: readonly Choice[],
  usual: Choice,
): Choice {
  if (given === undefined) return usual;
  const found = choices.find((choice) => choice === given);
  if (found === undefined)
    throw new InputError('option', flag, `'${given}' is unknown`, `give one of ${choices.join(', ')}`);
  return found;
}

/** A whole number within a range, or an error that tells it. */
export function wholeNumber(flag: string, given: number | undefined, low: number, high: number, usual: number): number {
  if (given === undefined) return usual;
  if (!Number.isInteger(given) || given < low || given > high) {
    throw new InputError('option', flag, `${given} is not possible here`, `give a whole number from ${low} to ${high}`);
  }
  return given;
}

export function formatOf(flag: string, name: string): FloatFormat {
  try {
    return parseFormat(name);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const [what, hint] = error.message.split('; ');
    throw new InputError('option', flag, what ?? error.message, hint ?? 'name another format', { cause: error });
  }
}

export function shapeOf({ exponentBits, fractionBits, hasInfinity }: FloatFormat): FloatShape {
  return { exponentBits, fractionBits, hasInfinity };
}

const largestInteger = 128;

/** A side of a conversion: an integer type or a format. */
export function numberType(flag: string, name: string): { integer: IntegerShape } | { format: FloatFormat } {
  const match = /^(u?)int(\d{1,4})$/.exec(name.trim().toLowerCase());
  if (match === null) return { format: formatOf(flag, name) };
  const width = wholeNumber(`${flag} ${name}`, Number(match[2]), 1, largestInteger, largestInteger);
  return { integer: { width, signed: match[1] === '' } };
}

export function comparisonOf({ comparison }: FloatUnitOptions): Comparison {
  return oneOf('--compare', comparison, comparisons, 'order');
}

export function roundingOf({ rounding }: FloatUnitOptions): RoundingNumber | undefined {
  if (rounding === undefined) return undefined;
  const byNumber = Object.values(roundingNumbers).find((mode) => String(mode) === String(rounding));
  return byNumber ?? roundingNumbers[oneOf('--rounding', String(rounding), roundingNames, 'nearest-even')]!;
}

/** The options of the generator, checked but for the stages, whose limit only the unit knows. */
export function unitOptions(options: FloatUnitOptions, format: FloatFormat): UnitOptions {
  const { saturate = false, flags = true, stages } = options;
  const rounding = roundingOf(options);
  return {
    format: shapeOf(format),
    stages: stages ?? (options.operation === 'fp-mac' ? 1 : 0),
    ...(rounding !== undefined && { rounding }),
    flush: oneOf('--subnormals', options.subnormals, ['exact', 'flush'], 'exact') === 'flush',
    saturate,
    flags,
    handshake: oneOf('--handshake', options.handshake, ['stream', 'enable'], 'stream'),
  };
}
