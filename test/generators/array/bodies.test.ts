import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ArrayShape } from '../../../generators/array.js';
import type { Model, Simulation } from '../../../sim/index.js';
import { buildProgram, encode, type Command } from '../../../src/program/index.js';
import { campaign, Random } from '../../program/operands.js';
import { compared, randomLines } from './golden-run.js';
import { randomProgram } from './random-program.js';
import { loadWords, runProgram, unitModel } from './unit-bench.js';

/** Two bodies at their fastest, two that are slow, one of them with the reads, writes and searches all different. */
const arrays: Readonly<Record<string, ArrayShape>> = {
  behavioural: {
    ...{ lines: 128, lanes: 65, readCycles: 1, writeCycles: 1, searchCycles: 1, searchLines: 32 },
    ...{ moves: true, body: 'behavioural' },
  },
  block_memory: {
    ...{ lines: 70, lanes: 33, readCycles: 1, writeCycles: 1, searchCycles: 1, searchLines: 15 },
    ...{ moves: true, body: 'fpga' },
  },
  slow_block_memory: {
    ...{ lines: 71, lanes: 20, readCycles: 3, writeCycles: 3, searchCycles: 7, searchLines: 15 },
    ...{ moves: true, body: 'fpga' },
  },
  macro: {
    ...{ lines: 67, lanes: 64, readCycles: 2, writeCycles: 4, searchCycles: 3, searchLines: 16 },
    ...{ moves: true, body: 'asic' },
  },
};

describe.each(Object.entries(arrays))('%s', (name, array) => {
  const words = 400;
  let model: Model;
  let simulation: Simulation;
  beforeAll(async () => {
    model = await unitModel({ name: `unit_${name}`, array, program: { words, loadable: true } });
  });
  beforeEach(() => {
    simulation = model.instantiate({ print: (text) => expect.fail(text) });
    simulation.reset();
  });

  test('random programs: every stored line and the cycles are those of the golden model', () => {
    const random = new Random(7);
    for (let run = 0; run < campaign(60); run++) {
      const program = randomProgram((limit) => random.below(limit), array.lines, array.searchLines, array.lanes);
      const pair = compared(simulation, array, program);
      pair.run(randomLines(random, pair.loadWords, array.lanes));
    }
  });

  test('streams that stall change the cycles and nothing else', () => {
    const random = new Random(8);
    for (let run = 0; run < 10; run++) {
      const program = randomProgram((limit) => random.below(limit), array.lines, array.searchLines, array.lanes);
      const pair = compared(simulation, array, program);
      pair.run(randomLines(random, pair.loadWords, array.lanes), { seed: run, probability: 0.4 });
    }
  });

  test.each([
    ['add', 'int8'],
    ['multiply', 'uint8'],
    ['multiply', 'bf16'],
    ['add', 'e5m2'],
  ])('%s %s: every line', (operation, format) => {
    const random = new Random(9);
    const pair = compared(simulation, array, buildProgram(operation, format));
    for (let run = 0; run < 3; run++) pair.run(randomLines(random, pair.loadWords, array.lanes));
  });

  const halt: Command = { kind: 'halt' };
  const end: Command = { kind: 'end', increments: [] };
  const loop: Command = { kind: 'loop', count: 2 };
  test.each<[string, readonly bigint[], boolean, number]>([
    ['HALT alone', [encode(halt)], false, 1],
    ['an END without LOOP', [encode(end), encode(halt)], true, 1],
    [
      'four nested loops',
      [...Array<Command>(4).fill(loop), ...Array<Command>(4).fill(end), halt].map(encode),
      false,
      46,
    ],
    ['a fifth nested LOOP', [...Array<Command>(5).fill(loop), halt].map(encode), true, 5],
    ['an unknown code', [15n << 60n], true, 1],
    ['NOR', [10n << 60n], true, 1],
    [
      'no HALT before the end of the memory',
      Array<bigint>(words).fill(encode({ kind: 'add', increments: [] })),
      true,
      words,
    ],
  ])('%s ends as it should', (_, program, fault, cycles) => {
    loadWords(simulation, program);
    const run = runProgram(simulation, new Uint32Array(), 0, { maxCycles: 1000 });
    expect(run).toMatchObject({ fault, cycles });
  });
});
