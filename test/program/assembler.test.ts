import { describe, expect, test } from 'vitest';
import { sotOperations } from '../../src/device/index.js';
import {
  addFields,
  AssemblyError,
  bit,
  broadcastField,
  buildProgram,
  diffPrograms,
  fieldPlace,
  Interpreter,
  listProgram,
  loadField,
  noCellWrites,
  NorAssembler,
  ProgramFileError,
  programImage,
  programWords,
  readProgram,
  saveProgram,
  shiftByConstant,
  SotAssembler,
  storeField,
  sumLanes,
} from '../../src/program/index.js';

function failure(body: () => unknown): AssemblyError {
  try {
    body();
  } catch (error) {
    if (error instanceof AssemblyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The line of this file on which `failure` above is called next, for comparison with the reported place. */
function here(): number {
  return Number(/assembler\.test\.ts:(\d+)/.exec((new Error().stack ?? '').split('\n')[2] ?? '')?.[1]);
}

describe('mistakes are reported with their place in the source', () => {
  test('a cell that is read before it is written', () => {
    const asm = new SotAssembler('demo', 32);
    const a = asm.scratch('a', 2);
    const line = here() + 1;
    const error = failure(() => asm.section('first', () => asm.step(bit(a, 0), 'copy', [bit(a, 1)])));
    expect(error.message).toMatch(
      /^program 'demo', in 'first': line 0 is read before it is written \(test\/program\/assembler\.test\.ts:/,
    );
    expect(error.location).toContain(`assembler.test.ts:${line}:`);
  });

  test('the place is that of the macro call, not inside of the macro', () => {
    const asm = new SotAssembler('demo', 64);
    const a = asm.input('a', 4);
    const b = asm.scratch('b', 4);
    const sum = asm.output('sum', 5);
    const line = here() + 1;
    expect(failure(() => addFields(asm, a, b, sum)).location).toContain(`assembler.test.ts:${line}:`);
  });

  test('a line that is written in some lanes only', () => {
    const asm = new SotAssembler('demo', 8);
    const a = asm.input('a', 1);
    const t = asm.scratch('t', 2);
    asm.search(a.lines, 1n);
    asm.constant(1, [bit(t, 0)], 'matched');
    expect(failure(() => asm.step(bit(t, 0), 'copy', [bit(t, 1)])).message).toContain(
      'line 1 is read before it is written in every lane',
    );
    asm.constant(0, [bit(t, 0)], 'unmatched');
    asm.step(bit(t, 0), 'copy', [bit(t, 1)]);
  });

  test('no free lines', () => {
    const asm = new SotAssembler('demo', 8);
    asm.input('a', 6);
    expect(failure(() => asm.scratch('b', 3)).message).toContain("field 'b' needs 3 adjacent lines; 2 of 8 are free");
  });

  test('a sensed line among its own targets, unless the device can', () => {
    const sensed = (asm: SotAssembler): void => asm.step(asm.input('a', 1).lines[0]!, 'toggle', [0]);
    expect(failure(() => sensed(new SotAssembler('demo', 8))).message).toContain(
      'line 0 is sensed and written in the same step, which this device cannot do',
    );
    sensed(new SotAssembler('demo', 8, { ...sotOperations, writesSensedLine: true }));
    expect(failure(() => new NorAssembler('demo', 8).nor(0, 0)).message).toContain(
      'line 0 is read before it is written',
    );
  });

  test('a field that does not exist', () => {
    const asm = new SotAssembler('demo', 8);
    asm.input('a', 2);
    expect(failure(() => asm.field('b')).message).toContain("there is no field 'b'; fields: a");
    expect(asm.field('a').lines).toEqual([0, 1]);
  });

  test('an operation that the device lacks', () => {
    const asm = new SotAssembler('demo', 8, { ...sotOperations, writes: ['set', 'reset', 'copy'] });
    const a = asm.input('a', 2);
    expect(failure(() => asm.step(bit(a, 0), 'toggle', [bit(a, 1)])).message).toContain(
      'this device has no toggle; it has set, reset, copy',
    );
  });

  test('an output that is not written', () => {
    const asm = new SotAssembler('demo', 8);
    asm.output('sum', 2);
    expect(failure(() => asm.finish()).message).toContain("bit 0 of output 'sum' is not written");
  });

  test('a field that is freed twice, and widths that differ', () => {
    const asm = new SotAssembler('demo', 16);
    const t = asm.scratch('t', 2);
    asm.free(t);
    expect(failure(() => asm.free(t)).message).toContain("field 't' is not allocated; free it once");
    const [a, b] = [asm.input('a', 2), asm.input('b', 3)];
    expect(failure(() => addFields(asm, a, b, asm.scratch('s', 3))).message).toContain("'a' has 2 bits and 'b' 3");
  });
});

describe('programs as data', () => {
  const adder = buildProgram('add', 'uint8');

  test('print', () => {
    expect(listProgram(adder)).toBe(
      [
        'program add uint8  (sot-mram)',
        '  input  a            lines 0…7',
        '  input  b            lines 8…15',
        '  output result       lines 16…24',
        '  33 steps: 32 reads, 33 writes, 0 searches; 0 scratch lines, 9 words',
        '',
        '  16 = 0',
        '  repeat 8 (i) {',
        '    sense 0+i: 17+i = s',
        '    sense 8+i: 16+i, 17+i ^= s',
        '    sense 16+i: 17+i &= ~s',
        '    sense 0+i: 16+i, 17+i ^= s',
        '  }',
        '',
      ].join('\n'),
    );
  });

  test('survive being saved', () => {
    for (const program of [adder, buildProgram('multiply', 'e4m3'), buildProgram('square', 'uint6', 'nor')]) {
      expect(readProgram(saveProgram(program))).toEqual(program);
    }
    expect(() => readProgram('{')).toThrow(ProgramFileError);
    expect(() => readProgram(saveProgram(adder).replace('"toggle"', '"twist"'))).toThrow(
      /damaged: .*\n.*body\[1\]\.body\[1\]/,
    );
  });

  test('become an image for $readmemh', () => {
    const image = programImage(adder).trimEnd().split('\n');
    expect(image.map((text) => BigInt(`0x${text.slice(0, 16)}`))).toEqual(programWords(adder));
    expect(image.at(-1)).toBe('0000000000000000 // halt');
  });

  test('differ line by line', () => {
    expect(diffPrograms(adder, adder)).toEqual([]);
    const changes = diffPrograms(adder, buildProgram('subtract', 'uint8'));
    expect(changes).toContain('-    sense 8+i: 16+i, 17+i ^= s');
    expect(changes).toContain('+    sense 8+i: 16+i, 17+i ^= ~s');
  });

  test('know their fields', () => {
    expect(fieldPlace(adder, 'result')).toMatchObject({ role: 'output', base: 16, width: 9 });
    expect(() => fieldPlace(adder, 'sum')).toThrow("program 'add uint8' has no field 'sum'; it has a, b, result");
  });
});

describe.each([SotAssembler, NorAssembler])('lanes, on %s', (Target) => {
  test('sum, broadcast and shift', () => {
    const asm = new Target('lanes', 200);
    const a = asm.input('a', 4);
    const total = asm.output('total', 8);
    const shared = asm.output('shared', 4);
    const doubled = asm.output('doubled', 4);
    sumLanes(asm, a, total, 8);
    broadcastField(asm, a, shared, 3);
    shiftByConstant(asm, a, doubled, 'left', 1);
    const interpreter = new Interpreter(asm.finish());
    const values = Array.from({ length: 40 }, (_, lane) => (lane * 7 + 3) % 16);
    const run = (name: string): number[] => [...interpreter.compute({ a: values }, name)];
    expect(run('total')).toEqual(
      values.map((_, lane) => values.slice(Math.max(0, lane - 7), lane + 1).reduce((sum, value) => sum + value, 0)),
    );
    expect(run('shared')).toEqual(values.map(() => values[3]));
    expect(run('doubled')).toEqual(values.map((value) => (2 * value) % 16));
  });

  test('fields come from outside and go there', () => {
    const asm = new Target('pass', 40);
    const field = asm.scratch('field', 3);
    loadField(asm, field);
    storeField(asm, field);
    const interpreter = new Interpreter(asm.finish());
    const loads = [1, 2, 3].map((seed) => new Uint32Array([seed * 0x1234567, seed * 0x7654321]));
    const stores: Uint32Array[] = [];
    interpreter.run(interpreter.createState(64), { exchange: { loads, stores } });
    expect(stores).toEqual(loads);
    expect(() => interpreter.run(interpreter.createState(64))).toThrow(
      "program 'pass' loads more lines than the 0 given",
    );
  });
});

test('cell writes count the lanes under the mask', () => {
  const asm = new SotAssembler('mask', 8);
  const a = asm.input('a', 1);
  const t = asm.output('t', 2);
  asm.constant(0, t.lines);
  asm.search(a.lines, 1n);
  asm.step(bit(a, 0), 'set', t.lines, { lanes: 'matched' });
  asm.complement([bit(t, 0)], 'unmatched');
  const interpreter = new Interpreter(asm.finish());
  const state = interpreter.createState(100);
  state.writeNumbers(
    fieldPlace(interpreter.program, 'a'),
    Array.from({ length: 100 }, (_, lane) => (lane < 30 ? 1 : 0)),
  );
  const cellWrites = noCellWrites();
  interpreter.run(state, { cellWrites });
  expect(cellWrites).toMatchObject({ copy: 200, set: 60, toggle: 70, reset: 0 });
});
