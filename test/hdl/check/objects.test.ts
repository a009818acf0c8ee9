import { describe, test } from 'vitest';
import { expectFindings, expectSound } from './harness.js';
import {
  assign,
  binary,
  clock,
  constant,
  enumeration,
  expression,
  input,
  instance,
  memory,
  module,
  output,
  register,
  resize,
  select,
  slice,
  switchOver,
  when,
  wire,
} from './ir-builder.js';

const [clk, x, y] = [input('clk', 1, 1), input('x', 4, 2), output('y', 4, 3)];
const image = { kind: 'inline', words: Array.from({ length: 16 }, () => 0n) } as const;

function stage() {
  const [i, o] = [input('i', 4, 30), output('o', 4, 31)];
  return module([i, o], [assign(o, i, 32)], { name: 'stage' });
}

describe('unused', () => {
  test('a wire, an input and a register that only itself reads', () => {
    const [w, count] = [wire('w', 4, 5), register('count', 4, 6, clock(clk), { reset: 0n })];
    const spare = input('spare', 1, 4);
    const next = binary('add', count, constant(1, 4));
    expectFindings(
      module([clk, x, y, spare, w, count], [assign(w, x, 10), assign(count, next, 11), assign(y, x, 12)]),
      'HDL0403@4: input `spare` is never read',
      'HDL0401@5: wire `w` is never read',
      'HDL0401@6: register `count` is never read but by itself',
    );
  });

  test('not: a condition, an index, an underscore, a tag', () => {
    const [w, v] = [wire('_w', 4, 5), wire('v', 4, 6, { tags: ['unused'] })];
    const [c, d] = [input('c', 1, 7), input('d', 2, 8)];
    expectSound(
      module(
        [x, y, w, v, c, d],
        [
          assign(w, x, 10),
          assign(v, x, 11),
          assign(y, x, 12),
          when(c, 13, [assign(y, resize(select(x, d, 1), 4), 14)]),
        ],
      ),
    );
  });

  test('an instance of which nothing is read', () => {
    const w = wire('w', 4, 5);
    expectFindings(
      module([x, y, w], [assign(y, x, 10)], { instances: [instance(stage(), 11, { i: x }, { o: w })] }),
      'HDL0402@11: no output of `u_stage` is read',
    );
    expectSound(
      module([x, y, w], [assign(y, x, 10)], {
        instances: [instance(stage(), 11, { i: x }, { o: w }, { name: '_spare' })],
      }),
    );
  });
});

describe('memories', () => {
  const read = (data = y) => ({ data, address: expression(x), locator: data.locator });

  test('without content', () => {
    expectFindings(
      module([x, y], [], { memories: [memory('m', 4, 16, 9, { reads: [read()] })] }),
      'HDL0701@9: memory `m` has neither a write port nor an image',
    );
    expectSound(module([x, y], [], { memories: [memory('m', 4, 16, 9, { image, reads: [read()] })] }));
  });

  test('never read', () => {
    const data = wire('data', 4, 5);
    expectFindings(
      module([x, y, data], [assign(y, x, 10)], {
        memories: [memory('m', 4, 16, 8, { image }), memory('n', 4, 16, 9, { image, reads: [read(data)] })],
      }),
      'HDL0702@8: memory `m` has no read port',
      'HDL0702@9: memory `n` is read, but nothing uses the words',
    );
  });

  test('with a wrong image', () => {
    const wrong = { kind: 'file', file: 'm.mem', words: [1n, 16n, 2n] } as const;
    expectFindings(
      module([x, y], [], { memories: [memory('m', 4, 16, 9, { image: wrong, reads: [read()] })] }),
      'HDL0703@9: the image has 3 words, but memory `m` has 16',
      'HDL0706@9: word 1 of the image is 16, but a word of memory `m` has 4 bits',
    );
  });

  test('written by two clocks', () => {
    const other = input('other', 1, 4);
    const port = (clockSignal: typeof clk, line: number) => ({
      address: expression(x),
      data: expression(x),
      enable: constant(1, 1),
      domain: clock(clockSignal),
      locator: { ...x.locator, line },
    });
    expectFindings(
      module([clk, other, x, y], [], {
        memories: [memory('m', 4, 16, 9, { reads: [read()], writes: [port(clk, 10), port(other, 11)] })],
      }),
      'HDL0704@11: memory `m` is written by clock `other` here and by clock `clk`',
    );
  });

  test('a select that can reach beyond its last element', () => {
    const word = input('word', 12, 4);
    const index = slice(x, 1, 0);
    expectFindings(
      module([x, y, word], [assign(y, select(word, index, 4, 10), 10)]),
      'HDL0705@10: the index can be 3, but the last element is 2',
    );
    const bounded = binary('and', index, constant(2, 2));
    expectSound(module([x, y, word], [assign(y, select(word, bounded, 4, 10), 10)]));
    expectSound(module([x, y], [assign(y, resize(select(x, index, 1, 10), 4), 10)]));
  });
});

describe('cases', () => {
  const colour = enumeration('colour', 2, 'red', 'green', 'blue');
  const subject = input('subject', 2, 4, { enumeration: colour });
  const body = [assign(y, x, 20)];

  test('a label that stands twice, or does not fit', () => {
    expectFindings(
      module(
        [x, y],
        [
          switchOver(
            x,
            10,
            [
              [[1], body, 11],
              [[2, 1], body, 12],
              [[16], body, 13],
            ],
            body,
          ),
        ],
      ),
      'HDL0601@12: case 1 stands twice in this switch',
      'HDL0602@13: label 16 does not fit the subject, which has 4 bits',
    );
  });

  test('members that are missing, and a label that is no member', () => {
    expectFindings(
      module(
        [x, y, subject],
        [
          assign(y, x, 9),
          switchOver(subject, 10, [
            [[0], body, 11],
            [[3], body, 12],
          ]),
        ],
      ),
      'HDL0604@10: the switch over `colour` lacks green, blue',
      'HDL0602@12: label 3 is no member of `colour`',
    );
    expectSound(
      module(
        [x, y, subject],
        [
          switchOver(subject, 10, [
            [[0], body, 11],
            [[1, 2], body, 12],
          ]),
        ],
      ),
    );
    expectSound(module([x, y, subject], [switchOver(subject, 10, [[[0], body, 11]], body)]));
  });

  test('a label beyond a narrower subject', () => {
    expectFindings(
      module(
        [x, y],
        [
          switchOver(
            resize(slice(x, 1, 0), 4),
            10,
            [
              [[3], body, 11],
              [[4], body, 12],
            ],
            body,
          ),
        ],
      ),
      'HDL0605@12: case 4 never matches: the subject is at most 3',
    );
  });

  test('constant conditions', () => {
    expectFindings(
      module([x, y], [assign(y, x, 9), when(constant(0, 1), 10, [assign(y, constant(1, 4), 11)])]),
      'HDL0603@10: the condition is always 0: the branch never runs',
    );
    expectFindings(
      module([x, y], [assign(y, x, 9), switchOver(constant(2, 2), 10, [[[1], body, 11]])]),
      'HDL0603@10: the subject is always 2: at most one case runs',
    );
  });
});

describe('names', () => {
  test('reserved, illegal, double and case-folded', () => {
    const ports = [input('reg', 1, 4), input('a b', 1, 5), input('X', 4, 6), input('q', 1, 7), input('q', 1, 8)];
    const sum = ports.map((port) => assign(output(`o${port.locator.line}`, port.width, 9), port, 10));
    expectFindings(
      module([x, y, ...ports, ...sum.map(({ target }) => target.signal)], [assign(y, x, 9), ...sum]),
      'HDL0501@4: port `reg` has a name that Verilog reserves',
      'HDL0503@5: port `a b` is no identifier',
      'HDL0504@6: port `X` and port `x` differ by case only',
      'HDL0502@8: port `q` has the name of another port',
    );
  });

  test('of modules', () => {
    expectFindings(
      module([x, y], [assign(y, x, 9)], { name: 'logic' }),
      'HDL0501@1: module `logic` has a name that Verilog reserves',
    );
    const upper = { ...stage(), name: 'Stage' };
    const w = wire('w', 4, 5);
    expectFindings(
      module([x, y, w], [], {
        instances: [instance(stage(), 10, { i: x }, { o: w }), instance(upper, 11, { i: w }, { o: y })],
      }),
      'HDL0504@1: module `Stage` and module `stage` differ by case only',
    );
  });

  test('not: local signals of any name, reserved words in other case', () => {
    const [w, In] = [wire('reg', 4, 5), input('Input', 4, 6)];
    expectSound(module([y, w, In], [assign(w, In, 9), assign(y, w, 10)]));
  });
});

describe('instances', () => {
  test('open, unknown and mismatched ports', () => {
    const w = wire('w', 2, 5);
    expectFindings(
      module([x, y, w], [assign(y, resize(w, 4), 10)], {
        instances: [instance(stage(), 11, { j: x }, { o: w })],
      }),
      'HDL0801@11: input `i` of `u_stage` is not connected',
      'HDL0802@11: `stage` has no input `j`',
      'HDL0803@11: output `o` of `u_stage` has 4 bits, but 2 are connected',
    );
  });

  test('parameters and images', () => {
    const [i, o] = [input('i', 4, 30), output('o', 4, 31)];
    const table = memory('table', 4, 16, 32, {
      image: { kind: 'parameter', parameter: 'IMAGE' },
      reads: [{ data: o, address: expression(i), locator: o.locator }],
    });
    const rom = module([i, o], [], {
      name: 'rom',
      memories: [table],
      parameters: [{ name: 'IMAGE', default: 'rom.mem' }],
    });
    const using = (parts: Partial<ReturnType<typeof instance>>) =>
      module([x, y], [], { instances: [instance(rom, 10, { i: x }, { o: y }, parts)] });
    expectSound(using({ images: new Map([['IMAGE', image.words]]) }));
    expectFindings(
      using({ parameters: new Map([['DEPTH', 4]]) }),
      'HDL0804@10: `rom` has no parameter `DEPTH`',
      'HDL0805@10: `u_rom` gives no image for `IMAGE`, which fills memory `table`',
    );
    expectFindings(
      using({
        images: new Map([
          ['IMAGE', [1n]],
          ['OTHER', [1n]],
        ]),
      }),
      'HDL0703@10: image `IMAGE` has 1 words, but memory `table` has 16',
      'HDL0804@10: `rom` has no image parameter `OTHER`',
    );
  });
});
