import { expect, test } from 'vitest';
import { lintDesign } from '../../hdl/verilog/tools.js';
import { drawer } from '../../network/integer/random-network.js';
import { emitEngine } from './engine-bench.js';
import { randomPlan } from './random-plan.js';

const engines = Number(process.env['SOTTO_LINT_ENGINES'] ?? 5);
const bodies = ['behavioural', 'fpga', 'asic'] as const;
const firstSeed = Number(process.env['SOTTO_ENGINE_SEED'] ?? 1);

test.each(Array.from({ length: engines }, (_, index) => firstSeed + index))(
  'Verilator, Icarus and Yosys have nothing to say against the engine of seed %i',
  (seed) => {
    expect(lintDesign(emitEngine(randomPlan(drawer(seed * 104729)), bodies[seed % bodies.length]!))).toBe('');
  },
);
