import type { ModuleIr, SignalIr, StatementIr, SwitchIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { allBits, type BitRanges, describeBits, intersectBits, noBits, subtractBits } from './bit-ranges.js';
import { type CoverageAnalysis, enumerationOf, isExhaustive } from './coverage.js';
import { declaration, type Reporter } from './reporter.js';

interface MissingBranch {
  readonly when: string;
  readonly locator: Locator;
}

function describeLabels(statement: SwitchIr, labels: readonly bigint[]): string {
  const members = enumerationOf(statement.subject)?.members;
  const names = new Map([...(members ?? [])].map(([name, code]) => [code, name]));
  return labels.map((label) => names.get(label) ?? `${label}`).join(', ');
}

/** The innermost branch that leaves `bits` unassigned, in the first statement that assigns some of them. */
function missingBranch(
  block: readonly StatementIr[],
  signal: SignalIr,
  bits: BitRanges,
  coverage: CoverageAnalysis,
): MissingBranch | undefined {
  for (const statement of block) {
    if (statement.kind !== 'if' && statement.kind !== 'switch') continue;
    const own = coverage.ofStatement(statement).get(signal);
    const left = own === undefined ? noBits : subtractBits(intersectBits(own.sometimes, bits), own.always);
    if (left.length === 0) continue;
    const branches =
      statement.kind === 'if'
        ? [
            { body: statement.then, when: 'this condition is true', locator: statement.locator },
            { body: statement.otherwise, when: 'this condition is false', locator: statement.locator },
          ]
        : [
            ...statement.cases.map((branch) => ({
              body: branch.body,
              when: `the subject is ${describeLabels(statement, branch.labels)}`,
              locator: branch.locator,
            })),
            ...(isExhaustive(statement) && statement.otherwise === undefined
              ? []
              : [
                  {
                    body: statement.otherwise ?? [],
                    when: 'the subject has a value without a case',
                    locator: statement.locator,
                  },
                ]),
          ];
    for (const { body, when, locator } of branches) {
      const assigned = coverage.ofBlock(body).get(signal);
      if (subtractBits(left, assigned?.always ?? noBits).length === 0) continue;
      return missingBranch(body, signal, left, coverage) ?? { when, locator };
    }
  }
  return undefined;
}

/** Wires and outputs without a default that some path leaves unassigned. */
export function checkLatches(module: ModuleIr, coverage: CoverageAnalysis, reporter: Reporter): void {
  for (const [signal, { always, sometimes }] of coverage.ofBlock(module.statements)) {
    if ((signal.kind !== 'wire' && signal.kind !== 'output') || signal.default !== undefined) continue;
    const kept = subtractBits(sometimes, always);
    if (kept.length === 0) continue;
    const branch = missingBranch(module.statements, signal, kept, coverage);
    const place = subtractBits(allBits(signal.width), kept).length === 0 ? '' : `${describeBits(kept)} of `;
    reporter.report(
      'HDL0206',
      {
        message: `${place}${reporter.name(signal)} ${place.startsWith('bits') ? 'have' : 'has'} no value when ${branch?.when ?? 'no branch assigns it'}`,
        locator: branch?.locator ?? signal.locator,
        notes: [declaration(reporter, signal)],
        hint: 'give it a default, or assign it on this path too',
      },
      signal,
    );
  }
}
