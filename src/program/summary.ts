import { buildProgram, type BuildOptions } from './build-program.js';
import { countProgram, type ProgramCounts } from './count.js';
import type { Variant } from './float-steps.js';
import { parseNumberFormat } from './number-format.js';
import type { Target } from './program.js';
import { paperFormula, publishedCounts, type PublishedCount } from './published-counts.js';

/** What a program costs as counted, beside what others published under their own names. */
export interface ProgramSummary extends ProgramCounts {
  readonly name: string;
  readonly format: string;
  readonly target: Target;
  /** Absent for integers, where both variants are the same. */
  readonly variant?: Variant;
  /** The formula of the SOT-MRAM floating-point accelerator; only for floating-point add and multiply. */
  readonly paperFormula?: ReturnType<typeof paperFormula>;
  readonly published: readonly PublishedCount[];
}

/** Builds a program, counts it, and sets it beside the published counts for the same operation. */
export function summariseProgram(
  name: string,
  format: string,
  target: Target = 'sot-mram',
  variant: Variant = 'exact',
  options: BuildOptions = {},
): ProgramSummary {
  const counts = countProgram(buildProgram(name, format, target, variant, options));
  const parsed = parseNumberFormat(format);
  const float = parsed.kind === 'float' ? parsed.float : undefined;
  return {
    name,
    format: parsed.name,
    target,
    ...(float ? { variant } : {}),
    ...counts,
    ...(float && (name === 'add' || name === 'multiply') ? { paperFormula: paperFormula(name, float) } : {}),
    published: publishedCounts(name, parsed.name, float),
  };
}
