import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isSafetensors,
  readSafetensors,
  type StoredTensor,
  writeAtomically,
  writeSafetensors,
} from '../../../src/network/safetensors/index.js';
import { elementBytes, type ElementType } from '../../../src/network/safetensors/safetensors.js';

const types = Object.keys(elementBytes) as ElementType[];

const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.constantFrom(...types), fc.array(fc.nat(4), { maxLength: 3 }))
  .chain(([type, shape]) => {
    const length = shape.reduce((product, size) => product * size, elementBytes[type]);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ type, shape, bytes }));
  });
const name = fc.string({ maxLength: 8 }).filter((text) => text !== '__metadata__' && text !== '__proto__');
const content = fc.record({
  metadata: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  tensors: fc.dictionary(name, tensor, { maxKeys: 6 }).map((entries) => new Map(Object.entries(entries))),
});

describe('a file of tensors', () => {
  test('gives back what was written, whatever the order it was given in', () => {
    fc.assert(
      fc.property(content, ({ metadata, tensors }) => {
        const bytes = writeSafetensors({ metadata, tensors });
        const read = readSafetensors(bytes);
        expect(read.metadata).toEqual(metadata);
        expect(read.tensors).toEqual(tensors);
        expect(isSafetensors(bytes)).toBe(true);
        const turned = Object.fromEntries(Object.entries(metadata).reverse());
        expect(writeSafetensors({ metadata: turned, tensors: new Map([...tensors].reverse()) })).toEqual(bytes);
      }),
      { seed: 5 },
    );
  });

  test('has the bytes that the format prescribes', () => {
    const tensors = new Map<string, StoredTensor>([
      ['b', { type: 'I8', shape: [1, 2], bytes: Uint8Array.of(1, 255) }],
      ['a', { type: 'I32', shape: [1], bytes: Uint8Array.of(7, 0, 0, 0) }],
    ]);
    const header =
      '{"__metadata__":{"k":"v"},"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I8","shape":[1,2],"data_offsets":[4,6]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const expected = [padded.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(padded), 7, 0, 0, 0, 1, 255];
    expect([...writeSafetensors({ metadata: { k: 'v' }, tensors })]).toEqual(expected);
  });
});

function file(header: unknown, data = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const place = (begin: number, end: number) => ({ dtype: 'U8', shape: [end - begin], data_offsets: [begin, end] });

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(3), '3 bytes are too few for a safetensors file'],
  ['something else', new Uint8Array(20).fill(0x61), 'does not begin as a safetensors file does'],
  ['a header that is longer than the file', file('{}').subarray(0, 9), 'the header should have 2 bytes, but 1 follow'],
  ['a header that is no JSON', file('{]'), 'the header is no JSON'],
  ['a header that is a list', file('[]'), 'the header is no JSON object'],
  ['metadata of numbers', file({ __metadata__: { a: 1 } }), '__metadata__ holds other things than texts'],
  ['an unknown type', file({ w: { ...place(0, 0), dtype: 'I4' } }), "tensor 'w': dtype: Invalid option"],
  ['a negative length', file({ w: { ...place(0, 0), shape: [-1] } }), "tensor 'w': shape.0: Too small"],
  [
    'a shape of another size',
    file({ w: { ...place(0, 2), dtype: 'F32' } }, 2),
    "tensor 'w': F32 [2] takes 8 bytes, but its place 0 … 2 has 2",
  ],
  ['tensors that overlap', file({ a: place(0, 4), b: place(2, 6) }, 6), "tensor 'b': overlaps tensor 'a'"],
  ['a gap', file({ a: place(0, 4), b: place(6, 8) }, 8), "tensor 'b': 2 bytes before it belong to no tensor"],
  ['data cut off', file({ a: place(0, 4) }, 3), "tensor 'a': ends at byte 4 of 3: the file is cut off"],
  ['data beyond', file({ a: place(0, 4) }, 7), '3 bytes after the last tensor belong to none'],
])('%s is refused', (_, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(message);
});

describe('a file is written whole or not at all', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-atomic-'));

  test('in the place of another', () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old and longer');
    writeAtomically(path, Uint8Array.of(110, 101, 119));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('nothing is left where the name cannot be taken', () => {
    const before = readdirSync(folder);
    expect(() => writeAtomically(folder, Uint8Array.of(1))).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(() => writeAtomically(join(folder, 'no', 'file'), Uint8Array.of(1))).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual(before);
  });
});
