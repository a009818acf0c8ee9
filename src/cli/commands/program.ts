import type { DescribedProgram, ProgramOptions } from '../../build/program.js';
import type { Command } from '../command.js';
import { choice, text, whole, value } from '../flags.js';
import { UsageError } from '../report-error.js';
import { table } from '../table.js';
import { grouped, writeJson } from '../terminal.js';

/** What names a program, for all commands that take one. */
export const programOptions = {
  format: {
    ...value,
    alias: 'f',
    demandOption: 'give --format F, such as bf16',
    describe: 'fp32, fp16, bf16, tf32, e5m2, e4m3, e<N>m<N>, int<N> or uint<N>',
  },
  variant: { ...value, describe: 'exact (IEEE 754, default) or flush (truncates, no subnormals)' },
  target: { ...value, describe: 'sot-mram (default) or nor (resistive logic)' },
  alignment: { ...value, describe: 'of float addition: bits (default), or sweep, a search for each distance' },
  lines: { ...value, describe: 'lines of the array, to 512 (default 512)' },
} as const;

export const programEpilogue =
  'Programs: add, subtract, multiply, maximum, relu, negate, less, equal and more by format; to-<format> converts. ' +
  'A wrong name lists those of the format.';

export const programCommand: Command = {
  name: 'program',
  usage: 'program <name>',
  summary: 'count the steps of an in-memory program, beside published counts',
  positional: { name: 'name', summary: 'such as add, multiply, fused-multiply-add or to-bf16' },
  options: {
    ...programOptions,
    listing: { type: 'boolean', describe: 'print the program, an instruction a line' },
  },
  examples: [
    ['$0 program multiply --format bf16', 'steps, reads, writes, searches and lines'],
    ['$0 program add --format fp32 --target nor --variant flush --json', 'the same as data, for another array'],
    ['$0 program add --format uint8 --listing', 'what the array does, step by step'],
  ],
  epilogue: programEpilogue,
  run: runProgramCommand,
};

/** The options of a program from the command line. */
export function readProgramOptions(argv: Readonly<Record<string, unknown>>): ProgramOptions {
  const program = text('name', argv['name']);
  const format = text('format', argv['format']);
  if (program === undefined || format === undefined) throw new UsageError('no program or no --format', 'give both');
  const target = choice('target', argv['target'], ['sot-mram', 'nor']);
  const variant = choice('variant', argv['variant'], ['exact', 'flush']);
  const alignment = choice('alignment', argv['alignment'], ['bits', 'sweep']);
  const lines = whole('lines', argv['lines'], 1, 512);
  return {
    program,
    format,
    ...(target && { target }),
    ...(variant && { variant }),
    ...(alignment && { alignment }),
    ...(lines !== undefined && { lines }),
  };
}

async function runProgramCommand(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const options = readProgramOptions(argv);
  const { describeProgram } = await import('../../build/program.js');
  const described = describeProgram(options);
  const { summary, listing } = described;
  if (argv['json'] === true) writeJson({ ...summary, ...(argv['listing'] === true && { listing }) });
  else process.stdout.write(argv['listing'] === true ? listing : `${report(described).join('\n')}\n`);
  return 0;
}

function report({ summary }: DescribedProgram): string[] {
  const { name, format, target, variant, lines, scratchLines, words, published } = summary;
  const rows = [
    ['this program', summary.steps, summary.reads, summary.writes, summary.cellWrites, summary.searches, 'counted'],
    ...published.map((other) => [
      other.name,
      other.steps,
      other.reads,
      other.writes,
      undefined,
      other.searches,
      other.standing,
    ]),
  ].map((row) => row.map((cell) => (typeof cell === 'number' ? numberText(cell) : (cell ?? ''))));
  const counts = table(['', 'steps', 'reads', 'writes', 'cell writes', 'searches', 'standing'], rows);
  return [
    `${name} ${format}, ${target}${variant === undefined ? '' : `, ${variant}`}`,
    `  ${grouped(lines)} lines of cells, ${grouped(scratchLines)} of them scratch; ${grouped(words)} instruction words`,
    '',
    ...counts,
    ...(published.length === 0 ? [] : ['', ...published.map((other) => `  ${other.name}: ${other.source}`)]),
  ];
}

/** Averages of formulas have halves. */
function numberText(count: number): string {
  return grouped(count, Number.isInteger(count) ? 0 : 1);
}
