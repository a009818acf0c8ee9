import type { TrainResult } from '../../workflow/train.js';
import type { Command } from '../command.js';
import { given, positive, preprocess, value, whole } from '../flags.js';
import { Progress } from '../progress.js';
import { counted, grouped, percent, writeJson, writeLine, writeStep } from '../terminal.js';
import { trainingEpilogue, trainingOptions, trainingPaths } from '../training-flags.js';

export const trainCommand: Command = {
  name: 'train',
  usage: 'train <network>',
  summary: 'train a network from random weights and write it as ONNX',
  positional: {
    name: 'network',
    summary: 'lenet5 (20-50-500-10), lenet300 (300-100-10), or an ONNX file whose layers to train',
  },
  options: {
    data: trainingOptions.data,
    out: { ...value, alias: 'o', demandOption: 'give --out FILE', describe: 'ONNX file to write' },
    epochs: { ...value, describe: 'times that every image is seen (default 6)' },
    seed: { ...value, describe: 'of the first weights and the order of images (default 1)' },
    'step-size': { ...value, describe: 'of Adam at the start (default 0.001)' },
    batch: { ...value, describe: 'images a step (default 64)' },
    shift: { ...value, describe: 'pixels by which images are moved at random (default 0)' },
    images: { ...value, describe: 'training images to take (default all)' },
    restart: trainingOptions.restart,
    preprocess: trainingOptions.preprocess,
  },
  examples: [['$0 train lenet5 --data mnist --out lenet5.onnx', 'a network to compress']],
  epilogue: `The same seed gives the same file. ${trainingEpilogue}`,
  run: runTrain,
};

async function runTrain(argv: Readonly<Record<string, unknown>>): Promise<number> {
  const { from: network, data, out } = trainingPaths('network', argv);
  const { train } = await import('../../workflow/train.js');
  const progress = new Progress();
  let result: TrainResult;
  try {
    result = await train({
      network,
      data,
      out,
      ...given({
        epochs: whole('epochs', argv['epochs'], 1, Infinity),
        seed: whole('seed', argv['seed'], 0, 2 ** 31 - 1),
        stepSize: positive('step-size', argv['step-size']),
        batch: whole('batch', argv['batch'], 1, Infinity),
        shift: whole('shift', argv['shift'], 0, 8),
        images: whole('images', argv['images'], 1, Infinity),
        preprocess: preprocess('preprocess', argv['preprocess']),
      }),
      ...(argv['restart'] === true && { restart: true }),
      onResume: (epoch) => writeStep('resume', `after epoch ${epoch}`),
      onEpoch: (epoch, epochs, loss) => progress.steps(epoch, epochs, 'epochs', `loss ${loss.toFixed(4)}`),
    });
  } finally {
    progress.stop();
  }
  writeStep(
    'train',
    `${counted(result.images, 'image')}, ${grouped(result.weights)} weights`,
    `loss ${result.loss.toFixed(4)}`,
  );
  if (result.accuracy !== null) writeStep('accuracy', `${percent(result.accuracy, 2)} of the test images`);
  writeLine(`  ${result.out}`);
  if (argv['json'] === true) writeJson(result);
  return 0;
}
