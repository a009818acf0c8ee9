import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ArrayShape } from '../../../generators/array.js';
import type { Model, Simulation } from '../../../sim/index.js';
import { parseFormat } from '../../../src/number/index.js';
import {
  type ArrayState,
  buildProgram,
  fieldPlace,
  type Program,
  programOperands,
} from '../../../src/program/index.js';
import { campaign, Random, randomFloat, relatedFloat, specialValues } from '../../program/operands.js';
import { compared, randomLines } from './golden-run.js';
import { unitModel } from './unit-bench.js';

/** As many lines as an instruction addresses: one model runs every program, from its loadable instruction memory. */
const array: ArrayShape = {
  ...{ lines: 512, lanes: 1024, readCycles: 1, writeCycles: 1, searchCycles: 1, searchLines: 32 },
  ...{ moves: true, body: 'behavioural' },
};
const { lanes } = array;
const wordsOfLine = lanes / 32;

let model: Model;
let simulation: Simulation;
beforeAll(async () => {
  model = await unitModel({ name: 'unit', array, program: { words: 1024, loadable: true } });
});
beforeEach(() => {
  simulation = model.instantiate({ print: (text) => expect.fail(text) });
  simulation.reset();
});

/** Operands of the cases of one run, a list a case. */
type Cases = readonly (readonly bigint[])[];

/**
 * Runs the cases, as many at once as there are lanes, each run over random contents of all other lines. The array's
 * every line and the cycles are compared with the golden model; `check` sees the result of each case.
 */
function runCases(
  program: Program,
  operands: readonly string[],
  cases: Cases,
  check?: (values: readonly bigint[], result: bigint) => void,
): void {
  const random = new Random(12);
  const pair = compared(simulation, array, program);
  for (let start = 0; start < cases.length; start += lanes) {
    const batch = cases.slice(start, start + lanes);
    const content = randomLines(random, pair.loadWords, lanes);
    for (const [index, name] of operands.entries()) place(content, program, name, batch, index);
    const { state } = pair.run(content);
    if (check) checkResults(state, program, batch, check);
  }
}

function place(content: Uint32Array, program: Program, name: string, batch: Cases, index: number): void {
  const { base, width } = fieldPlace(program, name);
  for (let bit = 0; bit < width; bit++) {
    const line = content.subarray((base + bit) * wordsOfLine, (base + bit + 1) * wordsOfLine);
    for (const [lane, values] of batch.entries()) {
      const word = lane >>> 5;
      const at = lane & 31;
      line[word] = (line[word]! & ~(1 << at)) | (Number((values[index]! >> BigInt(bit)) & 1n) << at);
    }
  }
}

function checkResults(
  state: ArrayState,
  program: Program,
  batch: Cases,
  check: (values: readonly bigint[], result: bigint) => void,
): void {
  const results = state.readBigInts(fieldPlace(program, 'result'));
  for (const [lane, values] of batch.entries()) check(values, results[lane]!);
}

const signed = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);

/** What the programs compute, in plain arithmetic. */
const integers: Readonly<Record<string, (values: readonly bigint[], width: number, sign: boolean) => bigint>> = {
  add: ([a, b], width, sign) => BigInt.asUintN(width + 1, number(a!, width, sign) + number(b!, width, sign)),
  subtract: ([a, b], width, sign) => BigInt.asUintN(width + 1, number(a!, width, sign) - number(b!, width, sign)),
  multiply: ([a, b], width, sign) => BigInt.asUintN(2 * width, number(a!, width, sign) * number(b!, width, sign)),
  'multiply-ping-pong': ([a, b], width) => BigInt.asUintN(2 * width, a! * b!),
  'multiply-accumulate': ([a, b, c], width, sign) =>
    BigInt.asUintN(2 * width, number(a!, width, sign) * number(b!, width, sign) + c!),
};

function number(value: bigint, width: number, sign: boolean): bigint {
  return sign ? signed(value, width) : value;
}

function checkInteger(name: string, format: string, cases: (widths: readonly number[]) => Cases): void {
  const operands = programOperands(name, format);
  const width = operands[0]!.width;
  const expected = integers[name]!;
  const program = buildProgram(name, format);
  runCases(
    program,
    operands.map((operand) => operand.name),
    cases(operands.map((operand) => operand.width)),
    (values, result) => {
      const wanted = expected(values, width, !format.startsWith('u'));
      if (result !== wanted) expect.fail(`${name} ${format} of ${values.join(' ')}: ${result}, not ${wanted}`);
    },
  );
}

describe('every input', () => {
  const widths = [1, 2, 3, 4, ...(campaign(1) > 1 ? [5, 6] : [])];
  const names = ['add', 'subtract', 'multiply', 'multiply-ping-pong'];
  test.each(
    names.flatMap((name) =>
      widths.flatMap(
        (width) =>
          [
            [name, `uint${width}`, width],
            [name, `int${width}`, width],
          ] as const,
      ),
    ),
  )('%s %s', (name, format, width) => {
    const count = 2 ** width;
    checkInteger(name, format, () =>
      Array.from({ length: count * count }, (_, index) => [BigInt(index % count), BigInt(Math.floor(index / count))]),
    );
  });
});

describe('random integers', () => {
  const formats = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64'];
  const names = ['add', 'subtract', 'multiply', 'multiply-accumulate'];
  const pairs = names.flatMap((name) => formats.map((format) => [name, format] as const));
  // A product of 64 bits with its sum does not fit 512 lines.
  const fitting = pairs.filter(([name, format]) => !(name === 'multiply-accumulate' && format.endsWith('64')));
  test.each(fitting)('%s %s', (name, format) => {
    const random = new Random(13);
    checkInteger(name, format, (widths) =>
      Array.from({ length: campaign(lanes) }, () => widths.map((width) => random.wide(Math.min(width, 64)))),
    );
  });
});

describe('floating point', () => {
  const binary = ['add', 'subtract', 'multiply', 'less', 'maximum'];
  const runs = [
    ...['bf16', 'fp16', 'fp32', 'tf32', 'e4m3', 'e5m2'].flatMap((format) =>
      binary.map((name) => [name, format] as const),
    ),
    ...['bf16', 'fp16', 'fp32'].map((format) => ['fused-multiply-add', format] as const),
    ...['bf16', 'fp16', 'fp32'].map((format) => ['multiply-add', format] as const),
    ...[
      ['to-fp16', 'fp32'],
      ['to-int16', 'bf16'],
      ['to-bf16', 'int32'],
      ['relu', 'fp32'],
    ].map(([name, format]) => [name!, format!] as const),
  ];
  test.each(runs)('%s %s', (name, format) => {
    const random = new Random(14);
    const operands = programOperands(name, format);
    const float = format.startsWith('int') ? undefined : parseFormat(format);
    const draw = (values: readonly number[]): number => {
      if (float === undefined) return random.bits();
      return values.length === 0 ? randomFloat(random, float) : relatedFloat(random, float, values.at(-1)!);
    };
    const cases: bigint[][] = [];
    if (float !== undefined && operands.length === 2) {
      for (const a of specialValues(float)) for (const b of specialValues(float)) cases.push([BigInt(a), BigInt(b)]);
    }
    for (let i = 0; i < campaign(lanes); i++) {
      const values: number[] = [];
      for (let k = 0; k < operands.length; k++) values.push(draw(values));
      cases.push(values.map(BigInt));
    }
    runCases(
      buildProgram(name, format),
      operands.map((operand) => operand.name),
      cases,
    );
  });

  test.each([
    ['add', 'fp32'],
    ['multiply', 'fp16'],
  ])('%s %s without subnormals, truncated', (name, format) => {
    const program = buildProgram(name, format, 'sot-mram', 'flush');
    const pair = compared(simulation, array, program);
    const random = new Random(15);
    pair.run(randomLines(random, pair.loadWords, lanes));
  });
});
