/** Runs one emitted design with the same pokes in Icarus and in Verilator. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verilate } from '../../../sim/index.js';
import type { ModuleIr, SignalIr } from '../../../src/hdl/ir.js';
import type { EmittedDesign } from '../../../src/hdl/verilog/emit.js';
import { isNative } from './campaign.js';
import * as ir from './ir.js';
import { nativeBench, pokesText } from './native-bench.js';
import { filesOf, inFolder, run } from './tools.js';

/** Bit patterns of the inputs beside the clock. */
export type Pokes = ReadonlyMap<SignalIr, bigint>;

export interface Experiment {
  readonly top: ModuleIr;
  readonly design: EmittedDesign;
  /** One a cycle; a rising and a falling edge of `clk` follow each, where there is a clock. */
  readonly pokes: readonly Pokes[];
}

/** Output values before each edge, in the order of the ports: lower-case hexadecimal digits, as many as the width asks for. */
export type Seen = readonly (readonly string[])[];

export function outputsOf(top: ModuleIr): SignalIr[] {
  return top.ports.filter(({ kind }) => kind === 'output');
}

export function inputsOf(top: ModuleIr): SignalIr[] {
  return top.ports.filter((port) => port.kind === 'input' && port !== ir.clk);
}

export function hexOf(value: bigint, width: number): string {
  return BigInt.asUintN(width, value)
    .toString(16)
    .padStart(Math.ceil(width / 4), '0');
}

/** One line for each output value that is not the wanted bit pattern. */
export function differences(top: ModuleIr, seen: Seen, wanted: readonly (readonly bigint[])[]): string[] {
  return outputsOf(top).flatMap(({ name, width }, column) =>
    wanted.flatMap((row, cycle) => {
      const [is, should] = [seen[cycle]?.[column], hexOf(row[column]!, width)];
      return is === should ? [] : [`${name!} in cycle ${cycle}: ${is} is not ${should}`];
    }),
  );
}

/** Statements of a bench that give everything its value at power-up, after the edges of clocks that become known. */
function powerUp(module: ModuleIr, design: EmittedDesign, path: string): string[] {
  const names = design.names.get(module)!;
  const literal = (width: number, value: bigint) => `${width}'h${value.toString(16)}`;
  const set = (signal: SignalIr) =>
    `${path}.${names.signals.get(signal)!} = ${literal(signal.width, signal.reset ?? 0n)};`;
  const registers = module.signals.filter(({ kind }) => kind === 'register');
  const read = module.memories.flatMap(({ reads }) => reads.filter(({ domain }) => domain).map(({ data }) => data));
  return [
    ...[...registers, ...read].map(set),
    ...module.memories.flatMap((memory) => {
      const { image, width } = memory;
      const words = image === undefined || image.kind === 'parameter' ? [] : image.words;
      const name = `${path}.${names.memories.get(memory)!}`;
      return Array.from({ length: memory.depth }, (_, i) => `${name}[${i}] = ${literal(width, words[i] ?? 0n)};`);
    }),
    ...module.instances.flatMap((instance) =>
      powerUp(instance.module, design, `${path}.${names.instances.get(instance)!}`),
    ),
  ];
}

/** A bench that pokes the values of each cycle and prints every output, one line a cycle. */
function icarusBench({ top, design, pokes }: Experiment): string {
  const [inputs, outputs] = [inputsOf(top), outputsOf(top)];
  const edges = top.ports.includes(ir.clk) ? ' clk = 1; #1; clk = 0; #1;' : '';
  const steps = pokes.map((values) => {
    const sets = inputs.map((port) => `${port.name!} = ${port.width}'h${values.get(port)!.toString(16)};`);
    return `${sets.join(' ')} #1; show;${edges}`;
  });
  return [
    'module bench;',
    'reg clk = 0;',
    ...inputs.map(({ name, width }) => `reg [${width - 1}:0] ${name!};`),
    ...outputs.map(({ name, width }) => `wire [${width - 1}:0] ${name!};`),
    `${design.topName} dut (${top.ports.map(({ name }) => `.${name!}(${name!})`).join(', ')});`,
    'task show; begin',
    ...outputs.map(({ name }) => `$write("%h ", ${name!});`),
    '$write("\\n"); end endtask',
    'initial begin #1;',
    ...powerUp(top, design, 'dut'),
    ...steps,
    'end endmodule\n',
  ].join('\n');
}

function rowsOf(said: string): string[][] {
  const lines = said.trim().split('\n');
  return lines.map((line) => line.trim().split(' '));
}

function inIcarus(experiment: Experiment): Seen {
  const files = { ...filesOf(experiment.design), 'bench.v': icarusBench(experiment) };
  const said = inFolder(files, (folder) => {
    run('iverilog', ['-g2001', '-o', 'out.vvp', ...Object.keys(files).filter((file) => file.endsWith('.v'))], folder);
    return run('vvp', ['-n', 'out.vvp'], folder);
  });
  return rowsOf(said);
}

/** Verilator with the project's own way from C++ to a model in this process. */
async function inVerilator({ top, design, pokes }: Experiment): Promise<Seen> {
  const model = await verilate({
    sources: design.modules.map(({ file, text }) => ({ name: file, text })),
    dataFiles: design.images.map(({ file, text }) => ({ name: file, text })),
    top: design.topName,
  });
  using simulation = model.instantiate();
  const hasClock = top.ports.includes(ir.clk);
  return pokes.map((values) => {
    for (const port of inputsOf(top)) {
      const bits = values.get(port)!;
      const value = port.signed ? BigInt.asIntN(port.width, bits) : bits;
      simulation.poke(port.name!, port.width <= 53 ? Number(value) : value);
    }
    const row = outputsOf(top).map((port) => hexOf(BigInt(simulation.peek(port.name!)), port.width));
    if (hasClock) simulation.step();
    return row;
  });
}

/** Verilator with the system's C++ compiler. */
function inNativeVerilator({ top, design, pokes }: Experiment): Promise<Seen> {
  const [inputs, outputs] = [inputsOf(top), outputsOf(top)];
  const files = { ...filesOf(design), 'pokes.txt': pokesText(inputs, pokes) };
  const sources = design.modules.map(({ file }) => file);
  const said = inFolder(files, (folder) => {
    const flags = ['-Wno-fatal', '-Wno-lint', '--prefix', 'Vmodel', '--Mdir', 'obj', '--top-module', design.topName];
    run('verilator', ['--cc', ...flags, ...sources], folder);
    const generated = readdirSync(join(folder, 'obj')).filter((file) => file.endsWith('.cpp'));
    const bench = nativeBench(inputs, outputs, top.ports.includes(ir.clk));
    // One unit, as each would read Verilator's headers; not optimised, as the model runs for a moment only.
    const unit = [...generated.sort(), 'verilated.cpp', 'verilated_threads.cpp'].map((file) => `#include "${file}"\n`);
    writeFileSync(join(folder, 'bench.cpp'), [...unit, bench].join(''));
    const include = join(run('verilator', ['--getenv', 'VERILATOR_ROOT'], folder).trim(), 'include');
    const folders = ['-Iobj', `-I${include}`, `-I${join(include, 'vltstd')}`];
    run('c++', ['-std=c++20', '-O0', '-w', '-pthread', ...folders, 'bench.cpp', '-o', 'bench'], folder);
    return run('./bench', [], folder);
  });
  return Promise.resolve(rowsOf(said));
}

/** The simulators by name. */
export const simulators: readonly (readonly [name: string, run: (experiment: Experiment) => Seen | Promise<Seen>])[] = [
  ['Icarus', inIcarus],
  ['Verilator', isNative ? inNativeVerilator : inVerilator],
];
