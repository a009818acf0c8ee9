import { expect, test } from 'vitest';
import { buildFloatUnit, floatUnitFiles, type FloatUnitOptions } from '../../../src/build/fp-unit.js';
import { InputError } from '../../../src/build/input-error.js';

test.each<readonly [FloatUnitOptions, string]>([
  [{ operation: 'fp-cube', format: 'fp16' }, "unit: 'fp-cube' is unknown; give one of fp-add, fp-sub,"],
  [{ operation: 'fp-add', format: 'fp17' }, "--format: unknown number format 'fp17'; allowed: fp64, fp32,"],
  [{ operation: 'fp-add', format: 'e12m3' }, "--format: unknown number format 'e12m3'; allowed:"],
  [
    { operation: 'fp-add', format: 'fp16', stages: 40 },
    '--stages: 40 pipeline stages cannot be filled; this unit takes',
  ],
  [{ operation: 'fp-mac', format: 'fp16', stages: 0 }, '--stages: 0 pipeline stages cannot be filled; an accumulating'],
  [{ operation: 'fp-add', format: 'fp16', rounding: 5 }, "--rounding: '5' is unknown; give one of nearest-even,"],
  [
    { operation: 'fp-add', format: 'fp16', subnormals: 'no' },
    "--subnormals: 'no' is unknown; give one of exact, flush",
  ],
  [{ operation: 'fp-add', format: 'fp16', terms: 3 }, 'terms: is an option of fp-dot, not of fp-add; leave it out'],
  [
    { operation: 'fp-dot', format: 'fp16', terms: 0 },
    '--terms: 0 is not possible here; give a whole number from 1 to 256',
  ],
  [{ operation: 'fp-convert', format: 'fp16' }, '--from: a conversion has one other side; give either --from or --to'],
  [
    { operation: 'fp-convert', format: 'fp16', from: 'int0' },
    '--from int0: 0 is not possible here; give a whole number',
  ],
  [{ operation: 'fp-convert', format: 'fp16', to: 'bf16' }, '--to: bf16 is a format; give --format bf16 --from fp16'],
  [
    { operation: 'fp-div', format: 'fp16', handshake: 'enable' },
    '--handshake: one step at a time needs ready and valid',
  ],
])('%j is refused in one line', (options, message) => {
  const attempt = () => buildFloatUnit(options);
  expect(attempt).toThrow(InputError);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow(/\n/);
});

test('the manifest tells latency, ports, format and options', () => {
  const unit = buildFloatUnit({ operation: 'fp-sqrt', format: 'bf16', rounding: 'down', subnormals: 'flush' });
  const files = floatUnitFiles(unit);
  expect(files.map(({ file }) => file)).toEqual([...unit.manifest.files, 'manifest.json']);
  expect(JSON.parse(files.at(-1)!.text)).toMatchObject({
    format: 'sotto-unit',
    operation: 'fp-sqrt',
    numberFormat: { name: 'bf16', exponentBits: 8, fractionBits: 7, width: 16, hasInfinity: true },
    options: { rounding: 'down', subnormals: 'flush', saturate: false, flags: true, handshake: 'stream' },
    timing: { latency: 10, initiationInterval: 10 },
  });
});

test('stages set the latency of a pipeline', () => {
  for (const stages of [0, 1, 5]) {
    const { manifest } = buildFloatUnit({ operation: 'fp-mul', format: 'fp16', stages });
    expect(manifest.timing).toEqual({ latency: stages, initiationInterval: 1 });
  }
});
