import { expect, test } from 'vitest';
import { verilate } from '../../../sim/index.js';
import type { ModuleIr, SignalIr } from '../../../src/hdl/ir.js';
import { type EmittedDesign, emitDesign } from '../../../src/hdl/verilog/emit.js';
import { ModuleState } from '../interpret-module.js';
import * as ir from './ir.js';
import { Random } from './random-expression.js';
import { inputs, randomModule, resetLow, sideBySide } from './random-module.js';
import { filesOf, inFolder, run } from './tools.js';

/** Modules in all; `SOTTO_CAMPAIGN=1` asks for the long campaign, `VERILOG_MODULES` for a number. */
const total = Number(process.env['VERILOG_MODULES'] ?? (process.env['SOTTO_CAMPAIGN'] === '1' ? 500 : 24));
const together = Math.min(total, 25);
const cycles = 30;

type Pokes = ReadonlyMap<SignalIr, bigint>;

function randomDesign(seed: number) {
  const random = new Random(seed);
  const parts: ModuleIr[] = [];
  for (let index = 0; index < together; index++) {
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

function outputsOf(top: ModuleIr): SignalIr[] {
  return top.ports.filter(({ kind }) => kind === 'output');
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

function bench(top: ModuleIr, design: EmittedDesign, pokes: readonly Pokes[]): string {
  const outputs = outputsOf(top);
  const steps = pokes.map((values) => {
    const sets = inputs.map((port) => `${port.name!} = ${port.width}'h${values.get(port)!.toString(16)};`);
    const shows = outputs.map(({ name }) => `$write("%h ", ${name!});`);
    return [...sets, '#1;', ...shows, '$write("\\n"); clk = 1; #1; clk = 0; #1;'].join(' ');
  });
  return [
    'module bench;',
    'reg clk = 0;',
    ...inputs.map(({ name, width }) => `reg [${width - 1}:0] ${name!};`),
    ...outputs.map(({ name, width }) => `wire [${width - 1}:0] ${name!};`),
    `side_by_side dut (.clk(clk), ${[...inputs, ...outputs].map(({ name }) => `.${name!}(${name!})`).join(', ')});`,
    'initial begin #1;',
    ...powerUp(top, design, 'dut'),
    ...steps,
    'end endmodule\n',
  ].join('\n');
}

function icarusValues(top: ModuleIr, design: EmittedDesign, pokes: readonly Pokes[]): string[][] {
  const files = { ...filesOf(design), 'bench.v': bench(top, design, pokes) };
  const said = inFolder(files, (folder) => {
    run('iverilog', ['-g2001', '-o', 'out.vvp', ...Object.keys(files).filter((file) => file.endsWith('.v'))], folder);
    return run('vvp', ['-n', 'out.vvp'], folder);
  });
  const lines = said.trim().split('\n');
  return lines.map((line) => line.trim().split(' '));
}

async function verilatorValues(top: ModuleIr, design: EmittedDesign, pokes: readonly Pokes[]): Promise<string[][]> {
  const model = await verilate({
    sources: design.modules.map(({ file, text }) => ({ name: file, text })),
    dataFiles: design.images.map(({ file, text }) => ({ name: file, text })),
    top: design.topName,
  });
  using simulation = model.instantiate();
  return pokes.map((values) => {
    for (const port of inputs) {
      const bits = values.get(port)!;
      const value = port.signed ? BigInt.asIntN(port.width, bits) : bits;
      simulation.poke(port.name!, port.width <= 53 ? Number(value) : value);
    }
    const row = outputsOf(top).map((port) => hexOf(BigInt(simulation.peek(port.name!)), port.width));
    simulation.step();
    return row;
  });
}

function hexOf(value: bigint, width: number): string {
  return BigInt.asUintN(width, value)
    .toString(16)
    .padStart(Math.ceil(width / 4), '0');
}

function differences(top: ModuleIr, seen: readonly (readonly string[])[], wanted: readonly (readonly bigint[])[]) {
  return outputsOf(top).flatMap(({ name, width }, column) =>
    wanted.flatMap((row, cycle) => {
      const [is, should] = [seen[cycle]?.[column], hexOf(row[column]!, width)];
      return is === should ? [] : [`${name!} in cycle ${cycle}: ${is} is not ${should}`];
    }),
  );
}

for (let seed = 0; seed * together < total; seed++) {
  test(`${together} random modules, seed ${seed}, do in Icarus and Verilator what the rules of the IR say`, async () => {
    const { top, pokes } = randomDesign(seed);
    const design = emitDesign(top);
    const wanted = wantedValues(top, pokes);
    expect(differences(top, icarusValues(top, design, pokes), wanted).slice(0, 20)).toEqual([]);
    expect(differences(top, await verilatorValues(top, design, pokes), wanted).slice(0, 20)).toEqual([]);
  });
}
