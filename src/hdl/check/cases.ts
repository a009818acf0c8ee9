import type { ModuleIr, SwitchIr } from '../ir.js';
import type { Locator } from '../locator.js';
import { enumerationOf } from './coverage.js';
import { largestValue } from './reach.js';
import type { Named, Reporter } from './reporter.js';
import { allStatements } from './walk.js';

/** Constant conditions, and labels that are double, do not fit, are missing, or cannot match. */
export function checkCases(module: ModuleIr, reporter: Reporter): void {
  for (const statement of allStatements(module.statements)) {
    if (statement.kind === 'if' && statement.condition.kind === 'constant') {
      const dead = statement.condition.value === 0n ? 'the branch never runs' : 'the branch always runs';
      reporter.report('HDL0603', {
        message: `the condition is always ${statement.condition.value}: ${dead}`,
        locator: statement.locator,
        hint: 'decide it with an if of the generator, not of the hardware',
      });
    } else if (statement.kind === 'switch') {
      checkSwitch(statement, reporter);
    }
  }
}

function checkSwitch(statement: SwitchIr, reporter: Reporter): void {
  const { subject } = statement;
  const concerned: Named[] = subject.kind === 'reference' ? [subject.signal] : [];
  const enumeration = enumerationOf(subject);
  const names = new Map([...(enumeration?.members ?? [])].map(([name, code]) => [code, name]));
  const describe = (label: bigint): string => names.get(label) ?? `${label}`;
  const seen = new Map<bigint, Locator>();

  if (subject.kind === 'constant') {
    const message = `the subject is always ${describe(subject.value)}: at most one case runs`;
    reporter.report('HDL0603', { message, locator: statement.locator, hint: 'decide it in the generator' });
  }
  const largest = largestValue(subject);
  for (const { labels, locator } of statement.cases) {
    for (const label of labels) {
      const before = seen.get(label);
      if (before !== undefined) {
        reporter.report(
          'HDL0601',
          {
            message: `case ${describe(label)} stands twice in this switch`,
            locator,
            notes: [{ message: `case ${describe(label)} is first here`, locator: before }],
            hint: 'remove one of them',
          },
          ...concerned,
        );
        continue;
      }
      seen.set(label, locator);
      if (label < 0n || label >= 1n << BigInt(subject.width)) {
        const message = `label ${label} does not fit the subject, which has ${subject.width} bits`;
        const hint = `labels of ${subject.width} bits are 0 to ${(1n << BigInt(subject.width)) - 1n}`;
        reporter.report('HDL0602', { message, locator, hint }, ...concerned);
      } else if (enumeration !== undefined && !names.has(label)) {
        const message = `label ${label} is no member of \`${enumeration.name}\``;
        const hint = `members are ${[...enumeration.members.keys()].join(', ')}`;
        reporter.report('HDL0602', { message, locator, hint }, ...concerned);
      } else if (label > largest && subject.kind !== 'constant') {
        const message = `case ${label} never matches: the subject is at most ${largest}`;
        reporter.report('HDL0605', { message, locator, hint: 'remove the case, or widen the subject' }, ...concerned);
      }
    }
  }

  if (enumeration === undefined || statement.otherwise !== undefined) return;
  const missing = [...enumeration.members].filter(([, code]) => !seen.has(code)).map(([name]) => name);
  if (missing.length === 0) return;
  reporter.report(
    'HDL0604',
    {
      message: `the switch over \`${enumeration.name}\` lacks ${missing.join(', ')}`,
      locator: statement.locator,
      hint: 'add the missing cases, or an otherwise',
    },
    ...concerned,
  );
}
