import { currentModule } from './context.js';
import type { StatementIr, SwitchCaseIr } from './ir.js';
import { captureLocator } from './locate.js';
import { asCondition } from './operators.js';
import { coerce, type Operand, type Signal } from './signal.js';
import type { EnumerationType } from './types.js';

export interface WhenChain {
  elsewhen(condition: Signal, body: () => void): WhenChain;
  otherwise(body: () => void): void;
}

/** Statements in `body` hold while `condition` (1 bit) does. Chains: `.elsewhen(…).otherwise(…)`. */
export function when(condition: Signal, body: () => void): WhenChain {
  const builder = currentModule();
  const otherwise: StatementIr[] = [];
  const locator = captureLocator();
  builder.add({ kind: 'if', condition: asCondition(condition), then: builder.collect(body), otherwise, locator });
  return {
    elsewhen(next, nextBody) {
      let chain: WhenChain | undefined;
      otherwise.push(...builder.collect(() => (chain = when(next, nextBody))));
      return chain!;
    },
    otherwise(lastBody) {
      otherwise.push(...builder.collect(lastBody));
    },
  };
}

/** One body for each member of an enumeration; a member may be left out only with `otherwise`. */
export function switchOver<Member extends string>(
  subject: Signal<EnumerationType<Member>>,
  cases: Readonly<Record<Member, () => void>>,
): void;
export function switchOver<Member extends string>(
  subject: Signal<EnumerationType<Member>>,
  cases: Readonly<Partial<Record<Member, () => void>>>,
  otherwise: () => void,
): void;
/** One body for each value or list of values of a word. */
export function switchOver(
  subject: Signal,
  cases: readonly (readonly [label: number | bigint | readonly (number | bigint)[], body: () => void])[],
  otherwise?: () => void,
): void;
export function switchOver(
  subject: Signal,
  cases:
    | Readonly<Record<string, (() => void) | undefined>>
    | readonly (readonly [number | bigint | readonly (number | bigint)[], () => void])[],
  otherwise?: () => void,
): void {
  const builder = currentModule();
  const locator = captureLocator();
  const label = (value: Operand): bigint => {
    const expression = coerce(value, subject.expression, () => 'the subject');
    return expression.kind === 'constant' ? expression.value : 0n;
  };
  const entries: readonly (readonly [readonly Operand[], (() => void) | undefined])[] = Array.isArray(cases)
    ? (cases as readonly (readonly [number | readonly number[], () => void])[]).map(([labels, body]) => [
        [labels].flat(),
        body,
      ])
    : Object.entries(cases as Record<string, () => void>).map(([name, body]) => [[name as unknown as Operand], body]);
  const built: SwitchCaseIr[] = entries.flatMap(([labels, body]) =>
    body === undefined ? [] : [{ labels: labels.map(label), body: builder.collect(body), locator }],
  );
  builder.add({
    kind: 'switch',
    subject: subject.expression,
    cases: built,
    locator,
    ...(otherwise && { otherwise: builder.collect(otherwise) }),
  });
}

/** Must hold at every active clock edge outside reset, under the conditions that enclose the call. */
export function assertAlways(condition: Signal, message: string): void {
  const builder = currentModule();
  builder.add({
    kind: 'assert',
    condition: asCondition(condition),
    message,
    domain: builder.domain(true),
    locator: captureLocator(),
  });
}

/** A comment in the Verilog, before the statement that follows. */
export function comment(text: string): void {
  currentModule().add({ kind: 'comment', text });
}

/** Lines of the header of the module's file; the first says what the module is. */
export function document(...lines: readonly string[]): void {
  currentModule().documentation.push(...lines.flatMap((line) => line.split('\n')));
}

/**
 * A second body of a combinational module, for Verilator alone and only under the macro `fastSimulationMacro`: an
 * expression of its own language for each output port, over the names of the input ports. It must compute what the
 * statements do, and a proof of that belongs beside it: what is synthesized is the other body.
 */
export function inVerilator(outputs: Readonly<Record<string, string>>): void {
  currentModule().verilatorBody = new Map(Object.entries(outputs));
}
