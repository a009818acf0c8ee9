import { describe, expect, test } from 'vitest';
import { buildArrayUnit, type ArrayUnitOptions } from '../../src/build/array-unit.js';
import { arrayTiming, deviceByName } from '../../src/device/index.js';
import { InputError } from '../../src/build/input-error.js';
import { sha256 } from '../../src/build/write-design.js';
import { runVectorsOnRtl } from '../../src/cosimulation/run-vectors-on-rtl.js';
import { runVectors, VectorError } from '../../src/program/index.js';
import { Random } from '../program/operands.js';
import { lintVerilog } from '../hdl/verilog/tools.js';

function vectors(count: number, widths: readonly number[]): string[] {
  const random = new Random(11);
  return Array.from({ length: count }, () => widths.map((width) => random.wide(width).toString(16)).join(' '));
}

test.each<[ArrayUnitOptions, readonly number[]]>([
  [{ program: 'multiply', format: 'bf16', lanes: 64 }, [16, 16]],
  [
    { program: 'multiply-accumulate', format: 'int6', lanes: 40, body: 'asic', timing: { searchCycles: 2 } },
    [6, 6, 12],
  ],
  [{ program: 'add', format: 'uint8', lanes: 128, loadableWords: 64 }, [8, 8]],
])('%j computes in RTL what the golden model computes, in the predicted cycles', async (options, widths) => {
  const lines = vectors(3 * options.lanes! + 5, widths);
  const rtl = await runVectorsOnRtl(lines, options);
  expect(rtl.results).toEqual(runVectors(options.program, options.format, lines));
  expect(rtl.cyclesPerRun).toBe(rtl.predictedCycles);
  expect(rtl.runs).toBe(4);
});

test('a bad vector names its line', async () => {
  const run = runVectorsOnRtl(['12 34', '12'], { program: 'add', format: 'uint8' });
  await expect(run).rejects.toThrow(new VectorError(2, '1 operands; give 2 hexadecimal numbers: a b'));
});

describe('the files of a unit', () => {
  const fpga = buildArrayUnit({ program: 'multiply', format: 'bf16' });
  const asic = buildArrayUnit({ program: 'multiply', format: 'bf16', body: 'asic', lanes: 32 });
  const filesOf = ({ files }: typeof fpga, models = false): Record<string, string> =>
    Object.fromEntries(
      files.filter(({ file }) => file.startsWith('models/') === models).map(({ file, text }) => [file, text]),
    );

  test('are read by Verilator, Icarus and Yosys without a word', () => {
    expect(lintVerilog(filesOf(fpga), fpga.manifest.top)).toBe('');
    expect(lintVerilog(filesOf(asic), asic.manifest.top)).toBe('');
  });
  test('stand in the manifest with their hashes', () => {
    for (const { manifest, files } of [fpga, asic]) {
      const texts = new Map(files.map(({ file, text }) => [file, text]));
      expect(manifest.files.map(({ file }) => file)).toEqual(
        [...texts.keys()].filter((file) => file !== 'manifest.json'),
      );
      for (const { file, sha256: hash } of manifest.files) expect(hash).toBe(sha256(texts.get(file)!));
    }
  });
  test('hold the model of a macro apart from its black box', () => {
    const name = 'sot_mram_compute_64x32_search15.v';
    expect(filesOf(asic, true)[`models/${name}`]).toContain('simulation model');
    expect(filesOf(asic)[name]).toContain('black box');
  });
  test('are the same for the same options', () => {
    expect(buildArrayUnit({ program: 'multiply', format: 'bf16' }).files).toEqual(fpga.files);
  });
  test('the manifest says what passes, how long a run takes and what it costs', () => {
    expect(fpga.manifest).toMatchObject({
      top: 'array_multiply_bf16',
      program: { name: 'multiply', format: 'bf16', variant: 'exact', loadable: false },
      array: { lines: 64, lanes: 256, searchLines: 15, moves: false, body: 'fpga' },
      load: {
        beats: 32,
        fields: [
          { name: 'a', bits: 16 },
          { name: 'b', bits: 16 },
        ],
      },
      store: { beats: 16, fields: [{ name: 'result', bits: 16 }] },
    });
    expect(asic.manifest.program.loadable).toBe(true);
  });
  test('a device gives the cycles', () => {
    const { manifest } = buildArrayUnit({ program: 'add', format: 'uint4', device: 'sot-mram-22nm', clockNs: 0.25 });
    expect(manifest.device).toEqual({ name: 'sot-mram-22nm', clockNs: 0.25 });
    const { readCycles, writeCycles, searchCycles } = arrayTiming(deviceByName('sot-mram-22nm'), 0.25);
    expect(manifest.array).toMatchObject({ readCycles, writeCycles, searchCycles });
    expect(readCycles * writeCycles * searchCycles).toBeGreaterThan(1);
  });
});

test.each<[ArrayUnitOptions, RegExp]>([
  [{ program: 'divide', format: 'bf16' }, /^program: there is no program 'divide' for bf16; choose one of add, /],
  [{ program: 'add', format: 'posit8' }, /^format: .*posit8/],
  [
    { program: 'multiply', format: 'bf16', lines: 40 },
    /^lines: multiply bf16 takes \d+ lines, the array has 40; give at least/,
  ],
  [{ program: 'add', format: 'uint8', lines: 513 }, /^lines: is 513; give a whole number from 2 to 512$/],
  [{ program: 'add', format: 'uint8', lanes: 0 }, /^lanes: is 0; give a whole number from 1 to 65536$/],
  [{ program: 'add', format: 'uint8', timing: { readCycles: 0 } }, /^readCycles: is 0; give a whole number from 1/],
  [{ program: 'add', format: 'uint8', device: 'tape' }, /^device: no device is called 'tape'; choose one of /],
  [{ program: 'add', format: 'uint8', clockNs: 2 }, /^clock: means nothing without a device; name a device too$/],
  [{ program: 'add', format: 'uint8', top: '8bit' }, /^top: '8bit' is no Verilog name; /],
  [{ program: 'multiply', format: 'bf16', loadableWords: 16 }, /^words: the program has \d+ words, the memory 16; /],
])('%j is refused in one line', (options, message) => {
  const attempt = (): unknown => buildArrayUnit(options);
  expect(attempt).toThrow(InputError);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow(/\n/);
});
