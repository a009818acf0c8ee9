/** Something in a graph that an engine cannot do, and the nearest thing that it can. */
export interface SupportProblem {
  /** Name of the node; '' where it is the graph as a whole. */
  readonly node: string;
  readonly operator: string;
  readonly reason: string;
  readonly rewrite: string;
}

/** Thrown inside lowering for one node; collected, never seen outside. */
export class Unsupported extends Error {
  readonly rewrite: string;

  constructor(reason: string, rewrite: string) {
    super(reason);
    this.rewrite = rewrite;
  }
}

const HEADINGS = { node: 'node', operator: 'operator', reason: 'why not', rewrite: 'instead' } as const;
const COLUMNS = ['node', 'operator', 'reason', 'rewrite'] as const;

/** The problems as a table for a terminal, one line each under a heading; '' when there are none. */
export function formatSupportTable(problems: readonly SupportProblem[]): string {
  if (problems.length === 0) return '';
  const lines = [HEADINGS, ...problems];
  const width = (column: (typeof COLUMNS)[number]): number => Math.max(...lines.map((line) => line[column].length));
  const widths = COLUMNS.map(width);
  return lines
    .map((line) =>
      COLUMNS.map((c, i) => line[c].padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
