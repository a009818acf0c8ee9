import { expect, test } from 'vitest';
import {
  type Chain,
  gradientGraph,
  parameterShapes,
  randomParameters,
  RuntimeGraph,
  SeededRandom,
} from '../../../src/compression/training/index.js';
import { doubles, referenceLoss } from './reference-loss.js';

const chains: readonly Chain[] = [
  {
    name: 'two convolutions, pools that leave a row out, relu',
    inputShape: [2, 9, 7],
    layers: [
      { kind: 'convolution', name: 'c1', filters: 3, kernel: 3, padding: 1, relu: true },
      { kind: 'maximumPool', name: 'p1', size: 2 },
      { kind: 'convolution', name: 'c2', filters: 4, kernel: 2, relu: true },
      { kind: 'fullyConnected', name: 'f1', outputs: 5, relu: true },
      { kind: 'fullyConnected', name: 'f2', outputs: 4, relu: false },
    ],
  },
  {
    name: 'pools of sums, one output place',
    inputShape: [1, 8, 8],
    layers: [
      { kind: 'convolution', name: 'c1', filters: 2, kernel: 5, relu: false },
      { kind: 'maximumPool', name: 'p1', size: 2 },
      { kind: 'convolution', name: 'c2', filters: 3, kernel: 2, relu: true },
      { kind: 'fullyConnected', name: 'f1', outputs: 3, relu: false },
    ],
  },
  {
    name: 'fully connected alone',
    inputShape: [1, 3, 3],
    layers: [
      { kind: 'fullyConnected', name: 'f1', outputs: 6, relu: true },
      { kind: 'fullyConnected', name: 'f2', outputs: 3, relu: false },
    ],
  },
];

test.each(chains.map((chain) => [chain.name, chain] as const))(
  'gradients are differences of the loss: %s',
  async (_, chain) => {
    const random = new SeededRandom(5);
    const images = 3;
    const shapes = parameterShapes(chain);
    const classCount = shapes.at(-1)!.shape[0]!;
    const size = chain.inputShape.reduce((a, b) => a * b, 1);
    const image = Float32Array.from({ length: images * size }, () => random.between(-1, 1));
    const classes = Array.from({ length: images }, () => random.below(classCount));
    const target = new Float32Array(images * classCount);
    classes.forEach((label, index) => (target[index * classCount + label] = 1));
    const parameters = randomParameters(chain, 7);
    // Biases start at 0; others show whether their place is right.
    for (const { name, role } of shapes) {
      if (role === 'bias')
        parameters.get(name)!.forEach((_, index, values) => (values[index] = random.between(-0.2, 0.3)));
    }

    const graph = await RuntimeGraph.open(gradientGraph(chain, images));
    const results = await graph.run(
      new Map([
        ...shapes.map(({ name, shape }) => [name, { shape, data: parameters.get(name)! }] as const),
        ['image', { shape: [images, ...chain.inputShape], data: image }],
        ['target', { shape: [images, classCount], data: target }],
      ]),
    );
    await graph.close();

    const values = doubles(parameters);
    const pixels = Float64Array.from(image);
    const loss = (): number => referenceLoss(chain, values, pixels, classes);
    expect(results.get('loss')![0]).toBeCloseTo(loss(), 5);
    const step = 1e-6;
    let largest = 0;
    for (const { name } of shapes) {
      const own = values.get(name)!;
      const gradient = results.get(`${name}.gradient`)!;
      expect(gradient.length).toBe(own.length);
      for (let index = 0; index < own.length; index++) {
        const kept = own[index]!;
        own[index] = kept + step;
        const above = loss();
        own[index] = kept - step;
        const slope = (above - loss()) / (2 * step);
        own[index] = kept;
        largest = Math.max(largest, Math.abs(slope));
        expect(Math.abs(gradient[index]! - slope), `${name}[${index}]: ${gradient[index]!}, ${slope}`).toBeLessThan(
          1e-5,
        );
      }
    }
    expect(largest).toBeGreaterThan(0.05);
  },
);
