import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeDigits } from '../../examples/digits/make-digits.js';
import { digitModel } from '../../examples/digits/run-demo.js';
import { trainDigits } from '../../examples/digits/train-digits.js';
import { runQuantizedBatch } from '../../src/network/integer/index.js';
import { lowerGraph } from '../../src/network/lower/index.js';
import { readOnnx } from '../../src/network/onnx/read-onnx.js';
import { quantizeNetwork } from '../../src/network/quantize/index.js';

test('the same seed gives the same bytes, and a longer set starts with them', () => {
  const { images, labels } = makeDigits({ count: 60, seed: 1 });
  const longer = makeDigits({ count: 90, seed: 1 });
  expect(longer.images.pixels.subarray(0, images.pixels.length)).toEqual(images.pixels);
  expect(longer.labels.classes.subarray(0, 60)).toEqual(labels.classes);
  // On every machine: the bytes are pinned.
  expect(createHash('sha256').update(images.pixels).digest('hex')).toMatchInlineSnapshot(
    `"d21e7fb641e2f2b28b8c86896a6dfeb4323575efaf21d501d344bb89a4a03c77"`,
  );
  expect(makeDigits({ count: 60, seed: 2 }).images.pixels).not.toEqual(images.pixels);
});

test('every class is there, in images of the size asked for, over most of the range', () => {
  const { images, labels } = makeDigits({ count: 500, seed: 3, size: 28 });
  expect(images.shape).toEqual([1, 28, 28]);
  expect(images.pixels.length).toBe(500 * 784);
  for (let digit = 0; digit < 10; digit++) {
    expect(labels.classes.filter((label) => label === digit).length).toBeGreaterThan(25);
  }
  expect(Math.max(...images.pixels.subarray(0, 7840))).toBeGreaterThan(230);
});

test('the network that is shipped reads new digits, in integers of 8 bits too', () => {
  const model = readFileSync(digitModel);
  expect(model.length).toBeLessThan(100_000);
  const network = lowerGraph(readOnnx(model));
  const calibration = makeDigits({ count: 100, seed: 31 }).images.pixels;
  const preprocess = { divisor: 255, mean: 0, deviation: 1 };
  const quantized = quantizeNetwork(network, { weightBits: 8, activationBits: 8, calibration, preprocess });
  const { images, labels } = makeDigits({ count: 1000, seed: 32 });
  const answers = runQuantizedBatch(quantized.network, images.pixels).labels;
  const correct = answers.filter((label, index) => label === labels.classes[index]).length;
  expect(correct / 1000).toBeGreaterThan(0.97);
});

test('a short training learns, and gives a model that the importer takes', async () => {
  const losses: number[] = [];
  const { model, accuracy } = await trainDigits({
    images: 1280,
    epochs: 6,
    seed: 41,
    onEpoch: (_, loss) => losses.push(loss),
  });
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
  expect(accuracy).toBeGreaterThan(0.4);
  expect(lowerGraph(readOnnx(model)).layers.map(({ name }) => name)).toEqual([
    'conv1',
    'pool1',
    'conv2',
    'pool2',
    'classes',
  ]);
});
