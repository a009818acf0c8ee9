/** The loss of a chain in double precision, written from the definitions: what gradients are measured on. */
import type { Chain, Parameters } from '../../../src/compression/training/index.js';

type Values = ReadonlyMap<string, Float64Array>;

export function doubles(parameters: Parameters): Map<string, Float64Array> {
  return new Map([...parameters].map(([name, values]) => [name, Float64Array.from(values)]));
}

/** Mean cross-entropy of the softmax over images. */
export function referenceLoss(chain: Chain, values: Values, images: Float64Array, classes: readonly number[]): number {
  const size = chain.inputShape.reduce((a, b) => a * b, 1);
  const losses = classes.map((label, image) => {
    const scores = scoresOf(chain, values, images.subarray(image * size, (image + 1) * size));
    const largest = Math.max(...scores);
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) + largest - scores[label]!;
  });
  return losses.reduce((a, b) => a + b, 0) / classes.length;
}

function scoresOf(chain: Chain, values: Values, image: Float64Array): Float64Array {
  let map = image;
  let [channels, height, width]: [number, number, number] = [...chain.inputShape];
  for (const layer of chain.layers) {
    if (layer.kind === 'maximumPool') {
      const rows: number = Math.floor(height / layer.size);
      const columns: number = Math.floor(width / layer.size);
      const next = new Float64Array(channels * rows * columns).fill(-Infinity);
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < rows * layer.size; y++)
          for (let x = 0; x < columns * layer.size; x++) {
            const to = (c * rows + Math.floor(y / layer.size)) * columns + Math.floor(x / layer.size);
            next[to] = Math.max(next[to]!, map[(c * height + y) * width + x]!);
          }
      [map, height, width] = [next, rows, columns];
      continue;
    }
    const weights = values.get(`${layer.name}.weight`)!;
    const bias = values.get(`${layer.name}.bias`)!;
    if (layer.kind === 'fullyConnected') {
      map = bias.map((sum, o) => map.reduce((total, x, i) => total + x * weights[o * map.length + i]!, sum));
      [channels, height, width] = [layer.outputs, 1, 1];
    } else {
      const { kernel, filters, padding = 0 } = layer;
      const rows: number = height + 2 * padding - kernel + 1;
      const columns: number = width + 2 * padding - kernel + 1;
      const next = new Float64Array(filters * rows * columns);
      for (let f = 0; f < filters; f++)
        for (let y = 0; y < rows; y++)
          for (let x = 0; x < columns; x++) {
            let sum = bias[f]!;
            for (let c = 0; c < channels; c++)
              for (let i = 0; i < kernel; i++)
                for (let j = 0; j < kernel; j++) {
                  const [row, column] = [y + i - padding, x + j - padding];
                  if (row < 0 || column < 0 || row >= height || column >= width) continue;
                  const weight = weights[((f * channels + c) * kernel + i) * kernel + j]!;
                  sum += weight * map[(c * height + row) * width + column]!;
                }
            next[(f * rows + y) * columns + x] = sum;
          }
      [map, channels, height, width] = [next, filters, rows, columns];
    }
    if (layer.relu) map = map.map((value) => Math.max(0, value));
  }
  return map;
}
