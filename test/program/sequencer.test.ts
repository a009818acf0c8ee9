import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildProgram,
  type Command,
  decode,
  encode,
  type Instruction,
  programNames,
  programWords,
  roll,
  sequence,
  unroll,
} from '../../src/program/index.js';

const line = fc.integer({ min: 0, max: 511 });
const register = fc.integer({ min: 0, max: 7 });

const array = (instruction: fc.Arbitrary<Instruction>, lines: number): fc.Arbitrary<Command> =>
  fc
    .tuple(instruction, fc.array(register, { minLength: lines, maxLength: lines }))
    .map(([found, registers]) => ({ kind: 'array', instruction: found, registers }));

const step = (targets: number, senses: boolean): fc.Arbitrary<Command> =>
  array(
    fc.record({
      kind: fc.constant('step' as const),
      sense: senses ? line : fc.constant(-1),
      operation: fc.constantFrom('set', 'reset', 'toggle', 'copy'),
      data: fc.constantFrom('sensed', 'complement', 'zero', 'one'),
      lanes: fc.constantFrom('all', 'matched', 'unmatched'),
      targets: fc.array(line, { minLength: targets, maxLength: targets }),
    }),
    targets + (senses ? 1 : 0),
  );

const increments = fc.array(
  fc.record({ register: fc.integer({ min: 1, max: 7 }), amount: fc.integer({ min: -512, max: 511 }) }),
  { maxLength: 3 },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  ...[1, 2, 3].flatMap((targets) => [step(targets, true), step(targets, false)]),
  array(
    fc.integer({ min: 1, max: 32 }).chain((length) =>
      fc.record({
        kind: fc.constant('search' as const),
        line,
        length: fc.constant(length),
        key: fc.integer({ min: 0, max: 2 ** length - 1 }),
        combine: fc.constantFrom('set', 'and', 'or'),
        invert: fc.boolean(),
      }),
    ),
    1,
  ),
  array(fc.record({ kind: fc.constant('mask' as const), change: fc.constantFrom('all', 'invert') }), 0),
  array(fc.record({ kind: fc.constant('load' as const), target: line }), 1),
  array(fc.record({ kind: fc.constant('store' as const), sense: line }), 1),
  array(
    fc.record({
      kind: fc.constant('move' as const),
      motion: fc.constant('shift' as const),
      amount: fc.integer({ min: -16384, max: 16383 }),
      sense: line,
      target: line,
    }),
    2,
  ),
  array(
    fc.record({
      kind: fc.constant('move' as const),
      motion: fc.constant('broadcast' as const),
      amount: fc.integer({ min: 0, max: 32767 }),
      sense: line,
      target: line,
    }),
    2,
  ),
  array(fc.record({ kind: fc.constant('nor' as const), inputs: fc.tuple(line), output: line }), 2),
  array(fc.record({ kind: fc.constant('nor' as const), inputs: fc.tuple(line, line), output: line }), 3),
  array(
    fc.record({
      kind: fc.constant('initialise' as const),
      value: fc.constantFrom(0 as const, 1 as const),
      output: line,
    }),
    1,
  ),
  fc.integer({ min: 1, max: 65535 }).map((count): Command => ({ kind: 'loop', count })),
  increments.map((list): Command => ({ kind: 'end', increments: list })),
  increments.map((list): Command => ({ kind: 'add', increments: list })),
  fc.constant<Command>({ kind: 'halt' }),
);

describe('instruction words', () => {
  test('decode what was encoded, in 64 bits', () => {
    fc.assert(
      fc.property(command, (original) => {
        const word = encode(original);
        expect(word >> 64n).toBe(0n);
        expect(decode(word)).toEqual(original);
      }),
      { numRuns: 3_000 },
    );
  });

  test('lie as the table of the README says', () => {
    const toggle: Instruction = {
      kind: 'step',
      sense: 3,
      operation: 'toggle',
      data: 'sensed',
      lanes: 'matched',
      targets: [17, 511],
    };
    const word = encode({ kind: 'array', instruction: toggle, registers: [1, 2, 7] });
    const expected =
      (1n << 60n) |
      (2n << 58n) |
      (1n << 54n) |
      (2n << 52n) |
      (1n << 51n) |
      (1n << 48n) |
      (3n << 39n) |
      (2n << 36n) |
      (17n << 27n) |
      (7n << 24n) |
      (511n << 15n);
    expect(word).toBe(expected);
  });

  test('refuse what does not fit', () => {
    const load = (target: number): Command => ({
      kind: 'array',
      instruction: { kind: 'load', target },
      registers: [0],
    });
    expect(() => encode(load(512))).toThrow(
      'line 512 does not fit an instruction word, which addresses lines 0 to 511',
    );
    expect(() => encode({ kind: 'loop', count: 0 })).toThrow('a loop of 0 turns');
    expect(() => decode(15n << 60n)).toThrow('unknown opcode 15');
  });
});

describe('loops', () => {
  const instruction: fc.Arbitrary<Instruction> = fc.oneof(
    fc.record({ kind: fc.constant('load' as const), target: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ kind: fc.constant('store' as const), sense: fc.integer({ min: 0, max: 40 }) }),
  );

  test('fold and unfold to the same instructions', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.array(instruction, { minLength: 1, maxLength: 3 }), fc.nat(6), fc.integer({ min: -2, max: 3 })),
        ),
        (runs) => {
          const trace = runs.flatMap(([body, count, stride]) =>
            Array.from({ length: count }, (_, turn) =>
              body.map((one) => {
                const moved = (at: number): number => Math.abs(at + turn * stride);
                const found: Instruction =
                  one.kind === 'load'
                    ? { ...one, target: moved(one.target) }
                    : { kind: 'store', sense: moved(one.kind === 'store' ? one.sense : 0) };
                return { section: '', instruction: found };
              }),
            ).flat(),
          );
          const body = roll(trace);
          expect(unroll(body)).toEqual(trace);
          const program = { name: '', target: 'sot-mram', lines: 512, scratchLines: 0, fields: [], body } as const;
          expect([...sequence(programWords(program))]).toEqual(trace.map((entry) => entry.instruction));
        },
      ),
    );
  });

  test.each(['sot-mram', 'nor'] as const)('the sequencer runs every program of %s as assembled', (target) => {
    for (const format of ['uint9', 'int6', 'bf16', 'e4m3']) {
      for (const name of programNames(format)) {
        const program = buildProgram(name, format, target);
        const trace = unroll(program.body).map((entry) => entry.instruction);
        expect([...sequence(programWords(program))], `${name} ${format}`).toEqual(trace);
      }
    }
  });

  test('a 32-bit multiplication is a few dozen words', () => {
    expect(programWords(buildProgram('multiply', 'uint32')).length).toBeLessThan(40);
    expect(programWords(buildProgram('multiply', 'uint32', 'nor')).length).toBeLessThan(60);
  });

  test('an image without HALT, or with END alone, is refused', () => {
    expect(() => [...sequence([])]).toThrow('no HALT');
    expect(() => [...sequence([encode({ kind: 'end', increments: [] })])]).toThrow(
      'word 0 ends a loop that was not begun',
    );
  });
});
