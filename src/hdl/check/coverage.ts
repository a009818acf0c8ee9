import type { AssignIr, EnumerationIr, ExpressionIr, SignalIr, StatementIr, SwitchIr } from '../ir.js';
import { type BitRanges, bitRange, intersectBits, noBits, unionBits } from './bit-ranges.js';

/** Which bits of a signal a block assigns: on every path, and on at least one. */
export interface Coverage {
  readonly always: BitRanges;
  readonly sometimes: BitRanges;
}

export type BlockCoverage = ReadonlyMap<SignalIr, Coverage>;

const nothing: Coverage = { always: noBits, sometimes: noBits };

/** The enumeration that the expression is a value of, if any. */
export function enumerationOf(expression: ExpressionIr): EnumerationIr | undefined {
  switch (expression.kind) {
    case 'reference':
      return expression.signal.enumeration;
    case 'constant':
      return expression.enumeration;
    case 'mux':
      return enumerationOf(expression.whenTrue);
    default:
      return undefined;
  }
}

/** True if one of the cases or `otherwise` runs for every value that the subject can have. */
export function isExhaustive(statement: SwitchIr): boolean {
  if (statement.otherwise !== undefined) return true;
  const labels = new Set(statement.cases.flatMap((branch) => branch.labels));
  const enumeration = enumerationOf(statement.subject);
  if (enumeration !== undefined) return [...enumeration.members.values()].every((code) => labels.has(code));
  // Labels are bounded by the source text, so a wide subject is never covered and 2^width is not computed for it.
  return statement.subject.width < 32 && labels.size === 2 ** statement.subject.width;
}

/** The coverage of every block of a module, computed once. */
export class CoverageAnalysis {
  readonly #blocks = new Map<readonly StatementIr[], BlockCoverage>();
  readonly #overwritten: (assign: AssignIr, block: readonly StatementIr[], index: number, bits: BitRanges) => void;

  /**
   * `overwritten` is told each assignment that always replaces bits which earlier statements of the same block, or
   * statements nested in these, have assigned.
   */
  constructor(
    overwritten: (assign: AssignIr, block: readonly StatementIr[], index: number, bits: BitRanges) => void = () => {
      // Nobody asks.
    },
  ) {
    this.#overwritten = overwritten;
  }

  ofBlock(block: readonly StatementIr[]): BlockCoverage {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const result = new Map<SignalIr, Coverage>();
    block.forEach((statement, index) => {
      if (statement.kind === 'assign') {
        const { signal, high, low } = statement.target;
        const bits = bitRange(high, low);
        const before = result.get(signal) ?? nothing;
        const replaced = intersectBits(before.sometimes, bits);
        if (replaced.length > 0) this.#overwritten(statement, block, index, replaced);
        result.set(signal, { always: unionBits(before.always, bits), sometimes: unionBits(before.sometimes, bits) });
        return;
      }
      for (const [signal, { always, sometimes }] of this.ofStatement(statement)) {
        const before = result.get(signal) ?? nothing;
        result.set(signal, {
          always: unionBits(before.always, always),
          sometimes: unionBits(before.sometimes, sometimes),
        });
      }
    });
    this.#blocks.set(block, result);
    return result;
  }

  /** Coverage of an `if` or `switch`; other statements assign nothing here. */
  ofStatement(statement: StatementIr): BlockCoverage {
    switch (statement.kind) {
      case 'if':
        return merge([this.ofBlock(statement.then), this.ofBlock(statement.otherwise)], true);
      case 'switch': {
        const branches = statement.cases.map((branch) => this.ofBlock(branch.body));
        if (statement.otherwise !== undefined) branches.push(this.ofBlock(statement.otherwise));
        return merge(branches, isExhaustive(statement));
      }
      default:
        return new Map();
    }
  }
}

/** Exactly one of the branches runs, or, if not `exhaustive`, at most one. */
function merge(branches: readonly BlockCoverage[], exhaustive: boolean): BlockCoverage {
  const collected = new Map<SignalIr, Coverage & { readonly branches: number }>();
  for (const branch of branches) {
    for (const [signal, { always, sometimes }] of branch) {
      const before = collected.get(signal);
      collected.set(
        signal,
        before === undefined
          ? { always, sometimes, branches: 1 }
          : {
              always: intersectBits(before.always, always),
              sometimes: unionBits(before.sometimes, sometimes),
              branches: before.branches + 1,
            },
      );
    }
  }
  const result = new Map<SignalIr, Coverage>();
  for (const [signal, coverage] of collected) {
    const everywhere = exhaustive && coverage.branches === branches.length;
    result.set(signal, { always: everywhere ? coverage.always : noBits, sometimes: coverage.sometimes });
  }
  return result;
}
