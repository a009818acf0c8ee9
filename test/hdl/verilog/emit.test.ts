import { describe, expect, test } from 'vitest';
import type { ClockDomainIr, EnumerationIr, ModuleIr } from '../../../src/hdl/ir.js';
import { type EmitOptions, emitDesign } from '../../../src/hdl/verilog/emit.js';
import * as ir from './ir.js';
import { filesOf, lintDesign } from './tools.js';

/** All files of the design against the golden file, and without a word from Verilator, Icarus and Yosys. */
async function expectGolden(top: ModuleIr, golden: string, options: EmitOptions = {}) {
  const design = emitDesign(top, options);
  const text = Object.values(filesOf(design)).join('\n');
  await expect(text).toMatchFileSnapshot(`golden/${golden}.v`);
  expect(lintDesign(design)).toBe('');
  expect(filesOf(emitDesign(top, options))).toEqual(filesOf(design));
}

const { clk, rst, domain } = ir;
const a = ir.signal('input', 'a', 8);
const b = ir.signal('input', 'b', 8);
const enable = ir.signal('input', 'enable');
const out = ir.signal('output', 'result', 8);

describe('registers', () => {
  const sum = ir.signal('register', 'sum', 8, { reset: 0n, domain, comment: 'running total' });
  const statements = [
    ir.when(ir.ref(enable), [ir.assign(sum, ir.binary('add', ir.ref(sum), ir.ref(a)))]),
    ir.assign(out, ir.ref(sum)),
  ];
  test('reset synchronously and start with their reset value', () =>
    expectGolden(ir.module('counter', { ports: [clk, rst, enable, a, out], signals: [sum], statements }), 'register'));

  test('reset asynchronously, active low, on the falling edge', () => {
    const resetLow = ir.signal('input', 'rst_n');
    const other: ClockDomainIr = {
      clock: clk,
      edge: 'falling',
      reset: { signal: resetLow, active: 'low', kind: 'asynchronous' },
    };
    const count = ir.signal('register', 'count', 8, { reset: 5n, domain: other });
    return expectGolden(
      ir.module('counter', {
        ports: [clk, resetLow, a, out],
        signals: [count],
        statements: [ir.assign(count, ir.ref(a)), ir.assign(out, ir.ref(count))],
      }),
      'register-asynchronous',
      { initialValues: false },
    );
  });

  test('without a reset value stand in a block without a reset', () => {
    const data = ir.signal('register', 'data', 8, { domain });
    const valid = ir.signal('register', 'valid', 1, { domain, reset: 0n });
    return expectGolden(
      ir.module('stage', {
        ports: [clk, rst, enable, a, out],
        signals: [data, valid],
        statements: [
          ir.when(ir.ref(enable), [ir.assign(data, ir.ref(a)), ir.assign(valid, ir.constant(1, 1))]),
          ir.assign(out, ir.mux(ir.ref(valid), ir.ref(data), ir.constant(8, 0))),
        ],
      }),
      'register-without-reset',
    );
  });
});

test('signals that are assigned under one condition share a block', () => {
  const x = ir.signal('wire', 'x', 8, { default: 0n });
  const y = ir.signal('wire', 'y', 8);
  const statements = [
    ir.when(
      ir.ref(enable),
      [ir.assign(x, ir.ref(a)), ir.assign(y, ir.ref(b))],
      [ir.assign(y, ir.binary('xor', ir.ref(a), ir.ref(b)))],
    ),
    ir.assign(out, ir.binary('and', ir.ref(x), ir.ref(y))),
  ];
  return expectGolden(ir.module('shared', { ports: [enable, a, b, out], signals: [x, y], statements }), 'shared-block');
});

test('a wire that is read inside a condition that drives it gets a block of its own', () => {
  const x = ir.signal('wire', 'x', 8, { default: 0n });
  const y = ir.signal('wire', 'y', 8, { default: 1n });
  const through = ir.signal('wire', 'through', 8);
  const statements = [
    ir.when(ir.ref(enable), [ir.assign(y, ir.ref(through)), ir.assign(x, ir.ref(a))]),
    ir.assign(through, ir.unary('not', ir.ref(x))),
    ir.assign(out, ir.ref(y)),
  ];
  return expectGolden(
    ir.module('split', { ports: [enable, a, out], signals: [x, y, through], statements }),
    'split-block',
  );
});

test('slices of a wire have drivers of their own, the default fills the rest', () => {
  const x = ir.signal('wire', 'x', 16, { default: 0xabcdn });
  const wide = ir.signal('output', 'wide', 16);
  const statements = [
    ir.assign(x, ir.ref(a), 11, 4),
    ir.assign(x, ir.slice(ir.ref(x), 7, 7), 15, 15),
    ir.assign(wide, ir.ref(x)),
  ];
  return expectGolden(ir.module('slices', { ports: [a, wide], signals: [x], statements }), 'slices');
});

describe('switch', () => {
  const State: EnumerationIr = {
    name: 'State',
    width: 2,
    members: new Map([
      ['idle', 0n],
      ['loadWeights', 1n],
      ['run', 2n],
    ]),
  };
  const state = ir.signal('register', 'state', 2, { enumeration: State, reset: 0n, domain });
  const member = (code: number) => ({ ...ir.constant(2, code), enumeration: State });
  const busy = ir.signal('output', 'busy');

  test('over an enumeration has the names of its members', () =>
    expectGolden(
      ir.module('machine', {
        ports: [clk, rst, enable, busy],
        signals: [state],
        statements: [
          ir.choose(ir.ref(state), [
            [[0n], [ir.when(ir.ref(enable), [ir.assign(state, member(1))])]],
            [[1n], [ir.assign(state, member(2))]],
            [[2n], [ir.assign(state, member(0))]],
          ]),
          ir.assign(busy, ir.binary('notEqual', ir.ref(state), member(0))),
        ],
      }),
      'state-machine',
    ));

  test('that drives a wire in every member makes no latch', () => {
    const next = ir.signal('output', 'next', 8);
    const input = ir.signal('input', 'state', 2, { enumeration: State });
    return expectGolden(
      ir.module('decode', {
        ports: [input, a, b, next],
        statements: [
          ir.choose(ir.ref(input), [
            [[0n, 2n], [ir.assign(next, ir.ref(a))]],
            [[1n], [ir.assign(next, ir.ref(b))]],
          ]),
        ],
      }),
      'switch-without-latch',
    );
  });

  test('keeps an empty case beside a default', () => {
    const held = ir.signal('register', 'held', 8, { domain });
    const select = ir.signal('input', 'select', 4);
    return expectGolden(
      ir.module('hold', {
        ports: [clk, select, a, out],
        signals: [held],
        statements: [
          ir.choose(
            ir.ref(select),
            [
              [[0n], []],
              [[1n, 9n], [ir.assign(held, ir.constant(8, 255))]],
            ],
            [ir.assign(held, ir.ref(a))],
          ),
          ir.assign(out, ir.ref(held)),
        ],
      }),
      'switch-empty-case',
    );
  });
});

describe('memories', () => {
  const address = ir.signal('input', 'address', 9);
  const data = ir.signal('input', 'data', 32);
  const read = ir.signal('output', 'read', 32);
  const write = (more = {}) => ({
    address: ir.ref(address),
    data: ir.ref(data),
    enable: ir.ref(enable),
    domain,
    locator: ir.here,
    ...more,
  });
  const port = { data: read, address: ir.ref(address), domain, locator: ir.here };

  test('are written and read on the clock', () =>
    expectGolden(
      ir.module('ram', {
        ports: [clk, enable, address, data, read],
        memories: [
          ir.memory('words', 32, 512, {
            style: 'block',
            writes: [write()],
            reads: [{ ...port, enable: ir.unary('not', ir.ref(enable)) }],
          }),
        ],
      }),
      'memory',
    ));

  test('write the groups of a mask', () => {
    const mask = ir.signal('input', 'mask', 4);
    return expectGolden(
      ir.module('bytes', {
        ports: [clk, enable, mask, address, data, read],
        memories: [ir.memory('words', 32, 512, { writes: [write({ mask: ir.ref(mask) })], reads: [port] })],
      }),
      'memory-byte-mask',
    );
  });

  test('write the bits of a mask word by word', () => {
    const mask = ir.signal('input', 'mask', 32);
    return expectGolden(
      ir.module('bits', {
        ports: [clk, enable, mask, address, data, read],
        memories: [ir.memory('words', 32, 300, { writes: [write({ mask: ir.ref(mask) })], reads: [port] })],
      }),
      'memory-bit-mask',
    );
  });

  test('have their content inside the module', () => {
    const index = ir.signal('input', 'index', 2);
    const asynchronous = { data: read, address: ir.ref(index), locator: ir.here };
    return expectGolden(
      ir.module('lookup', {
        ports: [index, read],
        memories: [
          ir.memory('squares', 32, 4, { image: { kind: 'inline', words: [0n, 1n, 4n, 9n] }, reads: [asynchronous] }),
        ],
      }),
      'memory-inline-image',
    );
  });

  test('of equal modules differ in the image that a parameter names', () => {
    const rom = () =>
      ir.module('rom', {
        ports: [clk, address, read],
        parameters: [{ name: 'IMAGE', default: 'rom.mem' }],
        memories: [
          ir.memory('words', 32, 512, {
            style: 'block',
            image: { kind: 'parameter', parameter: 'IMAGE' },
            reads: [port],
          }),
        ],
      });
    const parts = [0, 1].map((number) => ir.signal('wire', `part${number}`, 32));
    const instances = parts.map((part, number) =>
      ir.instance(`rom${number}`, rom(), {
        inputs: new Map([
          ['clk', ir.ref(clk)],
          ['address', ir.ref(address)],
        ]),
        outputs: new Map([['read', part]]),
        parameters: new Map([['IMAGE', `rom${number}.mem`]]),
        images: new Map([['IMAGE', Array.from({ length: 512 }, (_, index) => BigInt(index * number))]]),
      }),
    );
    const design = emitDesign(
      ir.module('pair', {
        ports: [clk, address, read],
        signals: parts,
        instances,
        statements: [ir.assign(read, ir.binary('xor', ir.ref(parts[0]!), ir.ref(parts[1]!)))],
      }),
    );
    expect(design.modules.map(({ name }) => name)).toEqual(['pair', 'rom']);
    expect(design.images.map(({ file, depth }) => [file, depth])).toEqual([
      ['rom0.mem', 512],
      ['rom1.mem', 512],
    ]);
    expect(lintDesign(design)).toBe('');
  });
});

describe('instances', () => {
  const q = ir.signal('output', 'q', 8);
  const spare = ir.signal('output', 'spare', 4);
  const child = (invert: boolean) =>
    ir.module('child', {
      ports: [a, q, spare],
      statements: [
        ir.assign(q, invert ? ir.unary('not', ir.ref(a)) : ir.ref(a)),
        ir.assign(spare, ir.slice(ir.ref(a), 3, 0)),
      ],
    });
  const parent = (...children: ModuleIr[]) => {
    const wires = children.map((_, index) => ir.signal('wire', `q${index}`, 8));
    const sum = wires.map((wire) => ir.ref(wire)).reduce((left, right) => ir.binary('add', left, right));
    return ir.module('parent', {
      ports: [a, b, out],
      signals: wires,
      instances: children.map((module, index) =>
        ir.instance(`child${index}`, module, {
          inputs: new Map([['a', ir.binary('and', ir.ref(a), ir.ref(b))]]),
          outputs: new Map([['q', wires[index]!]]),
        }),
      ),
      statements: [ir.assign(out, sum)],
    });
  };
  test('leave outputs open without a warning', () => expectGolden(parent(child(false)), 'instance'));

  test('of equal modules share one, of different modules with one name do not', () => {
    const design = emitDesign(parent(child(false), child(true), child(false)));
    const names = design.modules.map(({ name }) => name);
    expect(names).toHaveLength(3);
    expect(names.slice(1).every((name) => /^child_[0-9a-f]{8}$/.test(name))).toBe(true);
    expect(lintDesign(design)).toBe('');
  });

  test('of a black box find a module with its ports only', () => {
    const macro = { ...child(false), name: 'macro', kind: 'blackBox' as const, statements: [] };
    return expectGolden(parent(macro), 'black-box');
  });
});

test('assertions stop a simulation and are assertions for formal tools', () => {
  const condition = ir.binary('lessEqual', ir.ref(a), ir.ref(b));
  const assertion = { kind: 'assert' as const, condition, message: 'a is at most 100% of b', domain, locator: ir.here };
  return expectGolden(
    ir.module('asserted', {
      ports: [clk, rst, enable, a, b, out],
      statements: [ir.when(ir.ref(enable), [assertion]), ir.assign(out, ir.ref(a))],
    }),
    'assertion',
  );
});

test('comments stand before their statement and places behind it', () => {
  const x = ir.signal('wire', 'x', 8, { comment: 'both' });
  const statements = [
    { kind: 'comment' as const, text: 'What both have.' },
    ir.assign(x, ir.binary('and', ir.ref(a), ir.ref(b))),
    ir.assign(out, ir.ref(x)),
  ];
  return expectGolden(ir.module('commented', { ports: [a, b, out], signals: [x], statements }), 'comments', {
    locators: true,
    headerLines: ['', 'Made by a test.'],
  });
});

test('bits that nothing reads are listed', () => {
  const unread = ir.signal('input', 'unread');
  return expectGolden(
    ir.module('partial', {
      ports: [unread, a, b, out],
      statements: [ir.assign(out, ir.concat(ir.slice(ir.ref(a), 5, 4), ir.slice(ir.ref(b), 6, 1)))],
    }),
    'unused-bits',
  );
});
