import { emit, type Module } from '../../../src/hdl/index.js';
import type { FloatShape } from '../../../generators/fp/float-shape.js';
import type { FloatFormat } from '../../../src/number/index.js';
import { type Model, verilate } from '../../../sim/index.js';

/** A unit in the bench and what its ports are called there. */
export interface BenchUnit {
  readonly name: string;
  readonly module: Module;
}

export interface Port {
  readonly name: string;
  readonly kind: string;
  readonly width: number;
}

function portsOf(module: Module): Port[] {
  return module.ir.ports.map(({ name, kind, width }) => ({ name: name!, kind, width }));
}

const isClocking = ({ name }: Port): boolean => name === 'clk' || name === 'rst';

/** Inputs of a stream go by `<unit>_in_…`, outputs by `<unit>_out_…`, so that the simulator finds the streams. */
function outerName(unit: string, { name, kind }: Port): string {
  if (/^(in|out)_/.test(name)) return `${unit}_${name}`;
  return `${unit}_${kind === 'input' ? 'in' : 'out'}_${name}`;
}

/** One model of many units side by side: a model takes seconds to compile, a unit more in it next to nothing. */
export async function benchOf(units: readonly BenchUnit[]): Promise<Model> {
  const modules = new Map<string, string>();
  for (const { module } of units) {
    for (const { name, text } of emit(module).modules) {
      const known = modules.get(name);
      if (known !== undefined && known !== text) throw new Error(`two different modules are called ${name}`);
      modules.set(name, text);
    }
  }
  const ports: string[] = ['input wire clk', 'input wire rst'];
  const instances: string[] = [];
  for (const { name, module } of units) {
    const inner = portsOf(module);
    const connections = inner.map((port) => `.${port.name}(${isClocking(port) ? port.name : outerName(name, port)})`);
    for (const port of inner.filter((candidate) => !isClocking(candidate))) {
      ports.push(`${port.kind} wire [${port.width - 1}:0] ${outerName(name, port)}`);
    }
    instances.push(`  ${module.name} ${name} (${connections.join(', ')});`);
  }
  const top = `module fp_bench (\n  ${ports.join(',\n  ')}\n);\n${instances.join('\n')}\nendmodule\n`;
  return verilate({
    top: 'fp_bench',
    sources: [{ name: 'fp_bench.v', text: top }, ...[...modules].map(([name, text]) => ({ name: `${name}.v`, text }))],
  });
}

/** Operands by port name, one value an operation. */
export type Vectors = Readonly<Record<string, readonly number[] | readonly bigint[] | Uint32Array | BigUint64Array>>;

export interface Results {
  readonly result: ArrayLike<number | bigint>;
  readonly flags: ArrayLike<number | bigint>;
  readonly cycles: number;
}

/**
 * Sends the operations through a unit of the bench, at full speed or with random stalls on both sides, and takes as many
 * results, or the number that is given.
 */
export function runUnit(model: Model, unit: string, vectors: Vectors, stall?: number, results?: number): Results {
  using simulation = model.instantiate();
  simulation.reset();
  const operations = Object.values(vectors)[0]!.length;
  const count = results ?? operations;
  const { sinks, cycles } = simulation.run({
    sources: { [`${unit}_in`]: { data: vectors } },
    sinks: { [`${unit}_out`]: { count } },
    maxCycles: 100 * operations + 1000,
    ...(stall !== undefined && { stall: { seed: stall, probability: 0.3 } }),
  });
  const { data } = sinks[`${unit}_out`]!;
  return { result: data['result']!, flags: data['flags'] ?? new Uint32Array(count), cycles };
}

export function shapeOf({ exponentBits, fractionBits, hasInfinity }: FloatFormat): FloatShape {
  return { exponentBits, fractionBits, hasInfinity };
}
