import { computeMacroModel } from '../../../generators/array.js';
import { arrayUnit, type ArrayUnitShape } from '../../../generators/array/unit.js';
import { type Model, type Simulation, type Source, verilate } from '../../../sim/index.js';
import { emit } from '../../../src/hdl/index.js';
import { type Program, programWords } from '../../../src/program/index.js';

/** The Verilog of a unit; macros are their simulation models. */
export function unitSources(shape: ArrayUnitShape): readonly Source[] {
  const { body, lines, lanes, searchLines, readCycles } = shape.array;
  const models = body === 'asic' ? emit(computeMacroModel({ lines, lanes, searchLines, readCycles })).modules : [];
  const { modules } = emit(arrayUnit(shape), { blackBoxStubs: false });
  return [...modules, ...models].map(({ file, text }) => ({ name: file, text }));
}

/** A unit with a loadable instruction memory, Verilated. */
export async function unitModel(shape: ArrayUnitShape): Promise<Model> {
  return verilate({ sources: unitSources(shape), top: shape.name, warnings: 'error' });
}

/** Writes a program into the instruction memory. */
export function loadWords(simulation: Simulation, words: readonly bigint[]): void {
  simulation.poke('program_write', 1);
  for (const [address, word] of words.entries()) {
    simulation.poke('program_address', address);
    simulation.poke('program_word', word);
    simulation.step();
  }
  simulation.poke('program_write', 0);
}

export function loadProgram(simulation: Simulation, program: Program): void {
  loadWords(simulation, programWords(program));
}

export interface UnitRun {
  /** Lines stored, one after the other, 32 lanes a word. */
  readonly stored: Uint32Array;
  readonly cycles: number;
  readonly fault: boolean;
}

/** Starts the program, feeds its LOADs and takes its STOREs; `stall` holds the streams back at random. */
export function runProgram(
  simulation: Simulation,
  loads: Uint32Array,
  stores: number,
  options: { readonly maxCycles: number; readonly stall?: { readonly seed: number; readonly probability: number } },
): UnitRun {
  simulation.poke('start', 1);
  simulation.step();
  simulation.poke('start', 0);
  // Words of 33 to 64 bits pass as one number each.
  const lanes = simulation.ports.find(({ name }) => name === 'load_line')!.width;
  const wide = lanes > 32 && lanes <= 64;
  const { sinks } = simulation.run({
    sources: { load: { data: wide ? new BigUint64Array(loads.buffer, loads.byteOffset, loads.length / 2) : loads } },
    sinks: { store: { count: stores } },
    idleCycles: options.maxCycles,
    ...options,
  });
  for (let wait = 0; simulation.peek('busy') === 1; wait++) {
    if (wait > options.maxCycles) throw new Error('the program does not end');
    simulation.step();
  }
  const { line: lines } = sinks.store.data as { readonly line: Uint32Array | BigUint64Array };
  return {
    stored: new Uint32Array(lines.buffer, lines.byteOffset, lines.byteLength / 4),
    cycles: Number(simulation.peek('cycles')),
    fault: simulation.peek('fault') === 1,
  };
}
