import type { SimulateProgress, SimulateResult } from '../../cosimulation/simulate-options.js';
import type { Command } from '../command.js';
import { choice, text, whole, value } from '../flags.js';
import { Progress } from '../progress.js';
import { UsageError } from '../report-error.js';
import { colors, counted, grouped, percent, writeJson, writeLine, writeStep, writeWarning } from '../terminal.js';

export const simulateCommand: Command = {
  name: 'simulate',
  usage: 'simulate <design>',
  summary: 'run images through a design and compare every bit with the golden model',
  positional: { name: 'design', summary: 'folder that generate wrote' },
  options: {
    images: {
      ...value,
      alias: 'i',
      demandOption: 'give --images FILE',
      describe: 'IDX or .npy (gzipped or not), PNG, or a folder of PNGs',
    },
    labels: { ...value, alias: 'l', describe: 'classes of the images (IDX or .npy), for the accuracy' },
    count: { ...value, alias: 'n', describe: 'images to take from the first on (default all; with --wave 1)' },
    engine: { ...value, describe: 'verilator (default), cxxrtl (npm packages only) or golden (no Verilog)' },
    wave: { ...value, describe: 'VCD file to write' },
    layers: { type: 'boolean', describe: 'compare the values that leave every layer' },
  },
  examples: [
    ['$0 simulate out/lenet --images t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz', 'prove and score'],
    ['$0 simulate out/lenet --images digit.png --layers --wave digit.vcd', 'look inside'],
  ],
  epilogue: 'Exit code 1: a value differs from the golden model, or a result came in another cycle than predicted.',
  run: runSimulate,
};

async function runSimulate(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const design = text('design', argv['design']);
  const images = text('images', argv['images']);
  if (design === undefined || images === undefined) throw new UsageError('no design or no --images', 'give both');
  const labels = text('labels', argv['labels']);
  const wave = text('wave', argv['wave']);
  const count = whole('count', argv['count'], 1, Infinity);
  const engine = choice('engine', argv['engine'], ['verilator', 'cxxrtl', 'golden']);
  const { simulate } = await import('../../cosimulation/simulate.js');
  const progress = new Progress();
  let result: SimulateResult;
  try {
    result = await simulate({
      design,
      images,
      layers: argv['layers'] === true,
      ...(labels !== undefined && { labels }),
      ...(wave !== undefined && { wave }),
      ...(count !== undefined && { count }),
      ...(engine !== undefined && { engine }),
      onProgress: (event) => show(event, progress, engine ?? 'verilator'),
    });
  } finally {
    progress.stop();
  }
  writeResult(result);
  if (argv['json'] === true) writeJson(result);
  return (result.mismatches ?? 0) > 0 || result.cyclesAsPredicted === false ? 1 : 0;
}

function show(event: SimulateProgress, progress: Progress, engine: string): void {
  switch (event.kind) {
    case 'design':
      for (const warning of event.warnings) writeWarning(warning);
      break;
    case 'build':
      progress.status(`${event.stage}: ${event.detail}`);
      break;
    case 'built':
      progress.stop();
      writeStep(
        engine === 'verilator' ? 'verilate' : engine,
        event.cached ? 'cached' : `built in ${event.seconds.toFixed(1)} s`,
      );
      break;
    case 'images':
      progress.images(event.done, event.total);
      break;
  }
}

function writeResult(result: SimulateResult): void {
  const facts = [counted(result.images, 'image')];
  const { mismatches, firstMismatch, correct, accuracy, cyclesPerImage, latency } = result;
  if (mismatches !== null) {
    facts.push(mismatches === 0 ? colors.green('bit exact') : colors.red(`${counted(mismatches, 'value')} differ`));
  } else facts.push('golden model only');
  if (correct !== null && accuracy !== null) facts.push(`accuracy ${percent(accuracy, 2)}`);
  const predicted = result.cyclesAsPredicted === true ? ' (as predicted)' : '';
  if (cyclesPerImage !== null) facts.push(`${grouped(cyclesPerImage)} cycles per image${predicted}`);
  else if (latency !== null) facts.push(`latency ${grouped(latency)} cycles${predicted}`);
  facts.push(`${grouped(result.imagesPerSecond, result.imagesPerSecond < 10 ? 1 : 0)} images/s`);
  writeLine(`  ${facts.join('  ')}`);
  if (result.compared.length > 1) writeLine(`  compared  ${result.compared.join(', ')}`);
  if (firstMismatch !== null) {
    const { image, layer, channel, row, column, bit, expected, actual } = firstMismatch;
    writeLine(
      `  first     image ${image}, ${layer}, channel ${channel}, row ${row}, column ${column}, bit ${bit}: ${actual} in place of ${expected}`,
    );
  }
  if (result.cyclesAsPredicted === false) {
    const predicted = `${grouped(result.predictedCyclesPerImage)} a further image, ${grouped(result.predictedLatency)} for the first`;
    writeLine(`  ${colors.red('cycles')}    not as predicted: ${predicted}; the first took ${grouped(latency ?? 0)}`);
  }
  if (result.wave !== null) writeLine(`  ${result.wave}`);
}
