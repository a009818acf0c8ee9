import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { withPlace } from '../../build/input-error.js';
import type { Command } from '../command.js';
import { choice, text, whole, value } from '../flags.js';
import { UsageError } from '../report-error.js';
import { colors, counted, grouped, writeJson, writeLine } from '../terminal.js';
import { programEpilogue, programOptions, readProgramOptions } from './program.js';

export const runProgramCommand: Command = {
  name: 'run-program',
  usage: 'run-program <name>',
  summary: 'run an in-memory program on hexadecimal vectors',
  positional: { name: 'name', summary: 'such as add, multiply, fused-multiply-add or to-bf16' },
  options: {
    ...programOptions,
    vectors: {
      ...value,
      alias: 'v',
      demandOption: 'give --vectors FILE',
      describe: 'operands, a case a line, blanks between; - for standard input',
    },
    out: { ...value, alias: 'o', describe: 'file of the results (default: standard output)' },
    engine: { ...value, describe: 'golden (default) or verilator: the Verilog of an array made for the program' },
    lanes: { ...value, describe: 'lanes of that array (default 256)' },
  },
  examples: [
    ['$0 run-program multiply --format bf16 --vectors pairs.hex', 'a result a line'],
    ['$0 run-program add -f fp32 -v pairs.hex -o sums.hex --engine verilator', 'in hardware'],
  ],
  epilogue: `Empty lines and lines that begin with # are no cases. ${programEpilogue}`,
  run: runRunProgram,
};

async function runRunProgram(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const options = readProgramOptions(argv);
  const vectors = text('vectors', argv['vectors']);
  if (vectors === undefined) throw new UsageError('no --vectors', 'give a file of hexadecimal operands');
  const out = text('out', argv['out']);
  const engine = choice('engine', argv['engine'], ['golden', 'verilator']) ?? 'golden';
  const lanes = whole('lanes', argv['lanes'], 1, 65536);
  const { runProgram } = await import('../../cosimulation/run-program.js');
  const start = performance.now();
  const run = await runProgram({ ...options, vectors, engine, ...(lanes !== undefined && { lanes }) });
  const seconds = (performance.now() - start) / 1000;
  const { results, cyclesPerRun, predictedCycles } = run;
  const lines = results.map((result) => `${result}\n`).join('');
  if (out !== undefined) withPlace(out, () => writeFileSync(out, lines));
  else if (argv['json'] !== true) process.stdout.write(lines);
  const asPredicted = cyclesPerRun === null || results.length === 0 ? null : cyclesPerRun === predictedCycles;
  if (argv['json'] === true) {
    const { program, format, ...rest } = options;
    writeJson({
      program,
      format,
      ...rest,
      engine,
      cases: results.length,
      cyclesPerRun,
      predictedCycles,
      cyclesAsPredicted: asPredicted,
      seconds,
      ...(out === undefined ? { results } : { out }),
    });
  }
  const cycles =
    cyclesPerRun === null
      ? ''
      : `  ${grouped(cyclesPerRun)} cycles a run${asPredicted === true ? ' (as predicted)' : ''}`;
  writeLine(`  ${counted(results.length, 'case')}  ${engine}${cycles}  ${colors.dim(`(${seconds.toFixed(1)} s)`)}`);
  if (asPredicted !== false) return 0;
  writeLine(`  ${colors.red('cycles')}    not as predicted: ${grouped(predictedCycles ?? 0)} a run`);
  return 1;
}
