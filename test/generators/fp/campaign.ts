import { expect } from 'vitest';
import type { Model } from '../../../sim/index.js';
import type { RoundingMode } from '../../../src/number/index.js';
import { runUnit } from './bench.js';
import type { Operation } from './operands.js';

/** What the golden arithmetic says of one operation. */
export interface Golden {
  readonly result: bigint;
  readonly flags: number;
}

/** Runs the operations through the unit and through the golden arithmetic; result and flags agree bit for bit. */
export function agree(
  model: Model,
  unit: string,
  ports: readonly string[],
  operations: readonly Operation[],
  golden: (patterns: readonly bigint[], mode: RoundingMode) => Golden,
  options: { readonly fixedMode?: RoundingMode; readonly stall?: number } = {},
): void {
  const { fixedMode, stall } = options;
  const vectors = Object.fromEntries(
    ports.map((port, index) => [port, operations.map(({ patterns }) => patterns[index]!)] as const),
  );
  const modes = fixedMode === undefined ? { rounding_mode: operations.map(({ mode }) => mode) } : {};
  const { result, flags } = runUnit(model, unit, { ...vectors, ...modes }, stall);
  const wrong: string[] = [];
  for (const [index, { patterns, mode }] of operations.entries()) {
    const wanted = golden(patterns, fixedMode ?? mode);
    const gotten = BigInt(result[index]!);
    const raised = Number(flags[index]!);
    if (gotten === wanted.result && raised === wanted.flags) continue;
    const inputs = patterns.map((pattern) => `0x${pattern.toString(16)}`).join(', ');
    wrong.push(
      `${unit}(${inputs}) mode ${fixedMode ?? mode}: 0x${gotten.toString(16)} flags ${raised}, ` +
        `golden 0x${wanted.result.toString(16)} flags ${wanted.flags}`,
    );
    if (wrong.length === 8) break;
  }
  expect(wrong).toEqual([]);
}
