import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { UnitOptions } from '../../build/unit.js';
import type { Command } from '../command.js';
import { choice, given, positive, text, whole, value } from '../flags.js';
import { UsageError } from '../report-error.js';
import { colors, counted, grouped, seconds, writeJson, writeLine, writeStep } from '../terminal.js';

const float = 'Floating-point units:';
const array = 'Units of an array:';

export const unitCommand: Command = {
  name: 'unit',
  usage: 'unit <kind>',
  summary: 'make the Verilog of one unit of arithmetic',
  positional: { name: 'kind', summary: 'fp-add, fp-mul, … or array-add, array-mul, …' },
  options: {
    format: {
      ...value,
      alias: 'f',
      demandOption: 'give --format F, such as bf16',
      describe: 'fp64, fp32, tf32, fp16, bf16, e5m2, e4m3 or e<N>m<N>; of array units also int<N>, uint<N>',
    },
    out: { ...value, alias: 'o', demandOption: 'give --out DIR', describe: 'folder of the design' },
    stages: { ...value, group: float, describe: 'registers from operands to result (default 0)' },
    rounding: {
      ...value,
      group: float,
      describe: 'nearest-even, toward-zero, down, up or nearest-away (default: a port)',
    },
    subnormals: { ...value, group: float, describe: 'exact (default) or flush' },
    saturate: { type: 'boolean', group: float, describe: 'overflow gives the largest finite value' },
    flags: { type: 'boolean', group: float, describe: 'five exception flags; --no-flags leaves them out' },
    handshake: { ...value, group: float, describe: 'stream (ready and valid, default) or enable' },
    terms: { ...value, group: float, describe: 'of fp-dot: elements of a vector (default 4)' },
    compare: { ...value, group: float, describe: 'of fp-compare: what is compared (default order)' },
    from: { ...value, group: float, describe: 'of fp-convert: what is converted to the format' },
    to: { ...value, group: float, describe: 'of fp-convert: what the format is converted to' },
    lanes: { ...value, group: array, describe: 'numbers computed at once (default 256)' },
    lines: { ...value, group: array, describe: 'lines of cells, to 512 (default: as the program needs)' },
    variant: { ...value, group: array, describe: 'exact (IEEE 754, default) or flush' },
    body: { ...value, group: array, describe: 'what cells are made of: fpga (default), behavioural or asic' },
    words: { ...value, group: array, describe: 'words of a loadable program memory (default: a ROM)' },
    device: { ...value, group: array, describe: 'SOT-MRAM device whose times are used' },
    clock: { ...value, group: array, describe: 'clock period in ns for the device’s times (default 10)' },
    top: { ...value, group: array, describe: 'name of the top module' },
    force: { type: 'boolean', describe: 'replace the folder whatever it holds' },
  },
  examples: [
    ['$0 unit fp-fma --format fp32 --stages 3 --out out/fma', 'a pipeline with a result every cycle'],
    ['$0 unit fp-convert --format bf16 --from fp32 --out out/narrow', 'fp32 to bf16'],
    ['$0 unit array-mul --format bf16 --lanes 256 --out out/multiply', 'an array that multiplies 256 pairs'],
  ],
  epilogue:
    'Kinds: fp-add, fp-sub, fp-mul, fp-fma, fp-mac, fp-compare, fp-convert, fp-div, fp-sqrt, fp-dot, and array- with ' +
    'the name of a program that sotto program knows.',
  run: runUnit,
};

async function runUnit(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const start = performance.now();
  const { generateUnit } = await import('../../build/unit.js');
  const result = generateUnit(readOptions(argv));
  const milliseconds = performance.now() - start;
  const { out, top, ports, latency, interval, files, manifest } = result;
  writeStep(
    'emit',
    counted(files.filter((file) => file.endsWith('.v')).length, 'file') + ' of Verilog',
    counted(ports.length, 'port'),
  );
  const every = interval === 1 ? 'an operation every cycle' : `an operation every ${grouped(interval)} cycles`;
  writeStep('predict', `latency ${counted(latency, 'cycle')}`, every);
  writeLine(`  ${join(out, `${top}.v`)}   manifest.json   ${colors.dim(`(${seconds(milliseconds)})`)}`);
  if (argv['json'] === true) {
    writeJson({ out, top, latency, interval, files, seconds: milliseconds / 1000, manifest });
  }
  return 0;
}

function readOptions(argv: Readonly<Record<string, unknown>>): UnitOptions {
  const unit = text('kind', argv['kind']);
  const format = text('format', argv['format']);
  const out = text('out', argv['out']);
  if (unit === undefined || format === undefined || out === undefined) {
    throw new UsageError('no kind, --format or --out', 'give all three');
  }
  const flag = (name: string): boolean | undefined => (typeof argv[name] === 'boolean' ? argv[name] : undefined);
  const own = {
    stages: whole('stages', argv['stages'], 0, 1000),
    rounding: text('rounding', argv['rounding']),
    subnormals: choice('subnormals', argv['subnormals'], ['exact', 'flush']),
    saturate: flag('saturate'),
    flags: flag('flags'),
    handshake: choice('handshake', argv['handshake'], ['stream', 'enable']),
    terms: whole('terms', argv['terms'], 1, 256),
    comparison: text('compare', argv['compare']),
    from: text('from', argv['from']),
    to: text('to', argv['to']),
    lanes: whole('lanes', argv['lanes'], 1, 65536),
    lines: whole('lines', argv['lines'], 2, 512),
    variant: choice('variant', argv['variant'], ['exact', 'flush']),
    body: choice('body', argv['body'], ['fpga', 'behavioural', 'asic']),
    loadableWords: whole('words', argv['words'], 2, 1 << 20),
    device: text('device', argv['device']),
    clockNs: positive('clock', argv['clock']),
    top: text('top', argv['top']),
  };
  return { unit, format, out, force: argv['force'] === true, ...given(own) };
}
