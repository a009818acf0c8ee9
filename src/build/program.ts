/** In-memory programs by name, with what a user may get wrong told in one line. */
import { FormatError } from '../number/index.js';
import {
  type Alignment,
  AssemblyError,
  buildProgram,
  listProgram,
  type ProgramSummary,
  summariseProgram,
  type Target,
  UnknownProgramError,
  type Variant,
} from '../program/index.js';
import { InputError } from './input-error.js';

export interface ProgramOptions {
  /** Such as `add`, `multiply` or `to-bf16`. */
  readonly program: string;
  /** Such as `fp32`, `bf16`, `e5m10` or `uint8`. */
  readonly format: string;
  /** Default `sot-mram`. */
  readonly target?: Target;
  /** Default `exact`. */
  readonly variant?: Variant;
  /** How floating-point addition aligns: a search for each bit of the distance (default), or for each distance. */
  readonly alignment?: Alignment;
  /** Lines of the array; default 512. */
  readonly lines?: number;
}

export interface DescribedProgram {
  readonly summary: ProgramSummary;
  /** The program as text, an instruction a line. */
  readonly listing: string;
}

/** Counts a program and lists it. @throws InputError */
export function describeProgram({ program, format, target, variant, ...options }: ProgramOptions): DescribedProgram {
  return telling(() => ({
    summary: summariseProgram(program, format, target, variant, options),
    listing: listProgram(buildProgram(program, format, target, variant, options)),
  }));
}

/** Runs `action`; what a program's name, format or size forbids becomes an InputError. */
function telling<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw programInputError(error) ?? error;
  }
}

/** What a program's name, format or size forbids, as an error of ours; undefined for anything else. */
export function programInputError(error: unknown): InputError | undefined {
  const where = whereOf(error);
  if (where === undefined) return undefined;
  const { message } = error as Error;
  if (error instanceof AssemblyError) {
    // The place of a macro is for those who write programs.
    const what = message.replace(` (${error.location ?? ''})`, '');
    return new InputError('option', where, what, 'choose a smaller format or more lines', { cause: error });
  }
  const [what, ...hints] = message.split('; ');
  const hint = hints.join('; ') || 'choose another';
  return new InputError('option', where, what!, hint, { cause: error });
}

function whereOf(error: unknown): string | undefined {
  if (error instanceof UnknownProgramError) return 'program';
  if (error instanceof FormatError) return 'format';
  return error instanceof AssemblyError ? 'lines' : undefined;
}
