import { beforeAll, describe, expect, test } from 'vitest';
import { type ImageSet, type Labels, takeImages, takeLabels } from '../../../src/network/images/image-set.js';
import { readImages, readLabels } from '../../../src/network/images/read-images.js';
import { runQuantizedBatch } from '../../../src/network/integer/run-quantized.js';
import { lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import type { Network } from '../../../src/network/network.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { compareLayers } from '../../../src/network/quantize/compare-layers.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import { dataFolder } from '../../support/data.js';

/** 10000 for the accuracies that are reported; float labels are compared on 300 at most. */
const count = Number(process.env['SOTTO_MNIST_IMAGES'] ?? 300);
const calibrationCount = Number(process.env['SOTTO_MNIST_CALIBRATION'] ?? 256);
const widths = (process.env['SOTTO_MNIST_BITS'] ?? '8/8,4/4').split(',');

let images: ImageSet;
let labels: Labels;
let calibration: Uint8Array;

beforeAll(() => {
  const folder = `${dataFolder()}/mnist`;
  images = takeImages(readImages(`${folder}/t10k-images-idx3-ubyte.gz`, [1, 28, 28]), 0, count);
  labels = takeLabels(readLabels(`${folder}/t10k-labels-idx1-ubyte.gz`), 0, count);
  calibration = takeImages(readImages(`${folder}/train-images-idx3-ubyte.gz`), 0, calibrationCount).pixels;
});

/** Accuracies of the float models on all 10,000 test images, measured with ONNX Runtime. */
const models = [
  { file: 'mnist-cnn/mnist-8.onnx', preprocess: { divisor: 1, mean: 0, deviation: 1 }, accuracy: 0.9891 },
  {
    file: 'lenet5-ccoltong/lenet.onnx',
    preprocess: { divisor: 255, mean: 0.1307, deviation: 0.3081 },
    accuracy: 0.9913,
  },
];

describe.each(models)('$file after training only', ({ file, preprocess, accuracy }) => {
  let network: Network;
  let floatLabels: number[];

  beforeAll(() => {
    network = lowerGraph(readOnnxFile(`${dataFolder()}/models/${file}`));
    floatLabels = Array.from({ length: Math.min(count, 300) }, (_, image) => {
      const bytes = takeImages(images, image, 1).pixels;
      const real = Float32Array.from(
        bytes,
        (byte) => (byte / preprocess.divisor - preprocess.mean) / preprocess.deviation,
      );
      const scores = runNetwork(network, real);
      return scores.indexOf(Math.max(...scores));
    });
  });

  test.each(widths)('%s bits for weights and activations', (width) => {
    const [weightBits = 0, activationBits = 0] = width.split('/').map(Number);
    const options = { weightBits, activationBits, calibration, preprocess };
    const { network: quantized, warnings } = quantizeNetwork(network, options);
    expect(warnings).toEqual([]);
    const result = runQuantizedBatch(quantized, images.pixels);
    const correct = result.labels.filter((label, image) => label === labels.classes[image]).length;
    const agreeing = floatLabels.filter((label, image) => label === result.labels[image]).length;
    const errors = compareLayers(network, quantized, takeImages(images, 0, 50).pixels);
    if (process.env['SOTTO_VERBOSE'] !== undefined) {
      console.log(`${file} ${width}: ${correct} of ${count} right`);
      for (const { name, signalToNoise, maximumError, cosine } of errors) {
        console.log(
          `  ${name}: ${signalToNoise.toFixed(1)} dB, at most ${maximumError.toPrecision(3)}, cosine ${cosine.toFixed(5)}`,
        );
      }
    }
    if (weightBits === 8 && activationBits === 8) {
      expect(agreeing / floatLabels.length).toBeGreaterThan(0.99);
      if (count === 10_000) expect(correct / count).toBeGreaterThanOrEqual(accuracy - 0.003);
      for (const { name, signalToNoise } of errors) expect(signalToNoise, name).toBeGreaterThan(28);
    }
    if (weightBits >= 4 && activationBits >= 4) {
      expect(agreeing / floatLabels.length).toBeGreaterThan(0.97);
      if (count === 10_000) expect(correct / count).toBeGreaterThanOrEqual(accuracy - 0.01);
      for (const { name, signalToNoise } of errors) expect(signalToNoise, name).toBeGreaterThan(10);
    }
  });
});
