import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { denseTwin, removeUnusedPaths } from '../../../src/network/compressed/index.js';
import { isWeighted } from '../../../src/network/compressed/weight-matrix.js';
import { accumulatorBits } from '../../../src/network/integer/accumulator.js';
import { QuantizedRunner } from '../../../src/network/integer/run-quantized.js';
import type {
  QuantizedConvolution,
  QuantizedFullyConnected,
  QuantizedNetwork,
} from '../../../src/network/quantized.js';
import { drawer, randomInput } from '../integer/random-network.js';
import { sparseNetwork } from './sparse-network.js';

const runs = Number(process.env['SOTTO_REMOVAL_RUNS'] ?? 1000);

describe('what cannot change the scores is removed', () => {
  test(`scores stay on ${runs} random networks, also in the dense twin; a second pass finds nothing`, () => {
    const seen = { columns: 0, rows: 0, taps: 0 };
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = drawer(seed);
        const network = sparseNetwork(draw);
        const model = removeUnusedPaths(network);
        const twin = denseTwin(model);
        const runners = [network, model.network, twin].map((one) => new QuantizedRunner(one));
        for (let image = 0; image < 4; image++) {
          const input = randomInput(draw, network);
          const [before, after, dense] = runners.map((runner) => runner.run(input).scores);
          expect(after).toEqual(before);
          expect(dense).toEqual(before);
        }
        expect(twin.layers.map(({ outputShape }) => outputShape)).toEqual(
          network.layers.map(({ outputShape }) => outputShape),
        );
        expect(removeUnusedPaths(model.network).network).toEqual(model.network);
        model.layers.forEach(({ rows, columns, keptRows, keptColumns, weightScale }, index) => {
          const layer = model.network.layers.filter(isWeighted)[index]!;
          expect(keptRows.length).toBeGreaterThan(0);
          expect(keptColumns.length).toBeGreaterThan(0);
          expect(layer.weights.length).toBe(keptRows.length * keptColumns.length);
          expect(weightScale.length).toBe(keptRows.length);
          expect(layer.accumulatorBits).toBe(accumulatorBits(layer.weights, layer.bias, layer.input));
          if (keptRows.length < rows) seen.rows++;
          if (keptColumns.length < columns) seen.columns++;
          if (layer.taps !== undefined) seen.taps++;
        });
      }),
      { numRuns: runs, seed: 3 },
    );
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(runs / 20);
  });

  test('columns that are zero in every filter become taps', () => {
    const { network, layers } = removeUnusedPaths(chain([fullyConnected('a', [4, 1, 1], [0, 3, 0, -2, 0, 0, 0, 5])]));
    expect(layers[0]).toMatchObject({ name: 'a', rows: 2, columns: 4 });
    expect([...layers[0]!.keptRows]).toEqual([0, 1]);
    expect([...layers[0]!.keptColumns]).toEqual([1, 3]);
    expect(network.layers[0]).toMatchObject({ taps: Int32Array.of(1, 3), weights: Int8Array.of(3, -2, 0, 5) });
  });

  test('a filter without weights goes into the biases after it, and with it its channel', () => {
    const first = convolution('a', [1, 3, 3], [1, 1, 0, 0], { kernel: [1, 2], bias: [0, 7] });
    const second = fullyConnected('b', [2, 3, 2], [...ones(6), 1, 2, 3, 0, 0, 0]);
    const { network, layers } = removeUnusedPaths(chain([first, second]));
    expect(network.layers.map(({ outputShape }) => outputShape[0])).toEqual([1, 1]);
    // The clamp of the output leaves 7; the weights that read it are 1, 2 and 3.
    expect(network.layers[1]).toMatchObject({
      inputShape: [1, 3, 2],
      bias: Int32Array.of(42),
      weights: Int8Array.from(ones(6)),
    });
    expect(layers.map(({ keptRows, keptColumns }) => [[...keptRows], [...keptColumns]])).toEqual([
      [[0], [0, 1]],
      [[0], [0, 1, 2, 3, 4, 5]],
    ]);
  });

  test('a filter that a clamp always holds at one value is a constant too', () => {
    const first = fullyConnected('a', [2, 1, 1], [1, 1, -1, -1], { bias: [0, -5] });
    const { network } = removeUnusedPaths(chain([first, fullyConnected('b', [2, 1, 1], [1, 1])]));
    expect(network.layers[0]!.outputShape).toEqual([1, 1, 1]);
    expect(network.layers[1]).toMatchObject({ bias: Int32Array.of(0), weights: Int8Array.of(1) });
  });

  test('a constant stays where padding of another value stands beside it', () => {
    const first = convolution('a', [1, 3, 3], [1, 0], { kernel: [1, 1], bias: [0, 7] });
    const padded = (paddingValue: number) =>
      convolution('b', [2, 3, 3], ones(18), { kernel: [3, 3], padding: [1, 1, 1, 1], paddingValue });
    const filters = (network: QuantizedNetwork) => removeUnusedPaths(network).network.layers[0]!.outputShape[0];
    expect(filters(chain([first, padded(0)]))).toBe(2);
    expect(filters(chain([first, padded(7)]))).toBe(1);
  });

  test('filters that nothing reads are removed, back to the first layer', () => {
    const first = fullyConnected('a', [2, 1, 1], [1, 0, 0, 1]);
    const second = fullyConnected('b', [2, 1, 1], [1, 0, 1, 1]);
    const third = fullyConnected('c', [2, 1, 1], [4, 0]);
    const { network } = removeUnusedPaths(chain([first, second, third]));
    expect(network.layers.map((layer) => 'weights' in layer && [...layer.weights])).toEqual([[1], [1], [4]]);
    expect(network.layers[0]).toMatchObject({ taps: Int32Array.of(0), inputShape: [2, 1, 1] });
  });

  test('one filter and one column stay in a network of zeros', () => {
    const zeros = [0, 0, 0, 0];
    const { network } = removeUnusedPaths(
      chain([fullyConnected('a', [2, 1, 1], zeros), fullyConnected('b', [2, 1, 1], zeros)]),
    );
    expect(network.layers.map((layer) => 'weights' in layer && layer.weights.length)).toEqual([1, 2]);
  });
});

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const byte = { bits: 8, signed: false };
const meaning = { scale: 1, zeroPoint: 0 };

function weighted(weights: readonly number[], filters: number, bias?: readonly number[]) {
  const values = Int8Array.from(weights);
  const biases = Int32Array.from(bias ?? new Int32Array(filters));
  return {
    weights: values,
    weightBits: 8,
    bias: biases,
    accumulatorBits: accumulatorBits(values, biases, byte),
    input: byte,
    output: byte,
    outputMeaning: meaning,
    requantization: {
      multiplier: new Int32Array(filters).fill(1),
      multiplierBits: 1,
      shift: 0,
      zeroPoint: 0,
      low: 0,
      high: 255,
    },
  };
}

function fullyConnected(
  name: string,
  inputShape: readonly [number, number, number],
  weights: readonly number[],
  { bias }: { readonly bias?: readonly number[] } = {},
): QuantizedFullyConnected {
  const filters = weights.length / inputShape.reduce((a, b) => a * b);
  return {
    kind: 'fullyConnected',
    name,
    inputShape,
    outputShape: [filters, 1, 1],
    ...weighted(weights, filters, bias),
  };
}

function convolution(
  name: string,
  inputShape: readonly [number, number, number],
  weights: readonly number[],
  options: Partial<Pick<QuantizedConvolution, 'kernel' | 'padding' | 'paddingValue'>> & {
    readonly bias?: readonly number[];
  },
): QuantizedConvolution {
  const { kernel = [1, 1], padding = [0, 0, 0, 0], paddingValue = 0, bias } = options;
  const filters = weights.length / (inputShape[0] * kernel[0] * kernel[1]);
  const height = inputShape[1] + padding[0] + padding[2] - kernel[0] + 1;
  const width = inputShape[2] + padding[1] + padding[3] - kernel[1] + 1;
  return {
    kind: 'convolution',
    name,
    inputShape,
    outputShape: [filters, height, width],
    kernel,
    padding,
    paddingValue,
    stride: [1, 1],
    dilation: [1, 1],
    groups: 1,
    ...weighted(weights, filters, bias),
  };
}

/** The last layer gives its sums. */
function chain(layers: readonly (QuantizedConvolution | QuantizedFullyConnected)[]): QuantizedNetwork {
  const last = { ...layers.at(-1)! };
  Reflect.deleteProperty(last, 'requantization');
  return {
    name: 'chain',
    input: { shape: layers[0]!.inputShape, format: byte, meaning, preprocess: { divisor: 1, mean: 0, deviation: 1 } },
    layers: [...layers.slice(0, -1), { ...last, output: { bits: last.accumulatorBits, signed: true } }],
    ending: 'argmax',
  };
}
