import { Trainer, type TrainingSet } from '../../src/compression/training/index.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { type Digits, makeDigits } from './make-digits.js';
import { digitNetwork, digitRange } from './network.js';

export interface TrainDigitsOptions {
  readonly images: number;
  readonly epochs: number;
  /** Of the images, the first weights and the order of images. */
  readonly seed: number;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

export interface TrainedDigits {
  /** The model file. */
  readonly model: Uint8Array;
  /** On images made with another seed, 0 … 1. */
  readonly accuracy: number;
}

const testImages = 5000;
const stepSize = 2e-3;

/** Trains the network of the demonstration with Adam; the step size falls in a straight line. */
export async function trainDigits({ images, epochs, seed, onEpoch }: TrainDigitsOptions): Promise<TrainedDigits> {
  const training = trainingSet(makeDigits({ count: images, seed }));
  const test = trainingSet(makeDigits({ count: testImages, seed: seed + 1 }));
  const trainer = await Trainer.open(digitNetwork, { seed, optimiser: 'adam' });
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const loss = await trainer.epoch(training, { stepSize: stepSize * (1 - epoch / epochs) });
      onEpoch?.(epoch + 1, loss);
    }
    return { model: writeOnnx(trainer.graph()), accuracy: await trainer.accuracy(test) };
  } finally {
    await trainer.close();
  }
}

/** Digits as the network reads them. */
export function trainingSet({ images, labels }: Digits): TrainingSet {
  return {
    count: images.count,
    images: Float32Array.from(images.pixels, (byte) => byte / digitRange),
    classes: labels.classes,
  };
}
