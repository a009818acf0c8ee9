import { describe, expect, test } from 'vitest';
import { macroName, subarray, subarrayMacroModel, type SubarrayShape } from '../../../generators/subarray.js';
import { check, emit } from '../../../src/hdl/index.js';
import { filesOf, lintDesign, lintVerilog } from '../../hdl/verilog/tools.js';

const base: SubarrayShape = {
  ...{ rows: 12, columns: 8, readCycles: 1, writeCycles: 1, body: 'behavioural', operations: [], writable: false },
  ...{ image: true, counters: false },
};
const everything: Partial<SubarrayShape> = {
  ...{ readCycles: 2, writeCycles: 3, operations: ['xor', 'and'], writable: true, writeMask: true, counters: true },
};

describe('the Verilog has no finding and no warning', () => {
  test.each<[string, Partial<SubarrayShape>]>([
    ['behavioural, plain', {}],
    ['behavioural, everything', everything],
    ['fpga, plain', { body: 'fpga', rows: 16 }],
    ['fpga, everything', { ...everything, body: 'fpga' }],
  ])('%s', (_, shape) => {
    const module = subarray({ ...base, ...shape });
    expect(check(module)).toEqual([]);
    const design = emit(module);
    const image = '00\n'.repeat(shape.rows ?? base.rows);
    expect(lintVerilog({ ...filesOf(design), 'image.mem': image }, design.topName)).toBe('');
  });
  test('asic, over the black box and over the simulation model', () => {
    const shape: SubarrayShape = { ...base, ...everything, body: 'asic', image: false };
    const module = subarray(shape);
    expect(check(module)).toEqual([]);
    const design = emit(module);
    expect(design.modules.map(({ name }) => name)).toEqual([module.name, 'sot_mram_12x8']);
    expect(lintDesign(design)).toBe('');
    const alone = emit(module, { blackBoxStubs: false });
    expect(alone.modules).toHaveLength(1);
    const model = emit(subarrayMacroModel(shape));
    expect(lintVerilog({ ...filesOf(alone), ...filesOf(model) }, design.topName)).toBe('');
  });
});

test('the macro has one set of pins, whatever its arrays use, and its model has the same', () => {
  const size = { rows: 12, columns: 8 };
  const plain: SubarrayShape = { ...base, body: 'asic', image: false, writable: true };
  const pins = (text: string): string[] => text.match(/^ {2}(?:in|out)put .*$/gm) ?? [];
  const textOf = (shape: SubarrayShape): string =>
    emit(subarray(shape)).modules.find(({ name }) => name === macroName(size))!.text;
  expect(textOf({ ...plain, ...everything })).toBe(textOf(plain));
  expect(pins(emit(subarrayMacroModel({ ...size, readCycles: 3 })).modules[0]!.text)).toEqual(pins(textOf(plain)));
  expect(pins(textOf(plain))).toHaveLength(10);
});

test('ports do not depend on the body', () => {
  const shape = { ...base, ...everything, image: false };
  const names = (['behavioural', 'fpga', 'asic'] as const).map((body) =>
    subarray({ ...shape, body }).ir.ports.map(({ name, width, kind }) => [kind, name, width]),
  );
  expect(names[1]).toEqual(names[0]);
  expect(names[2]).toEqual(names[0]);
});

test('the shape decides the ports, for the compiler too', () => {
  const array = subarray({
    ...{ rows: 8, columns: 4, readCycles: 1, writeCycles: 1, body: 'behavioural', operations: ['xor'] },
    ...{ writable: true, image: false, counters: true },
  });
  const { rowB, operation, write, writeRow, writeData, senseCount, writeCount, operationCount } = array.ports;
  const ports = [rowB, operation, write, writeRow, writeData, senseCount, writeCount, operationCount.xor];
  expect(ports.map(({ width }) => width)).toEqual([3, 1, 1, 3, 4, 32, 32, 32]);
  expect(array.ports.busy).toBeUndefined();
});

test('row operations come in one order, so that equal arrays are one module', () => {
  const one = subarray({ ...base, operations: ['xor', 'and'] });
  const other = subarray({ ...base, operations: ['and', 'xor'] });
  expect(other).toBe(one);
});

describe('a shape that cannot be is refused in one line', () => {
  test.each<[Partial<SubarrayShape>, string]>([
    [{ rows: 1 }, 'rows is 1; give a whole number of at least 2'],
    [{ columns: 0 }, 'columns is 0; give a whole number of at least 1'],
    [{ readCycles: 1.5 }, 'readCycles is 1.5; give a whole number of at least 1'],
    [{ writeCycles: 0 }, 'writeCycles is 0; give a whole number of at least 1'],
    [{ operations: ['add' as 'and'] }, "'add' is no row operation; they are and, nand, or, nor, xor, xnor"],
    [{ operations: ['or', 'or'] }, 'operations names one twice: or, or'],
    [{ writeMask: true }, 'a write mask needs writable: true'],
    [{ image: false }, 'the array has no content; set image: true or writable: true'],
    [
      { body: 'asic', writable: true },
      'an image does not survive an ASIC flow; set image: false and write the rows after power-up',
    ],
    [
      { body: 'asic', image: false },
      'a macro powers up without content; set writable: true and write the rows after power-up',
    ],
    [
      { body: 'fpga', writable: true, writeMask: true },
      'a masked write to block memory reads the row first; give writeCycles of at least 2',
    ],
    [
      { rows: 0, columns: 0 },
      'rows is 0; give a whole number of at least 2. columns is 0; give a whole number of at least 1',
    ],
  ])('%j', (fault, message) => {
    expect(() => subarray({ ...base, ...fault })).toThrow(new RangeError(`subarray: ${message}`));
  });
});
