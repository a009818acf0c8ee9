/**
 * The table of counts of the in-memory programs, each row with its standing, and lane-operations a second of the golden
 * model and of the emitted Verilog at 1,024 lanes, as JSON: `npx tsx bench/program-counts.ts [--counts]`.
 */
import { buildArrayUnit } from '../src/build/array-unit.js';
import { runVectorsOnRtl } from '../src/cosimulation/run-vectors-on-rtl.js';
import { Interpreter, programOperands, summariseProgram, buildProgram } from '../src/program/index.js';

const formats = ['fp32', 'tf32', 'fp16', 'bf16', 'e5m2', 'e4m3'];
const measured = [
  ['add', 'uint32'],
  ['multiply', 'bf16'],
  ['multiply', 'fp16'],
  ['add', 'fp32'],
  ['multiply', 'fp32'],
  ['fused-multiply-add', 'fp32'],
] as const;
const lanes = 1024;

const counts = ['add', 'multiply', 'fused-multiply-add'].flatMap((name) =>
  formats.map((format) => {
    const exact = summariseProgram(name, format, 'sot-mram', 'exact');
    const { published, ...own } = exact;
    return {
      ...{ name, format, standing: 'counted', exact: own },
      flush: summariseProgram(name, format, 'sot-mram', 'flush').steps,
      nor: summariseProgram(name, format, 'nor', 'exact').steps,
      norFlush: summariseProgram(name, format, 'nor', 'flush').steps,
      published,
    };
  }),
);
const integers = ['uint8', 'uint16', 'uint32'].flatMap((format) =>
  ['add', 'multiply'].map((name) => ({
    ...{ name, format, standing: 'counted' },
    steps: summariseProgram(name, format, 'sot-mram').steps,
    nor: summariseProgram(name, format, 'nor').steps,
    published: summariseProgram(name, format, 'nor').published,
  })),
);

/** Runs for about a second. */
function perSecond(operations: number, run: () => void): number {
  run();
  const start = performance.now();
  let runs = 0;
  while (performance.now() - start < 1000) {
    run();
    runs++;
  }
  return Math.round((1000 * runs * operations) / (performance.now() - start));
}

async function speed(name: string, format: string) {
  const program = buildProgram(name, format);
  const interpreter = new Interpreter(program);
  const state = interpreter.createState(lanes);
  for (let word = 0; word < state.cells.length; word++) state.cells[word] = Math.imul(word + 1, 0x9e3779b1);
  const golden = perSecond(lanes, () => interpreter.run(state));
  const options = { program: name, format, lanes, body: 'behavioural' as const };
  const operands = programOperands(name, format);
  const line = operands.map(({ width }) => 'a5c3f10f96e1d278'.slice(0, Math.ceil(width / 4))).join(' ');
  const vectors = new Array<string>(64 * lanes).fill(line);
  await runVectorsOnRtl(vectors.slice(0, 1), options);
  const { simulationSeconds, runs } = await runVectorsOnRtl(vectors, options);
  const { manifest } = buildArrayUnit(options);
  return {
    ...{ name, format, lanes, golden, rtl: Math.round((runs * lanes) / simulationSeconds) },
    cyclesPerRun: manifest.timing.cycles,
    cyclesPerRunInBlockMemory: buildArrayUnit({ ...options, body: 'fpga' }).manifest.timing.cycles,
  };
}

const speeds = [];
if (!process.argv.includes('--counts')) for (const [name, format] of measured) speeds.push(await speed(name, format));
process.stdout.write(`${JSON.stringify({ counts, integers, laneOperationsPerSecond: speeds }, null, 2)}\n`);
