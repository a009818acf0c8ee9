import type { Diagnostic } from './diagnostics.js';
import { captureLocator } from './locate.js';
import { diagnostic } from './check/codes.js';
import type { DiagnosticCode } from './check/codes.js';
import type { ModuleBuilder } from './module-builder.js';

const stack: ModuleBuilder[] = [];

/** The module whose body runs now. Throws where the language is used outside a module. */
export function currentModule(): ModuleBuilder {
  const builder = stack.at(-1);
  if (builder === undefined) {
    const place = captureLocator();
    throw new Error(
      `${place.file}:${place.line}:${place.column}: signals exist only in the body of a module; wrap this in defineModule('name', () => { … })`,
    );
  }
  return builder;
}

export function insideModule<Result>(builder: ModuleBuilder, body: () => Result): Result {
  stack.push(builder);
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** Records a finding at the user's place; elaboration goes on, so that all findings are reported together. */
export function report(
  code: DiagnosticCode,
  message: string,
  extra: Partial<Pick<Diagnostic, 'hint' | 'notes' | 'locator'>> = {},
): void {
  currentModule().diagnostics.push(diagnostic(code, { locator: captureLocator(), message, ...extra }));
}
