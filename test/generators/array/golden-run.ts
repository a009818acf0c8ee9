import { expect } from 'vitest';
import type { ArrayShape } from '../../../generators/array.js';
import type { Simulation } from '../../../sim/index.js';
import { predictCycles } from '../../../src/build/array-cycles.js';
import { ArrayState, Interpreter, type Program, withTransfers } from '../../../src/program/index.js';
import { loadProgram, runProgram } from './unit-bench.js';

/** The program between LOADs of every line of the array and STOREs of every line. */
export function withAllLines(program: Program, lines: number): Program {
  const all = { name: 'all lines', base: 0, width: lines };
  return withTransfers(program, [all], [all]);
}

export interface ComparedRun {
  /** All lines after the run, as both models have them. */
  readonly state: ArrayState;
  readonly cycles: number;
}

/**
 * A program made ready for both models. `run` starts it with the given content of all lines (32 lanes a word) and
 * compares every line that either stores, and the cycles with the predicted ones.
 */
export function compared(simulation: Simulation, array: ArrayShape, program: Program) {
  const { lines, lanes } = array;
  const whole = withAllLines(program, lines);
  const interpreter = new Interpreter(whole);
  const predicted = predictCycles(whole, array);
  const count = (kind: 'load' | 'store'): number =>
    interpreter.trace.filter((instruction) => instruction.kind === kind).length;
  const loadCount = count('load');
  const storeCount = count('store');
  const words = Math.ceil(lanes / 32);
  loadProgram(simulation, whole);
  return {
    /** Words of `loads`: those of all lines, then those of the lines that the program itself loads. */
    loadWords: loadCount * words,
    run(loads: Uint32Array, stall?: { readonly seed: number; readonly probability: number }): ComparedRun {
      const state = interpreter.createState(lanes);
      const stores: Uint32Array[] = [];
      const lineOf = (data: Uint32Array, index: number): Uint32Array =>
        data.subarray(index * words, (index + 1) * words);
      const beats = Array.from({ length: loadCount }, (_, index) => lineOf(loads, index));
      interpreter.run(state, { exchange: { loads: beats, stores } });
      const rtl = runProgram(simulation, loads, storeCount, { maxCycles: 50 * predicted, ...(stall && { stall }) });
      expect(rtl.fault).toBe(false);
      const top = lanes % 32 === 0 ? 0xffffffff : 2 ** (lanes % 32) - 1;
      for (const [index, golden] of stores.entries()) {
        const found = lineOf(rtl.stored, index);
        for (let w = 0; w < words; w++) {
          const mask = w === words - 1 ? top : 0xffffffff;
          if (((golden[w]! ^ found[w]!) & mask) === 0) continue;
          expect.fail(`${program.name}: stored line ${index} of ${storeCount} differs in lanes ${w * 32} and up`);
        }
      }
      if (stall === undefined) expect(rtl.cycles, `${program.name}: cycles`).toBe(predicted);
      return { state, cycles: rtl.cycles };
    },
  };
}

/** Words of random lanes; bits above the lanes are 0, as a port of that width has none. */
export function randomLines(random: { bits(): number }, words: number, lanes: number): Uint32Array {
  const perLine = Math.ceil(lanes / 32);
  const top = lanes % 32 === 0 ? 0xffffffff : 2 ** (lanes % 32) - 1;
  return Uint32Array.from({ length: words }, (_, index) =>
    index % perLine === perLine - 1 ? random.bits() & top : random.bits(),
  );
}
