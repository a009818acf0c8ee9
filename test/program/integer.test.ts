import { describe, expect, test } from 'vitest';
import { buildProgram, Interpreter, type Target } from '../../src/program/index.js';
import { campaign, Random } from './operands.js';

type Reference = (operands: readonly bigint[], width: number) => bigint;

interface Case {
  readonly name: string;
  readonly operands: readonly string[];
  readonly resultWidth: (width: number) => number;
  readonly unsigned?: Reference;
  readonly signed?: Reference;
}

const twice = (width: number): number => 2 * width;
const same = (width: number): number => width;
const oneMore = (width: number): number => width + 1;
const flag = (): number => 1;
const larger: Reference = ([a, b]) => (a! > b! ? a! : b!);
const add: Reference = ([a, b]) => a! + b!;
const subtract: Reference = ([a, b]) => a! - b!;
const multiply: Reference = ([a, b]) => a! * b!;
const less: Reference = ([a, b]) => (a! < b! ? 1n : 0n);
const equal: Reference = ([a, b]) => (a! === b! ? 1n : 0n);

const cases: readonly Case[] = [
  { name: 'add', operands: ['a', 'b'], resultWidth: oneMore, unsigned: add, signed: add },
  { name: 'subtract', operands: ['a', 'b'], resultWidth: oneMore, unsigned: subtract, signed: subtract },
  { name: 'negate', operands: ['a'], resultWidth: same, unsigned: ([a]) => -a!, signed: ([a]) => -a! },
  { name: 'less', operands: ['a', 'b'], resultWidth: flag, unsigned: less, signed: less },
  { name: 'equal', operands: ['a', 'b'], resultWidth: flag, unsigned: equal },
  { name: 'maximum', operands: ['a', 'b'], resultWidth: same, unsigned: larger, signed: larger },
  { name: 'relu', operands: ['a'], resultWidth: same, signed: ([a]) => (a! < 0n ? 0n : a!) },
  { name: 'multiply', operands: ['a', 'b'], resultWidth: twice, unsigned: multiply, signed: multiply },
  { name: 'multiply-ping-pong', operands: ['a', 'b'], resultWidth: twice, unsigned: multiply },
  { name: 'square', operands: ['a'], resultWidth: twice, unsigned: ([a]) => a! * a! },
];

function check(
  entry: Case,
  width: number,
  signed: boolean,
  target: Target,
  values: readonly (readonly bigint[])[],
): void {
  const format = `${signed ? 'int' : 'uint'}${width}`;
  const reference = (signed ? entry.signed : entry.unsigned)!;
  const interpreter = new Interpreter(buildProgram(entry.name, format, target));
  const inputs = Object.fromEntries(entry.operands.map((name, i) => [name, values.map((operands) => operands[i]!)]));
  const results = interpreter.computeBigInts(inputs, 'result');
  for (const [lane, operands] of values.entries()) {
    const numbers = operands.map((value) => (signed ? BigInt.asIntN(width, value) : value));
    const expected = BigInt.asUintN(entry.resultWidth(width), reference(numbers, width));
    if (results[lane] !== expected) {
      expect.fail(`${entry.name} ${format} on ${target}: ${operands.join(', ')} → ${results[lane]}, not ${expected}`);
    }
  }
}

function everyPair(width: number): bigint[][] {
  const all = Array.from({ length: 2 ** width }, (_, i) => BigInt(i));
  return all.flatMap((a) => all.map((b) => [a, b]));
}

describe.each(['sot-mram', 'nor'] as const)('on %s', (target) => {
  for (const entry of cases) {
    for (const signed of [false, true]) {
      if (!(signed ? entry.signed : entry.unsigned)) continue;
      test(`${entry.name}, ${signed ? 'signed' : 'unsigned'}: every input up to 6 bits`, () => {
        for (let width = 1; width <= 6; width++) check(entry, width, signed, target, everyPair(width));
      });

      test(`${entry.name}, ${signed ? 'signed' : 'unsigned'}: random at 8, 16, 32 and 64 bits`, () => {
        const random = new Random(0x51ed270b + entry.name.length);
        for (const width of [8, 16, 32, 64]) {
          const count = campaign(width === 64 || target === 'nor' ? 1_000 : 2_000);
          const values = Array.from({ length: count }, () => [random.wide(width), random.wide(width)]);
          check(entry, width, signed, target, values);
        }
      });
    }
  }

  test('multiply-accumulate adds the product to a wide number', () => {
    const random = new Random(11);
    for (const [format, width, signed] of [
      ['int7', 7, true],
      ['uint16', 16, false],
    ] as const) {
      const interpreter = new Interpreter(buildProgram('multiply-accumulate', format, target));
      const [a, b, c] = [width, width, 2 * width].map((bits) => Array.from({ length: 500 }, () => random.wide(bits)));
      const results = interpreter.computeBigInts({ a: a!, b: b!, c: c! }, 'result');
      const value = (pattern: bigint): bigint => (signed ? BigInt.asIntN(width, pattern) : pattern);
      for (const [i, result] of results.entries()) {
        expect(result).toBe(BigInt.asUintN(2 * width, value(a![i]!) * value(b![i]!) + c![i]!));
      }
    }
  });

  test('select and shifts by a distance of each lane', () => {
    const random = new Random(5);
    const lanes = 400;
    const a = Array.from({ length: lanes }, () => random.wide(13));
    const b = Array.from({ length: lanes }, () => random.wide(13));
    const condition = Array.from({ length: lanes }, () => random.wide(1));
    const distance = Array.from({ length: lanes }, () => random.wide(4));
    const run = (name: string, format: string, inputs: Record<string, bigint[]>): bigint[] =>
      new Interpreter(buildProgram(name, format, target)).computeBigInts(inputs, 'result');
    const selected = run('select', 'uint13', { condition, a, b });
    const left = run('shift-left', 'uint13', { a, distance });
    const right = run('shift-right', 'uint13', { a, distance });
    const arithmetic = run('shift-right', 'int13', { a, distance });
    for (let i = 0; i < lanes; i++) {
      expect(selected[i]).toBe(condition[i] === 1n ? a[i] : b[i]);
      expect(left[i]).toBe(BigInt.asUintN(13, a[i]! << distance[i]!));
      expect(right[i]).toBe(a[i]! >> distance[i]!);
      expect(arithmetic[i]).toBe(BigInt.asUintN(13, BigInt.asIntN(13, a[i]!) >> distance[i]!));
    }
  });

  test('conversions between integers extend or cut', () => {
    const values = everyPair(6).map(([a]) => a!);
    const run = (from: string, to: string): bigint[] =>
      new Interpreter(buildProgram(`to-${to}`, from, target)).computeBigInts({ a: values }, 'result');
    expect(run('int6', 'int9')).toEqual(values.map((a) => BigInt.asUintN(9, BigInt.asIntN(6, a))));
    expect(run('uint6', 'int9')).toEqual(values);
    expect(run('int6', 'uint4')).toEqual(values.map((a) => BigInt.asUintN(4, a)));
  });
});
