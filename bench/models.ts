import { join } from 'node:path';
import { dataFolder } from '../test/support/data.js';

/** A model of the data folder with what its network expects of an image. */
export interface BenchModel {
  readonly name: string;
  readonly file: string;
  readonly preprocess: string;
  /** Of 10,000 test images, by ONNX Runtime. */
  readonly floatAccuracy: number;
}

export const models: readonly BenchModel[] = [
  {
    name: 'mnist-8',
    file: join(dataFolder(), 'models/mnist-cnn/mnist-8.onnx'),
    preprocess: 'raw',
    floatAccuracy: 98.91,
  },
  {
    name: 'LeNet-5',
    file: join(dataFolder(), 'models/lenet5-ccoltong/lenet.onnx'),
    preprocess: 'mean=0.1307,std=0.3081',
    floatAccuracy: 99.13,
  },
];

export const testImages = join(dataFolder(), 'mnist/t10k-images-idx3-ubyte.gz');
export const testLabels = join(dataFolder(), 'mnist/t10k-labels-idx1-ubyte.gz');
export const trainImages = join(dataFolder(), 'mnist/train-images-idx3-ubyte.gz');
