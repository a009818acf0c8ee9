import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainOfNetwork } from '../../src/compression/chain-of-network.js';
import { readCompressedFile } from '../../src/network/compressed/index.js';
import { lowerGraph } from '../../src/network/lower/index.js';
import { readOnnxFile } from '../../src/network/onnx/read-onnx.js';
import { compress } from '../../src/workflow/compress.js';
import type { CompressOptions, CompressStep } from '../../src/workflow/compress-options.js';
import { engineCost } from '../../src/workflow/engine-cost.js';
import { knownNetworks } from '../../src/workflow/known-networks.js';
import { type DigitFiles, digitFiles } from './digit-files.js';

const folder = mkdtempSync(join(tmpdir(), 'sotto-compress-'));
let files: DigitFiles;
beforeAll(async () => {
  files = await digitFiles(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = join(folder, 'small.safetensors');
const options = (more: Partial<CompressOptions> = {}): CompressOptions => ({
  ...files,
  out,
  schedule: { seed: 4, penaltyEpochs: 2, retrainEpochs: 8, stepSize: 3e-3, shift: 0 },
  ...more,
});

describe('admm', () => {
  test('meets the ratio, keeps most of the accuracy, and writes what it returns', async () => {
    const result = await compress(options({ budget: { kind: 'ratio', ratio: 3 } }));
    expect(result.pruningRatio).toBeGreaterThanOrEqual(3);
    expect(result.accuracy).toBeGreaterThan(0.65);
    expect(readCompressedFile(out)).toEqual(result.model);
    expect(existsSync(`${out}.state`)).toBe(false);
    // A column of the file has a weight that is not zero, and so has a row.
    for (const layer of result.model.network.layers) {
      if (!('weights' in layer)) continue;
      const rows = layer.bias.length;
      const columns = layer.weights.length / rows;
      for (let column = 0; column < columns; column++) {
        expect(layer.weights.some((weight, index) => index % columns === column && weight !== 0)).toBe(true);
      }
    }
  });

  test('a run that is interrupted goes on where it stopped, to the same bytes', async () => {
    const budget = { kind: 'ratio', ratio: 2 } as const;
    await compress(options({ budget }));
    const whole = readFileSync(out);
    rmSync(out);
    let epochs = 0;
    const interrupted = compress(
      options({
        budget,
        onStep: ({ step }) => {
          if (step === 'epoch' && ++epochs === 5) throw new Error('interrupted');
        },
      }),
    );
    await expect(interrupted).rejects.toThrow('interrupted');
    expect(existsSync(out)).toBe(false);
    const steps: CompressStep[] = [];
    await compress(options({ budget, onStep: (step) => steps.push(step) }));
    expect(steps.find(({ step }) => step === 'resume')).toEqual({ step: 'resume', stage: 0, epoch: 2 });
    expect(readFileSync(out)).toEqual(whole);
  });

  test('prunes as far as the loss allows, on images that it was not trained on', async () => {
    const steps: CompressStep[] = [];
    await compress(options({ maximumLoss: 40, onStep: (step) => steps.push(step) }));
    expect(steps.find(({ step }) => step === 'data')).toMatchObject({ trainingImages: 1173, heldOut: 107 });
    const stages = steps.filter((step) => step.step === 'stage');
    const accepted = stages.filter((stage) => stage.accepted);
    expect(accepted.length).toBeGreaterThan(0);
    expect(stages.length - accepted.length).toBeLessThanOrEqual(1);
    const result = steps.find((step) => step.step === 'result')!;
    expect(result.pruningRatio).toBeGreaterThanOrEqual(accepted.at(-1)!.ratio - 1e-9);
  });

  test('layers keep the sizes that were given', async () => {
    const result = await compress(options({ keep: { conv1: [3, 8], classes: [10, 20] } }));
    const sizes = result.model.layers.map(({ name, keptRows, keptColumns }) => [
      name,
      keptRows.length,
      keptColumns.length,
    ]);
    expect(sizes).toEqual([
      ['conv1', 3, 8],
      ['conv2', expect.any(Number), 27],
      ['classes', 10, 20],
    ]);
  });

  const quick = { seed: 4, penaltyEpochs: 1, retrainEpochs: 1, stepSize: 1e-3, shift: 0 };

  test.each(['unstructured', 'filter', 'shape', 'channel', 'block'] as const)('pattern %s', async (pattern) => {
    const block = { rows: 2, columns: 3 };
    const result = await compress(
      options({
        pattern,
        budget: { kind: 'ratio', ratio: 1.4 },
        schedule: quick,
        ...(pattern === 'block' && { block }),
      }),
    );
    expect(result.pruningRatio).toBeGreaterThanOrEqual(1.4);
    const rows = result.model.layers.map(({ keptRows }) => keptRows.length);
    const columns = result.model.layers.map(({ keptColumns }) => keptColumns.length);
    // Filters of a pattern without filters go only where nothing reads them any more.
    if (pattern === 'filter') {
      expect(rows[0]! + rows[1]!).toBeLessThan(16);
      expect(columns[1]).toBe(9 * rows[0]!);
    }
    if (pattern === 'shape') expect(columns.reduce((a, b) => a + b)).toBeLessThan(9 + 36 + 144);
  });

  test.each(['cells', 'cycles', 'energy'] as const)('within a budget of %s', async (kind) => {
    const chain = chainOfNetwork(lowerGraph(readOnnxFile(files.model))).chain;
    const { whole } = engineCost(chain, {}, kind);
    const amount = Math.floor(0.7 * whole);
    const budget =
      kind === 'cells'
        ? { kind, cells: amount }
        : kind === 'cycles'
          ? { kind, cycles: amount }
          : { kind, picojoules: amount };
    const { model } = await compress(options({ budget, schedule: quick }));
    const sizes = new Map(
      model.layers.map(({ name, keptRows, keptColumns }) => {
        const [filters, columns] = [keptRows.length, keptColumns.length];
        return [name, { filters, columns, weights: filters * columns }];
      }),
    );
    expect(engineCost(chain, {}, kind).cost({ targets: new Map(), sizes })).toBeLessThanOrEqual(amount);
  });

  test('weights of powers of two', async () => {
    const { model } = await compress(
      options({ schedule: quick, weightBits: 3, levels: { spacing: 'powersOfTwo', per: 'layer' } }),
    );
    const integers = model.network.layers.flatMap((layer) => ('weights' in layer ? [...layer.weights] : []));
    expect([...new Set(integers.map(Math.abs))].sort()).toEqual([0, 1, 2, 4]);
  });

  test('a loss that is no number ends the run, and nothing is written', async () => {
    const target = join(folder, 'never.safetensors');
    const run = compress(
      options({ out: target, budget: { kind: 'ratio', ratio: 2 }, schedule: { ...quick, stepSize: 1e30 } }),
    );
    await expect(run).rejects.toThrow(/the loss is (NaN|Infinity); use a step size below/);
    expect(existsSync(target)).toBe(false);
  });

  test('weights of 3 bits and activations of 4', async () => {
    const result = await compress(
      options({
        budget: { kind: 'ratio', ratio: 2 },
        weightBits: 3,
        activationBits: 4,
        levels: { spacing: 'equidistant', per: 'filter' },
      }),
    );
    for (const layer of result.model.network.layers) {
      if (!('weights' in layer)) continue;
      expect(layer.weightBits).toBeLessThanOrEqual(3);
      expect(Math.max(...layer.weights)).toBeLessThanOrEqual(3);
    }
    expect(result.accuracy).toBeGreaterThan(0.6);
  });

  test('a smaller network costs fewer predicted cycles on the same subarrays', () => {
    const { whole, cost } = engineCost(knownNetworks[0]!, {}, 'cycles');
    expect(whole).toBeGreaterThan(1000);
    const pruned = new Map(
      (
        [
          ['conv1', 6, 18],
          ['conv2', 18, 90],
          ['fc1', 40, 190],
          ['fc2', 10, 40],
        ] as const
      ).map(([name, filters, columns]) => [name, { filters, columns, weights: filters * columns }]),
    );
    expect(cost({ targets: new Map(), sizes: pruned })).toBeLessThan(whole / 3);
  });
});

test('without labels and gradients, three in four weights stay', async () => {
  const result = await compress(
    options({ method: 'reconstruct', pattern: 'unstructured', budget: { kind: 'ratio', ratio: 4 / 3 } }),
  );
  expect(result.pruningRatio).toBeGreaterThanOrEqual(4 / 3);
  expect(result.accuracy).toBeGreaterThan(0.8);
});

test('a compressed network imports its zeros: nothing is pruned that is there', async () => {
  const result = await compress(options({ method: 'import' }));
  expect(result.pruningRatio).toBeLessThan(1.1);
  expect(result.accuracy).toBeGreaterThan(0.85);
});

describe('bad input leaves nothing behind', () => {
  const empty = join(folder, 'empty');
  beforeAll(() => mkdirSync(empty));
  test.each<[string, Partial<CompressOptions>, RegExp]>([
    ['no data', { data: join(folder, 'nowhere') }, /nowhere: there is no such folder/],
    ['a folder without images', { data: empty }, /empty: holds no train-images and train-labels/],
    ['a ratio below 1', { budget: { kind: 'ratio', ratio: 0.5 } }, /ratio: 0\.5 is below 1/],
    [
      'a ratio that nothing meets',
      { budget: { kind: 'ratio', ratio: 500 } },
      /the smallest network of this pattern costs \d+/,
    ],
    [
      'a layer that is not there',
      { keep: { conv3: [1, 1] } },
      /no layer 'conv3'; layers with weights are conv1, conv2/,
    ],
    ['a size for two', { keep: { conv1: [2] } }, /conv1 has 1 sizes; pattern structured takes filters and columns/],
    [
      'columns without a filter before',
      { keep: { conv1: [2, 9], conv2: [4, 19] } },
      /conv2 cannot keep 19 columns; there are 18: give 1 … 18/,
    ],
    ['fewer scores', { keep: { classes: [9, 9] } }, /classes gives the 10 scores/],
    ['sizes and a ratio', { keep: {}, budget: { kind: 'ratio', ratio: 2 } }, /keep: says already how far to prune/],
    ['steps that fall', { steps: [4, 2] }, /steps: 4, 2 do not rise/],
    ['bits out of range', { weightBits: 9 }, /weights: 9 bits; give 2 … 8/],
    ['a loss below 0', { maximumLoss: -1 }, /max-loss/],
    ['pruning of what is imported', { method: 'import', maximumLoss: 1 }, /import prunes nothing/],
    ['a block without its pattern', { block: { rows: 4, columns: 4 } }, /block/],
    ['an output folder that is not there', { out: join(folder, 'no', 'where.safetensors') }, /there is no folder/],
  ])('%s', async (_, more, message) => {
    const before = readdirSync(folder);
    await expect(compress(options({ out: join(folder, 'never.safetensors'), ...more }))).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(before);
  });
});
