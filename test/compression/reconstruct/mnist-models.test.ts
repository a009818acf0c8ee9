import { expect, test } from 'vitest';
import { matrixOf, type ProjectionDescription, projectionOf } from '../../../src/compression/projections/index.js';
import { reconstructNetwork } from '../../../src/compression/reconstruct/index.js';
import { takeImages } from '../../../src/network/images/image-set.js';
import { readImages } from '../../../src/network/images/read-images.js';
import { lowerGraph, runNetwork } from '../../../src/network/lower/index.js';
import type { Network } from '../../../src/network/network.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { dataFolder } from '../../support/data.js';
import { mnistTestImages } from '../../support/mnist.js';

const preprocess = { divisor: 255, mean: 0.1307, deviation: 0.3081 };

test('a fifth of the weights of LeNet-5 recognises digits after reconstruction from 128 images', () => {
  const { pixels, labels } = mnistTestImages(300);
  const accuracy = (network: Network): number => {
    const correct = labels.filter((label, image) => {
      const bytes = pixels.subarray(image * 784, (image + 1) * 784);
      const real = Float32Array.from(bytes, (byte) => (byte / 255 - preprocess.mean) / preprocess.deviation);
      const scores = runNetwork(network, real);
      return scores.indexOf(Math.max(...scores)) === label;
    });
    return correct.length / labels.length;
  };
  const network = lowerGraph(readOnnxFile(`${dataFolder()}/models/lenet5-ccoltong/lenet.onnx`));
  const train = readImages(`${dataFolder()}/mnist/train-images-idx3-ubyte.gz`);
  const layers: Record<string, ProjectionDescription> = {};
  for (const layer of network.layers) {
    if ('weights' in layer) layers[layer.name] = { kind: 'unstructured', keep: Math.round(layer.weights.length / 5) };
  }
  const projected = network.layers.map((layer) =>
    'weights' in layer
      ? {
          ...layer,
          weights: projectionOf(layers[layer.name]!)(matrixOf(layer.weights, layer.bias.length)).values,
        }
      : layer,
  );
  const calibration = takeImages(train, 0, 128).pixels;
  const reconstructed = reconstructNetwork(network, { calibration, preprocess, layers });
  expect(accuracy({ ...network, layers: projected })).toBeLessThan(0.7);
  expect(accuracy(reconstructed.network)).toBeGreaterThan(0.95);
});
