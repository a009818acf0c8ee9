import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowOperations } from '../../../generators/subarray.js';
import { type Model, type Simulation, verilate } from '../../../sim/index.js';
import { type BenchArray, bodiesOf, emitBench } from './bench.js';
import { type GoldenRequest, GoldenSubarray } from './golden-subarray.js';

const campaigns = Number(process.env['SOTTO_SUBARRAY_RUNS'] ?? 20);
const seed = Number(process.env['SOTTO_SUBARRAY_SEED'] ?? 1);
const cyclesPerRun = 400;

const words = (rows: number, columns: number): bigint[] =>
  Array.from({ length: rows }, (_, row) =>
    BigInt.asUintN(columns, BigInt(row + 1) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n),
  );
const writable = { writable: true, operations: [], counters: false };

const arrays: Readonly<Record<string, BenchArray>> = {
  plain: { rows: 16, columns: 33, readCycles: 1, writeCycles: 1, ...writable },
  odd: { rows: 11, columns: 65, readCycles: 1, writeCycles: 3, ...writable, operations: ['xor'], counters: true },
  slow: { rows: 8, columns: 7, readCycles: 4, writeCycles: 2, ...writable, operations: rowOperations, counters: true },
  equal: { rows: 5, columns: 31, readCycles: 2, writeCycles: 1, ...writable, operations: ['and', 'nor'] },
  masked: { rows: 8, columns: 20, readCycles: 1, writeCycles: 2, ...writable, writeMask: true, operations: ['or'] },
  slow_masked: { rows: 6, columns: 9, readCycles: 3, writeCycles: 4, ...writable, writeMask: true, counters: true },
  rom: {
    ...{ rows: 32, columns: 256, readCycles: 1, writeCycles: 1, writable: false, operations: ['nand', 'xnor'] },
    ...{ counters: true, words: words(32, 256) },
  },
  slow_rom: {
    ...{ rows: 2, columns: 2, readCycles: 2, writeCycles: 1, writable: false, operations: [], counters: false },
    words: [1n, 2n],
  },
  image: { rows: 9, columns: 12, readCycles: 2, writeCycles: 2, ...writable, words: words(9, 12) },
};

/** What a caller may ask: nothing, a sense, a write, or both at once. */
function requests(array: BenchArray): fc.Arbitrary<GoldenRequest> {
  const row = fc.nat(array.rows - 1);
  const data = fc.bigInt(0n, (1n << BigInt(array.columns)) - 1n);
  const full = (1n << BigInt(array.columns)) - 1n;
  const sense = fc.record({ operation: fc.constantFrom('read', ...array.operations), row, rowB: row });
  const write = fc.record({ row, data, mask: array.writeMask ? fc.oneof(fc.constant(full), data) : fc.constant(full) });
  if (!array.writable) return fc.record({ sense }, { requiredKeys: [] });
  return fc.oneof(fc.constant({}), fc.record({ sense }), fc.record({ write }), fc.record({ sense, write }));
}

/** Requests that break no rule: one at a time, and none while the array is busy. */
function legal({ sense, write }: GoldenRequest, busy: boolean): GoldenRequest {
  if (busy) return {};
  if (write !== undefined) return { write };
  return sense === undefined ? {} : { sense };
}

const bit = (value: unknown): number => (value === undefined ? 0 : 1);

function poke(simulation: Simulation, name: string, array: BenchArray, { sense, write }: GoldenRequest): void {
  simulation.poke(`${name}_sense`, bit(sense));
  simulation.poke(`${name}_row`, sense?.row ?? 0);
  if (array.operations.length > 0) {
    const code = rowOperations.filter((kind) => array.operations.includes(kind)).indexOf(sense?.operation as 'and') + 1;
    simulation.poke(`${name}_row_b`, sense?.rowB ?? 0);
    simulation.poke(`${name}_operation`, code);
  }
  if (!array.writable) return;
  simulation.poke(`${name}_write`, bit(write));
  simulation.poke(`${name}_write_row`, write?.row ?? 0);
  simulation.poke(`${name}_write_data`, word(write?.data ?? 0n, array.columns));
  if (array.writeMask) simulation.poke(`${name}_write_mask`, word(write?.mask ?? 0n, array.columns));
}

const word = (value: bigint, width: number): number | bigint => (width > 53 ? value : Number(value));

const cellsOf = (name: string, body: string): string =>
  `subarray_bench.${name}_${body}.${body === 'asic' ? 'macro.' : ''}cells`;

/** Cycles in which what runs comes to its end. */
const idle: readonly GoldenRequest[] = [{}, {}, {}, {}];

/** Runs the requests on every body of one array and on the golden model; both must agree in every cycle. */
function compare(
  model: Model,
  name: string,
  array: BenchArray,
  sequence: readonly GoldenRequest[],
  allowed: (request: GoldenRequest, busy: boolean) => GoldenRequest,
): void {
  using simulation = model.instantiate({ print: (text) => expect.fail(text) });
  simulation.reset();
  const golden = new GoldenSubarray(array, array.words);
  const bodies = bodiesOf(array);
  const ports = new Set(simulation.ports.map((port) => port.name));
  for (const [cycle, wanted] of [...sequence, ...idle].entries()) {
    const request = allowed(wanted, golden.busy);
    poke(simulation, name, array, request);
    golden.step(request);
    simulation.step();
    for (const body of bodies) {
      const at = `${name}_${body}, cycle ${cycle}`;
      if (golden.sensed !== undefined) {
        expect(BigInt(simulation.peek(`${name}_${body}_sensed`)), at).toBe(golden.sensed);
      }
      if (ports.has(`${name}_${body}_busy`)) {
        expect(simulation.peek(`${name}_${body}_busy`), at).toBe(Number(golden.busy));
      }
    }
  }
  for (const body of bodies) {
    for (const [row, content] of golden.rows.entries()) {
      if (content === undefined) continue;
      const stored = simulation.probe(cellsOf(name, body), row);
      expect(BigInt(stored), `${name}_${body}, row ${row}`).toBe(content);
    }
  }
  if (!array.counters) return;
  for (const body of bodies) {
    for (const kind of ['sense', ...(array.writable ? ['write'] : []), ...array.operations]) {
      expect(simulation.peek(`${name}_${body}_${kind}_count`), `${name}_${body} ${kind}`).toBe(
        golden.counts[kind] ?? 0,
      );
    }
  }
}

describe('every body does what the golden subarray does', () => {
  const bench = emitBench(arrays);
  const probes = Object.entries(arrays).flatMap(([name, array]) => bodiesOf(array).map((body) => cellsOf(name, body)));
  const build = { top: bench.top, sources: bench.sources, dataFiles: bench.images, probes };
  let checked: Model;
  let synthesised: Model;
  beforeAll(async () => {
    checked = await verilate({ ...build, warnings: 'error' });
    synthesised = await verilate({ ...build, defines: { SYNTHESIS: true } });
  });

  for (const [name, array] of Object.entries(arrays)) {
    const sequences = fc.array(requests(array), { minLength: cyclesPerRun, maxLength: cyclesPerRun, size: 'max' });
    const runs = fc.sample(sequences, { numRuns: campaigns, seed });
    test(`${name}: legal requests, with the assertions watching`, () => {
      for (const sequence of runs) compare(checked, name, array, sequence, legal);
    });
    test(`${name}: forbidden requests are not carried out`, () => {
      for (const sequence of runs) compare(synthesised, name, array, sequence, (request) => request);
    });
  }

  /** What the simulation says when the requests are made in cycle after cycle. */
  function complaint(name: string, ...sequence: readonly GoldenRequest[]): string {
    const said: string[] = [];
    using simulation = checked.instantiate({ print: (text) => said.push(text) });
    simulation.reset();
    for (const request of sequence) {
      poke(simulation, name, arrays[name]!, request);
      simulation.step();
    }
    return said.join('');
  }
  const sense = { operation: 'read', row: 0, rowB: 0 };
  const write = { row: 0, data: 0n, mask: 1n };

  test.each([
    ['a sense while a sense runs', 'slow', [{ sense }, { sense }], 'a request while the array is busy'],
    ['a sense while a write runs', 'odd', [{ write }, { sense }], 'a request while the array is busy'],
    ['a write while a sense runs', 'slow', [{ sense }, { write }], 'a request while the array is busy'],
    ['both at once', 'plain', [{ sense, write }], 'a sense and a write in one cycle'],
    ['a row beyond the last', 'odd', [{ sense: { ...sense, row: 11 } }], 'row is beyond the last, 10'],
    [
      'a second row beyond the last',
      'odd',
      [{ sense: { ...sense, operation: 'xor', rowB: 15 } }],
      'row_b is beyond the last, 10',
    ],
    ['writing beyond the last', 'odd', [{ write: { ...write, row: 12 } }], 'write_row is beyond the last, 10'],
  ])('an assertion reports %s', (_, name, sequence, message) => {
    expect(complaint(name, ...sequence)).toContain(message);
  });
  test('a read does not care about the second row', () => {
    expect(complaint('odd', { sense: { ...sense, rowB: 15 } })).toBe('');
  });
});
