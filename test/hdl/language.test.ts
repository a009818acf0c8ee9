/** The language as its user writes it, and the Verilog that comes of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  bits,
  blackBox,
  bool,
  check,
  clockDomain,
  concat,
  defineModule,
  delayed,
  emit,
  enumeration,
  fifo,
  input,
  instance,
  memory,
  type Module,
  mux,
  named,
  output,
  outputOf,
  register,
  registered,
  type Signal,
  signedBits,
  stateMachine,
  streamIn,
  streamOut,
  switchOver,
  when,
  wire,
} from '../../src/hdl/index.js';
import { filesOf, lintDesign } from './verilog/tools.js';

async function expectGolden(top: Module, golden: string) {
  const design = emit(top);
  const files = filesOf(design);
  await expect(design.modules.map(({ text }) => text).join('\n')).toMatchFileSnapshot(`golden/${golden}.v`);
  expect(lintDesign(design)).toBe('');
  expect(filesOf(emit(top))).toEqual(files);
}

describe('a pipeline', () => {
  const stage = defineModule('pipeline', () => {
    const enable = input(bool(), { comment: 'moves the pipeline on' });
    const data = input(signedBits(8));
    const valid = input(bool());
    const first = register({ data: signedBits(8), square: signedBits(16) });
    const seen = register(bool(), { reset: 0 });
    const total = register(signedBits(20), { reset: 0, comment: 'sum of squares' });
    when(enable, () => {
      first.data.next(data);
      first.square.next(data.multiply(data));
      seen.next(valid);
    });
    when(enable, () => total.next(total.add(first.square.resize(20))));
    const late = delayed(first.data, { enable, name: 'late' });
    return {
      enable,
      data,
      valid,
      seen: outputOf(seen),
      total: outputOf(total),
      late: outputOf(late),
      negative: outputOf(total.top()),
    };
  });
  test('has one block for all that one condition and one reset decide', () => expectGolden(stage(), 'pipeline'));
});

test('a state machine has the names of its states, and acts on entry and exit', () => {
  const loader = defineModule('loader', () => {
    const start = input(bool());
    const last = input(bool());
    const started = wire(bool(), { default: 0 });
    const left = wire(bool(), { default: 0 });
    const machine = stateMachine('Load', {
      idle: { during: (goTo) => void when(start, () => goTo('fillRow')) },
      fillRow: {
        entry: () => started.connect(1),
        during: (goTo) => void when(last, () => goTo('idle')),
        exit: () => left.connect(1),
      },
    });
    return { start, last, started: outputOf(started), left: outputOf(left), busy: outputOf(machine.is('fillRow')) };
  });
  return expectGolden(loader(), 'state-machine');
});

test('streams pass through a register and a queue', () => {
  const path = defineModule('path', () => {
    const values = streamIn({ value: bits(8), last: bool() });
    const results = streamOut({ value: bits(8), last: bool() });
    fifo(registered(values), 4).connectTo(results);
    return { values, results };
  });
  return expectGolden(path(), 'streams');
});

test('enumerations and numbers are switched over, records and vectors keep their paths in names', () => {
  const Mode = enumeration('Mode', ['pass', 'invert', 'clear']);
  const route = defineModule('route', () => {
    const mode = input(Mode);
    const select = input(bits(2));
    const pixel = input({ red: bits(4), taps: [bits(4), bits(4)] });
    const chosen = wire(bits(4));
    switchOver(
      select,
      [
        [0, () => chosen.connect(pixel.red)],
        [[1, 2], () => chosen.connect(pixel.taps[0])],
      ],
      () => chosen.connect(pixel.taps[1]),
    );
    const result = output(bits(4), { default: 0 });
    switchOver(mode, {
      pass: () => result.connect(chosen),
      invert: () => result.connect(chosen.not()),
      clear: () => undefined,
    });
    const joined = named(concat(pixel.red, chosen), 'joined_pixel');
    return { mode, select, pixel, result, parity: outputOf(joined.parity()) };
  });
  return expectGolden(route(), 'switches-and-records');
});

test('clock domains have clocks, edges and resets of their own', () => {
  const sampler = defineModule('sampler', () => {
    const clock = input(bool());
    const resetLow = input(bool());
    const data = input(bits(4));
    const domain = clockDomain({
      clock,
      edge: 'falling',
      reset: resetLow,
      resetActive: 'low',
      resetKind: 'asynchronous',
    });
    const held = register(bits(4), { reset: 3, domain });
    held.next(data);
    return { clock, resetLow, data, held: outputOf(held) };
  });
  return expectGolden(sampler(), 'clock-domains');
});

test('a black box has parameters, instances have images', () => {
  const table = defineModule('lookup', () => {
    const index = input(bits(2));
    const words = memory(bits(8), { depth: 4, image: { parameter: 'IMAGE' } });
    return { index, word: outputOf(words.read(index, { name: 'word' })) };
  });
  const macro = blackBox(
    'vendor_buffer',
    { parameters: { STRENGTH: 1 }, documentation: ['Buffer of the vendor.'] },
    () => ({
      from: input(bits(8)),
      to: output(bits(8)),
    }),
  );
  const pair = defineModule('pair', () => {
    const index = input(bits(2));
    const words = [3n, 5n].map((factor, number) => {
      const images = { IMAGE: { file: `table${number}.mem`, words: [0n, 1n, 2n, 3n].map((word) => word * factor) } };
      const part = instance(table(), { name: `table${number}`, images });
      part.index.connect(index);
      return part.word;
    });
    const buffer = instance(macro, { parameters: { STRENGTH: 4 } });
    buffer.from.connect(words[0]!.xor(words[1]!));
    return { index, result: outputOf(buffer.to) };
  });
  return expectGolden(pair(), 'instances');
});

describe('misuse is told with its place', () => {
  const source = readFileSync(import.meta.filename, 'utf8').split('\n');
  const lineOf = (mark: string) => source.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;

  test('a signal as a truth value', () => {
    const wrong = defineModule('wrong_truth', () => {
      const a = input(bool());
      if (a == (true as unknown as Signal)) throw new Error('never');
      return { a };
    });
    expect(wrong).toThrow(/signal.*(mux|when|equals)/i);
  });

  test('operands of two widths', () => {
    const wrong = defineModule('wrong_width', () => {
      const a = input(bits(8));
      const b = input(bits(4));
      const sum = a.add(b); // wrong width
      return { a, b, sum: outputOf(sum) };
    });
    const [finding] = check(wrong());
    expect(finding?.code).toBe('HDL0101');
    expect(finding?.message).toMatch(/^4 bits, but .* has 8$/);
    expect(finding?.hint).toBe('resize(8) keeps the value');
    expect(finding?.locator.line).toBe(lineOf('wrong width'));
    expect(() => emit(wrong())).toThrow(/HDL0101/);
  });

  test('a signal of another module', () => {
    let leaked: Signal | undefined;
    defineModule('owner', () => {
      const a = input(bits(4));
      leaked = a;
      return { a };
    })();
    const thief = defineModule('thief', () => {
      const b = input(bits(4));
      return { b, result: outputOf(b.xor(leaked!)) }; // foreign
    });
    const [finding] = check(thief());
    expect(finding?.code).toBe('HDL0105');
    expect(finding?.locator.line).toBe(lineOf('foreign'));
  });

  test('an operator outside of a module', () => {
    expect(() => mux(undefined as never, undefined as never, 1)).toThrow();
    expect(() => register(bits(4))).toThrow(
      /^test\/hdl\/language\.test\.ts:\d+:\d+: signals exist only in the body of a module/,
    );
  });
});
