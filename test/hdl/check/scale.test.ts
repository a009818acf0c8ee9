import { describe, expect, test } from 'vitest';
import { BitGraph } from '../../../src/hdl/check/bit-graph.js';
import { stronglyConnected } from '../../../src/hdl/check/components.js';
import { checkDesign } from '../../../src/hdl/check/index.js';
import { SignalGraph } from '../../../src/hdl/check/signal-graph.js';
import type { ExpressionIr, StatementIr } from '../../../src/hdl/ir.js';
import { assign, assignBits, binary, expression, input, module, output, slice, when, wire } from './ir-builder.js';

const count = 10_000;
const width = 2_048;

describe('large designs', () => {
  test('ten thousand words of 2,048 bits, each of two others', () => {
    const [x, c, y] = [input('x', width, 1), input('c', 1, 2), output('y', width, 3)];
    const wires = Array.from({ length: count }, (_, i) => wire(`w${i}`, width, 10 + i));
    const statements: StatementIr[] = wires.flatMap((w, i) => [
      assign(w, binary('xor', wires[i - 1] ?? x, wires[i >> 1] === w ? x : wires[i >> 1]!), 20_000 + i),
      when(c, 40_000 + i, [assignBits(w, width - 1, 8, slice(x, width - 1, 8), 60_000 + i)]),
    ]);
    const top = module([x, c, y, ...wires], [...statements, assign(y, wires.at(-1)!, 80_000)]);
    expect(checkDesign(top)).toEqual([]);
    const graph = new SignalGraph(top, () => new Map());
    // Two nodes and a few edges a statement: a word counts once, however wide it is.
    expect(graph.nodes.length).toBeLessThan(10 * count);
    expect(graph.dependencies.reduce((sum, sources) => sum + sources.length, 0)).toBeLessThan(12 * count);
  });

  test('a chain of ten thousand operators, every step of which is read', () => {
    const x = input('x', 64, 1);
    const outputs = Array.from({ length: count }, (_, i) => output(`y${i}`, 64, 2 + i));
    let value: ExpressionIr = expression(x);
    const statements = outputs.map((y, i) => assign(y, (value = binary('add', value, x)), 20_000 + i));
    expect(checkDesign(module([x, ...outputs], statements))).toEqual([]);
  });

  test('a word of 4,096 bits whose every bit is made of the one below', () => {
    const [x, y, a] = [input('x', 1, 1), output('y', 4_096, 2), wire('a', 4_096, 3)];
    const steps = Array.from({ length: 4_095 }, (_, bit) => assignBits(a, bit + 1, bit + 1, slice(a, bit), 10));
    const top = module([x, y, a], [assignBits(a, 0, 0, x, 9), ...steps, assign(y, a, 11)]);
    expect(checkDesign(top)).toEqual([]);

    const members = new Set<object>([a, ...steps.map(({ value }) => value)]);
    for (const { value } of steps) if (value.kind === 'slice') members.add(value.operand);
    const graph = new BitGraph(top, members);
    let edges = 0;
    stronglyConnected([graph.signalBit(a, 4_095)], (node) => {
      const successors = graph.successors(node);
      edges += successors.length;
      return successors;
    });
    // One bit of the word, of the slice and of the reference for each step.
    expect(edges).toBeLessThanOrEqual(3 * 4_096);
  });

  test('a chain of a thousand elsewhen', () => {
    const [x, y] = [input('x', 16, 1), output('y', 16, 2)];
    let otherwise: StatementIr[] = [assign(y, x, 3)];
    for (let i = 0; i < 1_000; i++) {
      otherwise = [when(slice(x, i % 16), 10 + i, [assign(y, x, 2_000 + i)], otherwise)];
    }
    expect(checkDesign(module([x, y], otherwise))).toEqual([]);
  });
});
