import { describe, expect, test } from 'vitest';
import { makeDigits } from '../../../examples/digits/make-digits.js';
import { trainingSet } from '../../../examples/digits/train-digits.js';
import { type Chain, type Parameters, Trainer, type TrainerOptions } from '../../../src/compression/training/index.js';

const chain: Chain = {
  name: 'small',
  inputShape: [1, 16, 16],
  layers: [
    { kind: 'convolution', name: 'conv', filters: 4, kernel: 3, relu: true },
    { kind: 'maximumPool', name: 'pool', size: 2 },
    { kind: 'fullyConnected', name: 'classes', outputs: 10, relu: false },
  ],
};
const set = trainingSet(makeDigits({ count: 640, seed: 21 }));

async function withTrainer<T>(options: TrainerOptions, use: (trainer: Trainer) => Promise<T>): Promise<T> {
  const trainer = await Trainer.open(chain, options);
  try {
    return await use(trainer);
  } finally {
    await trainer.close();
  }
}

const weightOf = (parameters: Parameters): Float32Array => parameters.get('conv.weight')!;

describe.each(['momentum', 'adam'] as const)('%s', (optimiser) => {
  const stepSize = optimiser === 'adam' ? 5e-3 : 0.05;

  test('reduces the loss, and the same seed gives the same weights', async () => {
    const run = (): Promise<{ losses: number[]; accuracy: number; parameters: Parameters }> =>
      withTrainer({ seed: 3, optimiser }, async (trainer) => {
        const losses: number[] = [];
        for (let epoch = 0; epoch < 8; epoch++) losses.push(await trainer.epoch(set, { stepSize }));
        return { losses, accuracy: await trainer.accuracy(set), parameters: trainer.parameters() };
      });
    const first = await run();
    expect(first.losses.at(-1)).toBeLessThan(0.6 * first.losses[0]!);
    expect(first.accuracy).toBeGreaterThan(0.6);
    expect(await run()).toEqual(first);
  });
});

test('one step of momentum and of Adam is what their papers say', async () => {
  const one = trainingSet(makeDigits({ count: 16, seed: 4 }));
  const start = await withTrainer({ seed: 3, batch: 16 }, (trainer) => Promise.resolve(trainer.parameters()));
  const [gentle, adam] = await Promise.all(
    (['momentum', 'adam'] as const).map((optimiser) =>
      withTrainer({ seed: 3, batch: 16, optimiser }, async (trainer) => {
        await trainer.epoch(one, { stepSize: 0.01 });
        return trainer.parameters();
      }),
    ),
  );
  // The first step of momentum is the gradient's; Adam's first step is the step size, whatever the gradient.
  weightOf(start).forEach((value, index) => {
    const gradient = (value - weightOf(gentle!)[index]!) / 0.01;
    if (Math.abs(gradient) < 1e-3) return;
    expect(value - weightOf(adam!)[index]!).toBeCloseTo(0.01 * Math.sign(gradient), 5);
  });
});

test('masked weights become zero and stay so, the others learn', async () => {
  const mask = Float32Array.from({ length: 36 }, (_, index) => (index % 3 === 0 ? 0 : 1));
  const weights = await withTrainer({ seed: 3, masked: ['conv'] }, async (trainer) => {
    await trainer.epoch(set, { stepSize: 0.05, masks: new Map([['conv', mask]]) });
    return weightOf(trainer.parameters());
  });
  weights.forEach((value, index) => expect(value !== 0).toBe(mask[index] === 1));
});

test('a penalty pulls weights to its target', async () => {
  const target = Float32Array.from({ length: 36 }, (_, index) => (index % 2 === 0 ? 0.5 : -0.5));
  const distance = (rho: number): Promise<number> =>
    withTrainer({ seed: 3, penalised: ['conv'] }, async (trainer) => {
      for (let epoch = 0; epoch < 6; epoch++) {
        await trainer.epoch(set, { stepSize: 0.01, pulls: new Map([['conv', { target, rho }]]) });
      }
      return Math.max(...weightOf(trainer.parameters()).map((value, index) => Math.abs(value - target[index]!)));
    });
  expect(await distance(20)).toBeLessThan(0.05);
  expect(await distance(0)).toBeGreaterThan(0.3);
});

test('errors say what is missing', async () => {
  await withTrainer({ seed: 1, masked: ['conv'], batch: 64 }, async (trainer) => {
    await expect(trainer.epoch(set, { stepSize: 0.1 })).rejects.toThrow("there is no mask for the layer 'conv'");
    await expect(trainer.epoch({ ...set, count: 63 }, { stepSize: 0.1 })).rejects.toThrow(
      '63 images are no whole batch of 64',
    );
    expect(() => trainer.setParameters(new Map())).toThrow("'conv.weight' has no values");
  });
  const layers = [
    { kind: 'convolution' as const, name: 'big', filters: 1, kernel: 17, relu: true },
    ...chain.layers.slice(2),
  ];
  await expect(Trainer.open({ ...chain, layers }, { seed: 1 })).rejects.toThrow(
    "layer 'big' does not fit its input of 1 × 16 × 16",
  );
});
