import type { Standing } from '../device/index.js';

/** Counts that somebody else published, or a formula of theirs evaluated; never the counts of programs of this package. */
export interface PublishedCount {
  readonly name: string;
  readonly reads?: number;
  readonly writes?: number;
  readonly searches?: number;
  /** Steps where the source does not tell reads from writes. */
  readonly steps?: number;
  readonly source: string;
  readonly standing: Standing;
}

interface Widths {
  readonly exponentBits: number;
  readonly fractionBits: number;
}

export type FormulaOperation = 'add' | 'multiply';

const wang = 'Wang et al., ISCAS 2020 (arXiv 2003.01551)';

/**
 * The latency formulas of the SOT-MRAM floating-point accelerator, in operations, with Ne exponent and Nm fraction bits.
 * `average` is the formula as recalled. In its Nm² term each multiplier bit seems to count one half; lanes in lock step
 * have to run all additions, and `worst case` counts them.
 */
export function paperFormula(
  operation: FormulaOperation,
  { exponentBits: ne, fractionBits: nm }: Widths,
  which: 'average' | 'worst case' = 'average',
): Required<Omit<PublishedCount, 'steps'>> {
  if (operation === 'add') {
    return {
      name: 'paper formula',
      reads: 1 + 7 * ne + 7 * nm,
      writes: 7 * ne + 7 * nm,
      searches: 2 * (nm + 2),
      source: `${wang}: T_add = (1+7Ne+7Nm)·T_read + (7Ne+7Nm)·T_write + 2(Nm+2)·T_search`,
      standing: 'recalled',
    };
  }
  const square = which === 'average' ? 2 : 4;
  const steps = square * nm * nm + 6.5 * nm + 6 * ne + 3;
  const formula = `T_mul = (${square}Nm²+6.5Nm+6Ne+3)(T_read+T_write)`;
  return {
    name: which === 'average' ? 'paper formula' : 'paper formula, worst case',
    reads: steps,
    writes: steps,
    searches: 0,
    source: which === 'average' ? `${wang}: ${formula}` : `${formula}, from ${wang} with every multiplier bit 1`,
    standing: which === 'average' ? 'recalled' : 'derived',
  };
}

/** FloatPIM's formulas (Imani et al., ISCA 2019), which reproduce the table of operations a bit that REPA gives for it. */
export function floatPimFormula(
  operation: FormulaOperation,
  { exponentBits: ne, fractionBits: nm }: Widths,
): PublishedCount {
  const source = 'Imani et al., ISCA 2019; the formula reproduces REPA’s table of FloatPIM';
  return operation === 'add'
    ? {
        name: 'FloatPIM formula',
        steps: 3 + 16 * ne + 19 * nm + nm * nm,
        searches: 2 * nm + 1,
        source,
        standing: 'second-hand',
      }
    : {
        name: 'FloatPIM formula',
        steps: 12 * ne + 6.5 * nm * nm - 7.5 * nm - 2,
        source,
        standing: 'second-hand',
      };
}

const aritPim =
  'AritPIM, IEEE TETC 2023, and its published code; rounds to nearest even, no subnormals, infinities or NaN';

/** Counts of serial NOR programs by AritPIM, in cycles; initialising an output cell is a cycle. */
export const aritPimCycles: Readonly<Record<string, Readonly<Record<FormulaOperation, number>>>> = {
  fp32: { add: 3997, multiply: 11586 },
  bf16: { add: 1849, multiply: 1742 },
  fp16: { add: 1978, multiply: 2780 },
  uint8: { add: 145, multiply: 1183 },
  uint16: { add: 289, multiply: 4927 },
  // Fewer than row by row. That it multiplies by parts here (Karatsuba) is an unconfirmed guess of ours.
  uint32: { add: 577, multiply: 18123 },
};

/** Published counts that a program of this format may be compared with. */
export function publishedCounts(operation: string, format: string, widths: Widths | undefined): PublishedCount[] {
  if (operation !== 'add' && operation !== 'multiply') return [];
  const result: PublishedCount[] = [];
  if (widths) {
    result.push(paperFormula(operation, widths));
    if (operation === 'multiply') result.push(paperFormula(operation, widths, 'worst case'));
    result.push(floatPimFormula(operation, widths));
  }
  const cycles = aritPimCycles[format]?.[operation];
  if (cycles !== undefined) result.push({ name: 'AritPIM', steps: cycles, source: aritPim, standing: 'confirmed' });
  if (format === 'fp32') {
    const [reads, writes] = operation === 'add' ? [1331, 685] : [1852, 1000];
    const logic = operation === 'add' ? 1687 : 3054;
    result.push({
      name: 'BitSIMD',
      reads,
      writes,
      steps: reads + writes + logic,
      source: `PIMeval, BitSIMD: ${reads} reads, ${writes} writes, ${logic} logic operations`,
      standing: 'confirmed',
    });
  }
  return result;
}
