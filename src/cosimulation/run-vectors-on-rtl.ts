import { type ArrayUnitOptions, buildArrayUnit, type BuiltArrayUnit } from '../build/array-unit.js';
import { programWords, ArrayState, fieldPlace, parseVectors, type FieldPlace } from '../program/index.js';
import { type Model, type Simulation, verilate } from '../../sim/index.js';

export interface RtlVectors {
  /** One hexadecimal result a case, with as many digits as its width needs. */
  readonly results: readonly string[];
  readonly lanes: number;
  /** Runs of the program. */
  readonly runs: number;
  /** Clock cycles of one run, as the hardware counted them; the same in every run. */
  readonly cyclesPerRun: number;
  /** As the manifest predicts them. */
  readonly predictedCycles: number;
  /** Wall time within the simulator: lines loaded, computed and stored; without building the model. */
  readonly simulationSeconds: number;
}

/**
 * Runs a program on vectors in the emitted Verilog, under Verilator: the unit of `buildArrayUnit`, as many cases at once
 * as it has lanes. Vectors and results are those of `runVectors`.
 *
 * @throws VectorError for a line that cannot be read, InputError for an option, SimulationBuildError without Verilator
 */
export async function runVectorsOnRtl(lines: readonly string[], options: ArrayUnitOptions): Promise<RtlVectors> {
  const unit = buildArrayUnit(options);
  const { program, manifest, shape } = unit;
  const operands = program.fields.filter(({ role }) => role === 'input');
  const cases = parseVectors(lines, operands);
  const model = await unitModel(unit);
  using simulation = model.instantiate();
  simulation.reset();
  if (shape.program.loadable) writeProgram(simulation, programWords(program));
  const { lanes } = shape.array;
  const results: string[] = [];
  let cycles = 0;
  let milliseconds = 0;
  for (let start = 0; start < cases.length; start += lanes) {
    const batch = cases.slice(start, start + lanes);
    const run = runBatch(simulation, unit, batch, operands);
    cycles = run.cycles;
    milliseconds += run.milliseconds;
    results.push(...run.results);
  }
  return {
    ...{ results, lanes, runs: Math.ceil(cases.length / lanes) },
    ...{ cyclesPerRun: cycles, predictedCycles: manifest.timing.cycles },
    simulationSeconds: milliseconds / 1000,
  };
}

/** The unit of these files as a model; a macro is its simulation model. */
async function unitModel({ manifest, files }: BuiltArrayUnit): Promise<Model> {
  const text = new Map(files.map((file) => [file.file, file.text]));
  const of = (...kinds: readonly string[]): string[] =>
    manifest.files.filter(({ kind }) => kinds.includes(kind)).map(({ file }) => file);
  const models = new Set(of('model').map((file) => file.replace(/^.*\//, '')));
  return verilate({
    top: manifest.top,
    sources: of('verilog', 'model')
      // The simulation model has the name of its black box.
      .filter((file) => !models.has(file))
      .map((file) => ({ name: file.replace(/^.*\//, ''), text: text.get(file)! })),
    dataFiles: of('image').map((file) => ({ name: file, text: text.get(file)! })),
  });
}

function writeProgram(simulation: Simulation, words: readonly bigint[]): void {
  simulation.poke('program_write', 1);
  for (const [address, word] of words.entries()) {
    simulation.poke('program_address', address);
    simulation.poke('program_word', word);
    simulation.step();
  }
  simulation.poke('program_write', 0);
}

function runBatch(
  simulation: Simulation,
  { program, manifest, shape }: BuiltArrayUnit,
  batch: readonly (readonly bigint[])[],
  operands: readonly FieldPlace[],
): { readonly results: string[]; readonly cycles: number; readonly milliseconds: number } {
  const { lanes } = shape.array;
  const state = new ArrayState(program.lines, lanes);
  for (const [index, operand] of operands.entries()) {
    state.writeBigInts(
      operand,
      batch.map((values) => values[index]!),
    );
  }
  const data = linesOf(state, operands, lanes);
  const begin = performance.now();
  simulation.poke('start', 1);
  simulation.step();
  simulation.poke('start', 0);
  const { sinks } = simulation.run({
    sources: { load: { data } },
    sinks: { store: { count: manifest.store.beats } },
    maxCycles: 2 * manifest.timing.cycles + 1000,
    idleCycles: manifest.timing.cycles + 1000,
  });
  // HALT follows the last STORE.
  while (simulation.peek('busy') === 1) simulation.step();
  const milliseconds = performance.now() - begin;
  const { line } = sinks.store.data as { readonly line: Uint32Array | BigUint64Array };
  const result = fieldPlace(program, 'result');
  const stored = new Uint32Array(line.buffer, line.byteOffset, line.byteLength / 4);
  const perLine = stored.length / result.width;
  for (let bit = 0; bit < result.width; bit++) {
    state.line(result.base + bit).set(stored.subarray(bit * perLine, bit * perLine + state.words));
  }
  const digits = Math.ceil(result.width / 4);
  const results = state.readBigInts(result).slice(0, batch.length);
  return {
    results: results.map((value) => value.toString(16).padStart(digits, '0')),
    cycles: Number(simulation.peek('cycles')),
    milliseconds,
  };
}

/** The lines of the operands as beats: words of 32 lanes, or of 64 for ports of 33 to 64 bits. */
function linesOf(state: ArrayState, operands: readonly FieldPlace[], lanes: number): Uint32Array | BigUint64Array {
  const perLine = lanes > 32 && lanes <= 64 ? 2 : state.words;
  const count = operands.reduce((sum, { width }) => sum + width, 0);
  const beats = new Uint32Array(count * perLine);
  let at = 0;
  for (const { base, width } of operands) {
    for (let bit = 0; bit < width; bit++, at++) beats.set(state.line(base + bit), at * perLine);
  }
  return perLine === 2 && lanes <= 64 ? new BigUint64Array(beats.buffer) : beats;
}
