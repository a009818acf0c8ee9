import { describe, expect, test } from 'vitest';
import { assembleDesign } from '../../src/build/assemble.js';
import { manifestSchema, planOf } from '../../src/build/manifest.js';
import { networkText, parseNetwork } from '../../src/build/network-file.js';
import { rawPreprocess } from '../../src/build/preprocess.js';
import { sha256 } from '../../src/build/write-design.js';
import { predictCycles } from '../../src/layout/timing/index.js';
import { randomPlan } from '../generators/engine/random-plan.js';
import { drawer, randomNetwork, withRandomTaps } from '../network/integer/random-network.js';

test('a network comes back from its file as it was', () => {
  for (let seed = 0; seed < 100; seed++) {
    const draw = drawer(seed);
    const network = withRandomTaps(draw, randomNetwork(draw));
    expect(parseNetwork(JSON.parse(networkText(network)))).toEqual(network);
  }
});

test.each([
  ['a list of integers that ends within one', { bias: 'AAAAAAA=' }],
  ['a key of another version', { sparsity: 0.5 }],
  ['a shape without rows', { outputShape: [1, 0, 1] }],
])('%s is no network', (_, change) => {
  const network = randomNetwork(drawer(1));
  const data = JSON.parse(networkText(network)) as { layers: Record<string, unknown>[] };
  const weighted = data.layers.find(({ weights }) => weights !== undefined)!;
  Object.assign(weighted, change);
  expect(() => parseNetwork(data)).toThrow(/layers/);
});

describe('a manifest', () => {
  test('gives back the plan: the same cycles are predicted from it', () => {
    for (let seed = 0; seed < 8; seed++) {
      const plan = randomPlan(drawer(seed));
      const { network } = plan;
      const prediction = predictCycles(plan);
      const { manifest, files } = assembleDesign({
        plan,
        prediction,
        top: 'unit',
        body: seed % 2 === 0 ? 'fpga' : 'asic',
        model: { file: 'unit.onnx', sha256: '' },
        options: {
          weightBits: 8,
          activationBits: 8,
          layers: {},
          calibration: null,
          preprocess: rawPreprocess,
          budget: {},
          body: seed % 2 === 0 ? 'fpga' : 'asic',
          device: null,
        },
      });
      const text = files.find(({ file }) => file === 'manifest.json')!.text;
      const read = manifestSchema.parse(JSON.parse(text));
      expect(read).toEqual(manifest);
      for (const { file, sha256: hash, bytes } of read.files) {
        const written = files.find((entry) => entry.file === file)!.text;
        expect([sha256(written), Buffer.byteLength(written)]).toEqual([hash, bytes]);
      }
      const again = predictCycles(planOf(read, network));
      expect(again.completion(5)).toBe(prediction.completion(5));
      expect(planOf(read, network)).toEqual(plan);
      network.layers.forEach((layer, index) => {
        const { gather } = read.layers[index]!;
        expect(gather?.taps).toBe('taps' in layer ? layer.taps.length : undefined);
        const table = files.find(({ file }) => file === `${read.layers[index]!.module}_keep.mem`);
        if (table) expect(table.text.match(/^[01]$/gm)).toHaveLength(gather!.tableBits);
      });
    }
  });
});
