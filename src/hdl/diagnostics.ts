import type { Locator } from './locator.js';

/** One finding, for the user: what, where, what to do. Findings are collected and reported together. */
export interface Diagnostic {
  /** `HDL0101` … from the table of `check/`; stable, searchable. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Short lower-case title, the same for every finding of the code: `width mismatch`. */
  readonly title: string;
  /** What is wrong here, with both widths, both drivers, … One or a few lines. */
  readonly message: string;
  readonly locator: Locator;
  /** Further places that belong to the finding (the other driver, the steps of a loop). */
  readonly notes: readonly { readonly message: string; readonly locator: Locator }[];
  readonly hint?: string;
}
