import {
  compressionMethods,
  type CompressionBudget,
  type CompressResult,
  type CompressStep,
  patterns,
} from '../../workflow/compress-options.js';
import type { Command } from '../command.js';
import { choice, given, positive, preprocess, text, value, whole } from '../flags.js';
import { Progress } from '../progress.js';
import { UsageError } from '../report-error.js';
import { colors, counted, grouped, percent, writeJson, writeLine, writeStep, writeWarning } from '../terminal.js';
import { trainingEpilogue, trainingOptions, trainingPaths } from '../training-flags.js';

export const compressCommand: Command = {
  name: 'compress',
  usage: 'compress <model>',
  summary: 'prune and quantise a network for the array, and write it as a compressed model',
  positional: { name: 'model', summary: 'path of an ONNX model' },
  options: {
    data: trainingOptions.data,
    out: { ...value, alias: 'o', demandOption: 'give --out FILE', describe: 'safetensors file to write' },
    method: {
      ...value,
      describe:
        'admm (in training, default), reconstruct (after training, no labels), import (zeros of the model file)',
    },
    pattern: { ...value, describe: `${patterns.join(', ')} (default structured: filters and columns)` },
    block: { ...value, describe: 'ROWSxCOLUMNS of a block (default 512x256)' },
    ratio: { ...value, describe: 'dense weights for each one that is kept, such as 40' },
    cells: { ...value, describe: 'memory cells of the weights at most' },
    cycles: { ...value, describe: 'cycles an image at most, on the subarrays of the dense engine' },
    energy: { ...value, describe: 'pJ that sensing takes for an image at most' },
    keep: { ...value, describe: 'what layers keep, instead of a budget: conv1=8x20,fc1=60x280 (filters x columns)' },
    steps: { ...value, describe: 'rising ratios on the way, such as 20,45,110' },
    'max-loss': {
      ...value,
      describe: 'percentage points of accuracy that may be lost; alone: prune as far as that allows',
    },
    'weight-bits': { ...value, describe: 'bits of the weights (default 8; 4 or fewer are trained onto their levels)' },
    'activation-bits': { ...value, describe: 'bits of the activations (default 8)' },
    levels: { ...value, describe: 'equidistant (default) or powers-of-two, for weights of 4 bits or fewer' },
    'scale-per': { ...value, describe: 'filter (default) or layer: who shares a scale of levels' },
    seed: { ...value, describe: 'of the order of images (default 1)' },
    'penalty-epochs': { ...value, describe: 'epochs of a stage that pull weights to their projection (default 5)' },
    'retrain-epochs': { ...value, describe: 'epochs of a stage that train what is left (default 15)' },
    shift: { ...value, describe: 'pixels by which training images are moved at random (default 1)' },
    'every-stage': { type: 'boolean', describe: 'write OUT-stage1.safetensors and so on too' },
    quick: { type: 'boolean', describe: '10,000 images and fewer epochs: minutes, for a try' },
    restart: trainingOptions.restart,
    preprocess: trainingOptions.preprocess,
  },
  examples: [
    [
      '$0 compress lenet5.onnx --data mnist --ratio 40 --out lenet5.safetensors',
      'filters and columns pruned in training, 8 bits',
    ],
    [
      '$0 compress lenet5.onnx --data mnist --max-loss 0.3 --weight-bits 4 --out small.safetensors',
      'as small as 0.3 points allow',
    ],
    [
      '$0 compress model.onnx --method reconstruct --ratio 3 --data images --out model.safetensors',
      'without labels and gradients',
    ],
    [
      '$0 compress pruned.onnx --method import --data images --out pruned.safetensors',
      'a model that was pruned elsewhere',
    ],
  ],
  epilogue: trainingEpilogue,
  run: runCompress,
};

async function runCompress(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const { from: model, data, out } = trainingPaths('model', argv);
  const schedule = given({
    seed: whole('seed', argv['seed'], 0, 2 ** 31 - 1),
    penaltyEpochs: whole('penalty-epochs', argv['penalty-epochs'], 1, Infinity),
    shift: whole('shift', argv['shift'], 0, 8),
    retrainEpochs: whole('retrain-epochs', argv['retrain-epochs'], 1, Infinity),
  });
  const spacing = choice('levels', argv['levels'], ['equidistant', 'powers-of-two']);
  const per = choice('scale-per', argv['scale-per'], ['filter', 'layer']);
  const { compress } = await import('../../workflow/compress.js');
  const progress = new Progress();
  let result: CompressResult;
  try {
    result = await compress({
      model,
      data,
      out,
      schedule,
      ...given({
        method: choice('method', argv['method'], compressionMethods),
        pattern: choice('pattern', argv['pattern'], patterns),
        block: blockOf(argv['block']),
        budget: budgetOf(argv),
        keep: keepOf(argv['keep']),
        steps: stepsOf(argv['steps']),
        maximumLoss: lossOf(argv['max-loss']),
        weightBits: whole('weight-bits', argv['weight-bits'], 1, 8),
        activationBits: whole('activation-bits', argv['activation-bits'], 1, 8),
        preprocess: preprocess('preprocess', argv['preprocess']),
      }),
      levels: { spacing: spacing === 'powers-of-two' ? 'powersOfTwo' : 'equidistant', per: per ?? 'filter' },
      ...(argv['every-stage'] === true && { everyStage: true }),
      ...(argv['quick'] === true && { quick: true }),
      ...(argv['restart'] === true && { restart: true }),
      onStep: (step) => show(step, progress),
    });
  } finally {
    progress.stop();
  }
  const { model: compressed, ...summary } = result;
  writeLine(`  ${out}   ${counted(compressed.layers.length, 'layer')}`);
  if (argv['json'] === true) writeJson(summary);
  return 0;
}

function budgetOf(argv: Readonly<Record<string, unknown>>): CompressionBudget | undefined {
  const budgets = [
    positiveBudget('ratio', argv, (ratio) => ({ kind: 'ratio', ratio })),
    positiveBudget('cells', argv, (cells) => ({ kind: 'cells', cells })),
    positiveBudget('cycles', argv, (cycles) => ({ kind: 'cycles', cycles })),
    positiveBudget('energy', argv, (picojoules) => ({ kind: 'energy', picojoules })),
  ].filter((budget) => budget !== undefined);
  if (budgets.length > 1) {
    throw new UsageError(`--${budgets.map(({ kind }) => kind).join(' and --')} are both budgets`, 'give one of them');
  }
  return budgets[0];
}

function positiveBudget(
  flag: CompressionBudget['kind'],
  argv: Readonly<Record<string, unknown>>,
  make: (amount: number) => CompressionBudget,
): CompressionBudget | undefined {
  const amount = positive(flag, argv[flag]);
  return amount === undefined ? undefined : make(amount);
}

function keepOf(entry: unknown): Record<string, number[]> | undefined {
  const list = text('keep', entry);
  if (list === undefined) return undefined;
  return Object.fromEntries(
    list.split(',').map((part) => {
      const sizes = /^(.+)=(\d+(?:x\d+)?)$/.exec(part.trim());
      if (sizes === null) throw new UsageError(`--keep has '${part}'`, 'give layers and sizes: conv1=8x20,fc1=60x280');
      return [sizes[1]!, sizes[2]!.split('x').map(Number)];
    }),
  );
}

function stepsOf(entry: unknown): number[] | undefined {
  const list = text('steps', entry);
  return list?.split(',').map((step) => positive('steps', step)!);
}

function lossOf(entry: unknown): number | undefined {
  const loss = text('max-loss', entry);
  return loss === undefined ? undefined : loss.trim() === '0' ? 0 : positive('max-loss', loss);
}

function blockOf(entry: unknown): { rows: number; columns: number } | undefined {
  const given = text('block', entry);
  if (given === undefined) return undefined;
  const sizes = /^([1-9]\d*)x([1-9]\d*)$/.exec(given);
  if (sizes === null) throw new UsageError(`--block is '${given}'`, 'give rows and columns, such as 512x256');
  return { rows: Number(sizes[1]), columns: Number(sizes[2]) };
}

function show(step: CompressStep, progress: Progress): void {
  if (step.step !== 'epoch') progress.stop();
  switch (step.step) {
    case 'read':
      writeStep('read', step.model, `${counted(step.layers, 'layer')}, ${grouped(step.weights)} weights${zeros(step)}`);
      break;
    case 'data': {
      const held = step.heldOut === 0 ? '' : `, ${grouped(step.heldOut)} held out`;
      const test =
        step.accuracy === null ? '' : `${percent(step.accuracy, 2)} of ${grouped(step.testImages)} test images`;
      writeStep('data', `${counted(step.trainingImages, 'image')}${held}`, test);
      break;
    }
    case 'resume':
      writeStep('resume', `stage ${step.stage + 1}, after epoch ${step.epoch}`);
      break;
    case 'epoch': {
      const { stage, stages, phase, epoch, epochs, loss } = step;
      const what = phase === 'penalty' ? 'pull' : 'train';
      progress.steps(epoch + 1, epochs, 'epochs', `stage ${stage + 1} of ${stages}, ${what}, loss ${loss.toFixed(4)}`);
      break;
    }
    case 'stage': {
      const layers = step.layers.map(({ name, filters, columns }) => `${name} ${filters}×${columns}`).join(', ');
      const accuracy = step.heldOutAccuracy ?? step.accuracy;
      const fact = `${step.ratio.toFixed(1)}×, ${grouped(step.kept)} kept${accuracy === null ? '' : `, ${percent(accuracy, 2)}`}`;
      writeStep(`stage ${step.stage + 1}`, fact, step.accepted ? layers : colors.yellow('loses too much: not taken'));
      break;
    }
    case 'layer':
      writeStep(
        'layer',
        `${step.name}, ${grouped(step.kept)} of ${grouped(step.weights)}`,
        `error ${percent(step.error, 2)}`,
      );
      break;
    case 'quantise':
      writeStep('quantise', `weights ${step.weightBits} bits, activations ${step.activationBits}`);
      for (const warning of step.warnings) writeWarning(warning);
      break;
    case 'result': {
      const { nonzero, parameters, pruningRatio, accuracy } = step;
      const fact = `${grouped(nonzero)} of ${grouped(parameters)} weights, ${pruningRatio.toFixed(1)}×`;
      writeStep('result', fact, accuracy === null ? '' : `${percent(accuracy, 2)} as integers`);
      break;
    }
  }
}

function zeros({ weights, nonzero }: { weights: number; nonzero: number }): string {
  return nonzero === weights ? '' : `, ${grouped(weights - nonzero)} zero`;
}
