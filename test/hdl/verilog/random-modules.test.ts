import { expect, test } from 'vitest';
import type { ModuleIr } from '../../../src/hdl/ir.js';
import { emitDesign } from '../../../src/hdl/verilog/emit.js';
import { ModuleState } from '../interpret-module.js';
import { campaignSize, packs, record } from './campaign.js';
import { type Pokes, differences, outputsOf, simulators } from './co-simulate.js';
import * as ir from './ir.js';
import { Random } from './random-expression.js';
import { inputs, randomModule, resetLow, sideBySide } from './random-module.js';

const total = campaignSize('VERILOG_MODULES', { short: 24, long: 500 });
const perPack = 25;
const cycles = 30;

function randomDesign(seed: number, count: number) {
  const random = new Random(seed);
  const parts: ModuleIr[] = [];
  for (let index = 0; index < count; index++) {
    const part = parts.length > 0 && random.below(3) === 0 ? random.pick(parts) : undefined;
    parts.push(randomModule(random, `part${index}`, part));
  }
  const pokes = Array.from({ length: cycles }, (_, cycle): Pokes => {
    const values = new Map(inputs.map((port) => [port, random.bits(port.width)]));
    values.set(ir.rst, cycle === 0 || random.below(8) === 0 ? 1n : 0n);
    return values.set(resetLow, cycle === 0 || random.below(8) === 0 ? 0n : 1n);
  });
  return { top: sideBySide(parts), pokes };
}

/** Every output before every edge, by the rules of the IR. */
function wantedValues(top: ModuleIr, pokes: readonly Pokes[]): bigint[][] {
  let now = pokes[0]!;
  const state = new ModuleState(top, (port) => now.get(port) ?? 0n);
  return pokes.map((values) => {
    now = values;
    state.settle();
    const row = outputsOf(top).map((port) => state.valueOf(port));
    state.step();
    return row;
  });
}

test.each(packs(total, perPack).map((pack) => [pack.count, total, pack.seed] as const))(
  `%i of %i random modules, seed %i, do in ${simulators.map(([name]) => name).join(' and ')} what the rules of the IR say`,
  async (count, _, seed) => {
    const { top, pokes } = randomDesign(seed, count);
    const design = emitDesign(top);
    const wanted = wantedValues(top, pokes);
    for (const [simulator, simulate] of simulators) {
      const different = differences(top, await simulate({ top, design, pokes }), wanted);
      const values = outputsOf(top).length * cycles;
      record({ of: 'modules', count, simulator, values, different: different.length });
      expect.soft(different.slice(0, 20), simulator).toEqual([]);
    }
  },
);
