import { buildProgram, programOperands, type BuildOptions } from './build-program.js';
import type { Variant } from './float-steps.js';
import { Interpreter } from './interpreter.js';
import { fieldPlace, type Target } from './program.js';

/** A vector that cannot be read; `line` counts from 1. */
export class VectorError extends Error {
  override readonly name = 'VectorError';

  constructor(
    readonly line: number,
    problem: string,
  ) {
    super(`line ${line}: ${problem}`);
  }
}

export interface VectorOptions extends BuildOptions {
  readonly target?: Target;
  readonly variant?: Variant;
}

/** Lanes that are run together; a few hundred lines of them fit a processor's cache. */
const batchLanes = 4096;

/**
 * Reads the operands of each case: hexadecimal numbers separated by blanks, with or without `0x`. Empty lines and lines
 * that begin with `#` are no cases.
 *
 * @throws {VectorError} with the line's number when operands are missing, too many, not hexadecimal or too wide.
 */
export function parseVectors(
  lines: readonly string[],
  operands: readonly { readonly name: string; readonly width: number }[],
): bigint[][] {
  const cases: bigint[][] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const words = text.split(/\s+/);
    if (words.length !== operands.length) {
      const names = operands.map(({ name }) => name).join(' ');
      throw new VectorError(
        index + 1,
        `${words.length} operands; give ${operands.length} hexadecimal numbers: ${names}`,
      );
    }
    cases.push(
      words.map((word, i) => {
        const { name, width } = operands[i]!;
        const digits = /^(?:0x)?([0-9a-f]+)$/i.exec(word)?.[1];
        if (digits === undefined)
          throw new VectorError(index + 1, `operand ${name}, '${word}', is not a hexadecimal number`);
        const value = BigInt(`0x${digits}`);
        if (value >> BigInt(width) !== 0n) {
          throw new VectorError(index + 1, `operand ${name}, '${word}', has more than ${width} bits`);
        }
        return value;
      }),
    );
  }
  return cases;
}

/**
 * Runs a program on vectors with the golden model: one line of hexadecimal operands a case in (as `parseVectors` reads
 * them), one hexadecimal result a case out, with as many digits as its width needs.
 *
 * @throws {VectorError} for a line that cannot be read, and what `buildProgram` throws.
 */
export function runVectors(
  name: string,
  format: string,
  lines: readonly string[],
  options: VectorOptions = {},
): string[] {
  const operands = programOperands(name, format);
  const cases = parseVectors(lines, operands);
  const program = buildProgram(name, format, options.target, options.variant, options);
  const interpreter = new Interpreter(program);
  const result = fieldPlace(program, 'result');
  const digits = Math.ceil(result.width / 4);
  const output: string[] = [];
  for (let start = 0; start < cases.length; start += batchLanes) {
    const batch = cases.slice(start, start + batchLanes);
    const state = interpreter.createState(batch.length);
    for (const [i, operand] of operands.entries()) {
      state.writeBigInts(
        fieldPlace(program, operand.name),
        batch.map((values) => values[i]!),
      );
    }
    interpreter.run(state);
    for (const value of state.readBigInts(result)) output.push(value.toString(16).padStart(digits, '0'));
  }
  return output;
}
