import type { ArrayOperations } from '../device/index.js';
import type { Assembler } from './assembler.js';
import type { Alignment, Variant } from './float-steps.js';
import { NorAssembler } from './nor-assembler.js';
import { parseNumberFormat, type NumberFormat } from './number-format.js';
import { conversion, floatOperations, integerOperations, type Operand, type Operation } from './operations.js';
import type { Program, Target } from './program.js';
import { SotAssembler } from './sot-assembler.js';

export interface BuildOptions {
  /** Lines of the array; 512 by default, which is also the most that an instruction word addresses. */
  readonly lines?: number;
  /** What a step of the device may do; ignored for NOR. */
  readonly operations?: ArrayOperations;
  /** How floating-point addition aligns its operands; a search for each bit of the distance by default. */
  readonly alignment?: Alignment;
}

/** A program name that does not exist for the format. */
export class UnknownProgramError extends Error {
  override readonly name = 'UnknownProgramError';
}

/** Names of the programs for a format. Conversions come on top of them: `to-` and any format, for example `to-bf16`. */
export function programNames(format: string): readonly string[] {
  return Object.keys(parseNumberFormat(format).kind === 'float' ? floatOperations : integerOperations);
}

interface Resolved {
  readonly operands: readonly Operand[];
  readonly assemble: (asm: Assembler, variant: Variant, alignment: Alignment) => void;
}

function resolve(name: string, format: NumberFormat): Resolved {
  const bind = <F extends NumberFormat>(operation: Operation<F>, of: F): Resolved => {
    const operands = operation.operands(of);
    return {
      operands,
      assemble: (asm, variant, alignment) => {
        const fields = operands.map((operand) => asm.input(operand.name, operand.width));
        operation.assemble(asm, fields, of, { variant, alignment });
      },
    };
  };
  if (name.startsWith('to-')) return bind(conversion(format, parseNumberFormat(name.slice(3))), format);
  const operations: Readonly<Record<string, unknown>> = format.kind === 'float' ? floatOperations : integerOperations;
  if (!Object.hasOwn(operations, name)) {
    throw new UnknownProgramError(
      `there is no program '${name}' for ${format.name}; choose one of ${Object.keys(operations).join(', ')}, ` +
        `or to-<format> for a conversion`,
    );
  }
  return format.kind === 'float' ? bind(floatOperations[name]!, format) : bind(integerOperations[name]!, format);
}

/** Operands of a program, in the order in which vectors list them. */
export function programOperands(name: string, format: string): readonly Operand[] {
  return resolve(name, parseNumberFormat(format)).operands;
}

/**
 * Assembles a program by name, for example `buildProgram('multiply', 'bf16', 'sot-mram', 'exact')`. Its output field is
 * `result`; its inputs are those of `programOperands`.
 *
 * @throws {FormatError} for an unknown format, {UnknownProgramError} for an unknown name, {AssemblyError} when the array
 * has too few lines.
 */
export function buildProgram(
  name: string,
  format: string,
  target: Target = 'sot-mram',
  variant: Variant = 'exact',
  options: BuildOptions = {},
): Program {
  const parsed = parseNumberFormat(format);
  const { assemble } = resolve(name, parsed);
  const title = `${name} ${parsed.name}${parsed.kind === 'float' ? ` ${variant}` : ''}`;
  const asm =
    target === 'nor'
      ? new NorAssembler(title, options.lines)
      : new SotAssembler(title, options.lines, options.operations);
  assemble(asm, variant, options.alignment ?? 'bits');
  return asm.finish();
}
