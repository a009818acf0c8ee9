import fc from 'fast-check';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  compressedBytes,
  type CompressedModel,
  parseCompressed,
  readCompressedFile,
  removeUnusedPaths,
  writeCompressedFile,
} from '../../../src/network/compressed/index.js';
import { ModelError } from '../../../src/network/model-error.js';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../../src/network/safetensors/index.js';
import { storeFloat32, storeInt32, storeInt8 } from '../../../src/network/safetensors/stored-numbers.js';
import { drawer } from '../integer/random-network.js';
import { sparseNetwork } from './sparse-network.js';

const folder = mkdtempSync(join(tmpdir(), 'sotto-compressed-'));

test('a model comes back from its bytes as it was, and gives the same bytes again', () => {
  fc.assert(
    fc.property(fc.nat(), fc.dictionary(fc.string(), fc.jsonValue()), (seed, notes) => {
      // JSON knows no −0 and gives objects their usual prototype.
      const provenance = JSON.parse(JSON.stringify(notes)) as Record<string, unknown>;
      const model = removeUnusedPaths(sparseNetwork(drawer(seed)), { provenance });
      const bytes = compressedBytes(model);
      const read = parseCompressed(bytes, 'a.safetensors');
      expect(read.network).toEqual(model.network);
      expect(read.layers).toEqual(model.layers);
      expect(JSON.stringify(read.provenance)).toBe(JSON.stringify(sorted(provenance)));
      expect(compressedBytes(read)).toEqual(bytes);
    }),
    { numRuns: 300, seed: 9 },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

test('a file on disk', () => {
  const path = join(folder, 'a.safetensors');
  writeCompressedFile(path, model);
  expect(new Uint8Array(readFileSync(path))).toEqual(compressedBytes(model));
  expect(readCompressedFile(path)).toEqual(model);
  expect(() => readCompressedFile(join(folder, 'none'))).toThrow('none: the file cannot be read (ENOENT)');
});

/** Two layers: 2 of 3 filters and 3 of 4 columns are left of the first. */
const model: CompressedModel = removeUnusedPaths(
  {
    name: 'two',
    input: {
      shape: [4, 1, 1],
      format: { bits: 8, signed: false },
      meaning: { scale: 0.5, zeroPoint: 0 },
      preprocess: { divisor: 1, mean: 0, deviation: 1 },
    },
    layers: [
      {
        kind: 'fullyConnected',
        name: 'a',
        inputShape: [4, 1, 1],
        outputShape: [3, 1, 1],
        input: { bits: 8, signed: false },
        output: { bits: 8, signed: false },
        outputMeaning: { scale: 1, zeroPoint: 0 },
        weights: Int8Array.of(1, 0, 2, 3, 0, 0, 0, 0, 4, 0, 0, -5),
        weightBits: 4,
        bias: Int32Array.of(1, 2, 3),
        accumulatorBits: 14,
        requantization: {
          multiplier: Int32Array.of(3, 4, 5),
          multiplierBits: 3,
          shift: 4,
          zeroPoint: 0,
          low: 0,
          high: 255,
        },
      },
      {
        kind: 'fullyConnected',
        name: 'b',
        inputShape: [3, 1, 1],
        outputShape: [2, 1, 1],
        input: { bits: 8, signed: false },
        output: { bits: 14, signed: true },
        outputMeaning: { scale: 0.25, zeroPoint: 0 },
        weights: Int8Array.of(1, 7, -2, 3, 1, 0),
        weightBits: 4,
        bias: Int32Array.of(0, 0),
        accumulatorBits: 14,
      },
    ],
    ending: 'argmax',
  },
  { provenance: { method: 'by hand' } },
);

test('tensors are called by layer and part', () => {
  const { metadata, tensors } = readSafetensors(compressedBytes(model));
  expect(metadata).toMatchObject({ format: 'sotto-compressed', version: '1', provenance: '{"method":"by hand"}' });
  expect([...tensors].map(([name, { type, shape }]) => `${name} ${type} ${shape.join('×')}`).sort()).toEqual([
    'a.bias I32 2',
    'a.columns I32 3',
    'a.mask U8 1',
    'a.multiplier I32 2',
    'a.rows I32 2',
    'a.scale F32 2',
    'a.weight I8 2×3',
    'b.bias I32 2',
    'b.columns I32 2',
    'b.mask U8 1',
    'b.rows I32 2',
    'b.scale F32 2',
    'b.weight I8 2×2',
  ]);
  // 1 2 3 / 4 0 −5: all but the fifth.
  expect([...tensors.get('a.mask')!.bytes]).toEqual([0b101111]);
  // The scale that the multiplier stands for: 3 / 2^4 · 1 / 0.5.
  expect(model.layers[0]!.weightScale).toEqual(Float32Array.of(0.375, 0.625));
});

interface Parts {
  readonly metadata: Record<string, string>;
  readonly tensors: Map<string, StoredTensor>;
}

function changed(change: (parts: Parts) => void): Uint8Array {
  const { metadata, tensors } = readSafetensors(compressedBytes(model));
  const parts = { metadata: { ...metadata }, tensors: new Map(tensors) };
  change(parts);
  return writeSafetensors(parts);
}

const tensor = (name: string, value: StoredTensor) => changed(({ tensors }) => tensors.set(name, value));
const without = (name: string) => changed(({ tensors }) => tensors.delete(name));
const chain = (from: string, to: string) =>
  changed(({ metadata }) => {
    expect(metadata['network']).toContain(from);
    metadata['network'] = metadata['network']!.replace(from, to);
  });

describe('what is refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['a file that is cut off', compressedBytes(model).subarray(0, -1), 'the file is cut off'],
    ['tensors of others', changed(({ metadata }) => (metadata['format'] = 'pt')), "of format 'pt'"],
    ['tensors without metadata', writeSafetensors({ metadata: {}, tensors: new Map() }), 'tensors without a format'],
    [
      'a later version',
      changed(({ metadata }) => (metadata['version'] = '2')),
      'has version 2 of the format, this tool reads version 1; use a later sotto',
    ],
    [
      'a chain that is no JSON',
      changed(({ metadata }) => (metadata['network'] = '{')),
      "'network' of the metadata is no JSON",
    ],
    ['no chain', changed(({ metadata }) => delete metadata['network']), "'network' of the metadata is missing"],
    ['an unknown ending', chain('"argmax"', '"softmax"'), 'network.ending of the metadata: Invalid option'],
    ['an image without a scale', chain('"scale":0.5', '"scale":0'), 'the scale of the image is 0, not above 0'],
    ['an output of negative scale', chain('"scale":0.25', '"scale":-1'), "node 'b': the scale of its output is -1"],
    ['a tensor that is missing', without('b.bias'), "tensor 'b.bias': is missing"],
    ['no weights', without('b.weight'), "tensor 'b.weight': is missing"],
    ['a tensor of no layer', tensor('c.bias', storeInt32(Int32Array.of(1))), "tensor 'c.bias': belongs to no layer"],
    [
      'biases of another type',
      tensor('a.bias', storeFloat32(Float32Array.of(1, 2))),
      "tensor 'a.bias': is F32 [2], expected is I32 [2]",
    ],
    [
      'too few scales',
      tensor('a.scale', storeFloat32(Float32Array.of(1))),
      "tensor 'a.scale': is F32 [1], expected is F32 [2]",
    ],
    [
      'a scale that is NaN',
      tensor('a.scale', storeFloat32(Float32Array.of(1, NaN))),
      "tensor 'a.scale': holds NaN, scales are positive",
    ],
    [
      'a scale of zero',
      tensor('b.scale', storeFloat32(Float32Array.of(0, 1))),
      "tensor 'b.scale': holds 0, scales are positive",
    ],
    [
      'a weight that the mask calls kept',
      tensor('b.weight', storeInt8(Int8Array.of(1, 0, 3, 1), [2, 2])),
      "tensor 'b.mask': calls weight [0, 1] kept, but it is 0",
    ],
    [
      'a weight that the mask calls pruned',
      tensor('a.weight', storeInt8(Int8Array.of(1, 2, 3, 4, 6, -5), [2, 3])),
      "tensor 'a.mask': calls weight [1, 1] pruned, but it is 6",
    ],
    [
      'a mask beyond the weights',
      tensor('b.mask', { type: 'U8', shape: [1], bytes: Uint8Array.of(0b1000_0111) }),
      "tensor 'b.mask': bit 7 is set, but there are 4 weights",
    ],
    [
      'a weight of more bits',
      tensor('a.weight', storeInt8(Int8Array.of(1, 2, 3, 8, 0, -5), [2, 3])),
      "node 'a': the weight 8 is not an integer of 4 bits",
    ],
    [
      'rows that do not ascend',
      tensor('a.rows', storeInt32(Int32Array.of(2, 0))),
      "tensor 'a.rows': 2 stands before 0",
    ],
    [
      'a row that never was',
      tensor('a.rows', storeInt32(Int32Array.of(0, 3))),
      "tensor 'a.rows': holds 3, indices are 0 … 2",
    ],
    [
      'a column that never was',
      tensor('a.columns', storeInt32(Int32Array.of(-1, 2, 3))),
      "tensor 'a.columns': holds -1, indices are 0 … 3",
    ],
    [
      'a column of a removed channel',
      tensor('b.columns', storeInt32(Int32Array.of(0, 1))),
      "tensor 'b.columns': column 1 reads channel 1, which is removed",
    ],
    [
      'a multiplier of more bits',
      tensor('a.multiplier', storeInt32(Int32Array.of(3, 8))),
      "node 'a': the multiplier 8 is not in 1 … 7",
    ],
    [
      'accumulators that are too narrow',
      chain('"accumulatorBits":12', '"accumulatorBits":8'),
      "node 'a': sums need accumulators of",
    ],
    [
      'a matrix of another size before',
      chain('"columns":3', '"columns":4'),
      "node 'b': had 4 columns, but 3 channels in 1 groups of 1 weights each",
    ],
    [
      'a matrix as large as none',
      chain('"rows":2', '"rows":9999999999'),
      "node 'b': a matrix of 9999999999 × 3 weights is too large",
    ],
  ])('%s', (_, bytes, message) => {
    let error: unknown;
    try {
      parseCompressed(bytes, 'x.safetensors');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).message).toContain(message);
    expect((error as ModelError).message).toMatch(/^x\.safetensors\b[^\n]*$/);
  });

  test('a file with any bytes changed or cut off is read or refused, never a crash', () => {
    const good = compressedBytes(model);
    const header = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));
    const place = fc.oneof(fc.nat(header - 1), fc.nat(good.length - 1));
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 3 }), fc.nat(good.length), (changes, length) => {
        const bytes = good.slice(0, changes.length === 0 ? length : good.length);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          parseCompressed(bytes, 'x');
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          refused++;
        }
      }),
      { numRuns: 3000, seed: 11 },
    );
    expect(refused).toBeGreaterThan(1500);
  });

  test('a model that contradicts itself is not written', () => {
    const path = join(folder, 'never');
    const first = { ...model.layers[0]!, weightScale: Float32Array.of(1, Infinity) };
    expect(() => writeCompressedFile(path, { ...model, layers: [first, model.layers[1]!] })).toThrow(
      "tensor 'a.scale': holds Infinity, scales are positive numbers",
    );
    expect(() => writeCompressedFile(path, { ...model, layers: [first] })).toThrow(
      "describes layers 'a', but the network has 'a', 'b'",
    );
    expect(() => writeCompressedFile(path, twice(model))).toThrow("node 'a': has the name of another layer");
    expect(() => writeCompressedFile(path, { ...model, provenance: { accuracy: [NaN] } })).toThrow(
      'provenance.accuracy[0] is NaN, which a file cannot hold',
    );
    expect(existsSync(path)).toBe(false);
  });
});

/** Both layers under the first one's name. */
function twice({ network, layers, provenance }: CompressedModel): CompressedModel {
  const renamed = <Named extends { readonly name: string }>(one: Named): Named => ({ ...one, name: 'a' });
  return { network: { ...network, layers: network.layers.map(renamed) }, layers: layers.map(renamed), provenance };
}
