import { expect } from 'vitest';
import { checkDesign } from '../../../src/hdl/check/index.js';
import type { ModuleIr } from '../../../src/hdl/ir.js';

/** `HDL0201@12: nothing drives …` for each finding. */
export function findings(top: ModuleIr): string[] {
  return checkDesign(top).map(({ code, locator, message }) => `${code}@${locator.line}: ${message}`);
}

/** The design has exactly these findings. */
export function expectFindings(top: ModuleIr, ...expected: string[]): void {
  expect(findings(top)).toEqual(expected);
}

/** The design has no findings at all. */
export function expectSound(top: ModuleIr): void {
  expectFindings(top);
}
