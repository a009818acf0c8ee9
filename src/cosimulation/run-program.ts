import { readFileSync } from 'node:fs';
import { InputError, withPlace } from '../build/input-error.js';
import { programInputError, type ProgramOptions } from '../build/program.js';
import { runVectors, VectorError } from '../program/index.js';

export interface RunProgramOptions extends ProgramOptions {
  /**
   * A file of hexadecimal operands, a case a line, or `-` for standard input; empty lines and lines that begin with `#`
   * are no cases.
   */
  readonly vectors: string;
  /** `golden` (default) interprets the program, `verilator` runs the Verilog of an array made for it. */
  readonly engine?: 'golden' | 'verilator';
  /** Lanes of that array; default 256. */
  readonly lanes?: number;
}

export interface RunProgramResult {
  /** Hexadecimal, one a case. */
  readonly results: readonly string[];
  /** Of one run of the array, and as predicted; null with `golden`. */
  readonly cyclesPerRun: number | null;
  readonly predictedCycles: number | null;
}

/**
 * Runs an in-memory program on a file of vectors.
 *
 * @throws InputError, with the line's number where a line cannot be read; SimulationBuildError without Verilator
 */
export async function runProgram(options: RunProgramOptions): Promise<RunProgramResult> {
  const file = options.vectors === '-' ? 'standard input' : options.vectors;
  const text = withPlace(file, () => readFileSync(options.vectors === '-' ? 0 : options.vectors, 'utf8'));
  const lines = text.split('\n');
  try {
    return await (options.engine === 'verilator' ? runHardware(lines, options) : runGolden(lines, options));
  } catch (error) {
    if (error instanceof VectorError) {
      throw new InputError('file', file, error.message, 'correct the line', { cause: error });
    }
    throw programInputError(error) ?? error;
  }
}

function runGolden(lines: readonly string[], options: RunProgramOptions): RunProgramResult {
  const { program, format, target, variant, alignment } = options;
  const arrayOptions = {
    ...(target && { target }),
    ...(variant && { variant }),
    ...(alignment && { alignment }),
    ...(options.lines !== undefined && { lines: options.lines }),
  };
  return { results: runVectors(program, format, lines, arrayOptions), cyclesPerRun: null, predictedCycles: null };
}

async function runHardware(lines: readonly string[], options: RunProgramOptions): Promise<RunProgramResult> {
  const { program, format, target = 'sot-mram', alignment, variant, lanes } = options;
  if (target === 'nor') {
    throw new InputError('option', 'target', 'the NOR array is counted, not generated', 'use --engine golden');
  }
  if (alignment !== undefined) {
    throw new InputError('option', 'alignment', 'units align by the bits of the distance', 'use --engine golden');
  }
  const { runVectorsOnRtl } = await import('./run-vectors-on-rtl.js');
  const given = {
    ...(variant && { variant }),
    ...(lanes !== undefined && { lanes }),
    ...(options.lines !== undefined && { lines: options.lines }),
  };
  const { results, cyclesPerRun, predictedCycles } = await runVectorsOnRtl(lines, { program, format, ...given });
  return { results, cyclesPerRun, predictedCycles };
}
