/**
 * What the floating-point units cost: tables, flip-flops, gates and levels after Yosys, one JSON row a unit, beside the
 * peers. Usage: npx tsx bench/fp-area.ts [operation …], for instance fp-add fp-fma; all of the table without.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFloatUnit, floatUnitFiles, type FloatUnitOptions } from '../src/build/fp-unit.js';

type Row = FloatUnitOptions;

const plain = { rounding: 'nearest-even', flags: false };
const rows: readonly Row[] = [
  ...['fp-add', 'fp-mul', 'fp-fma'].flatMap((operation): Row[] => [
    { operation, format: 'fp32' },
    { operation, format: 'fp32', ...plain },
    { operation, format: 'fp32', stages: 3 },
    { operation, format: 'fp32', stages: 9 },
    { operation, format: 'tf32' },
    { operation, format: 'fp16' },
    { operation, format: 'bf16' },
    { operation, format: 'e5m2' },
    { operation, format: 'e4m3' },
  ]),
  { operation: 'fp-add', format: 'fp64' },
  { operation: 'fp-mul', format: 'fp64' },
  { operation: 'fp-compare', format: 'fp32' },
  { operation: 'fp-compare', format: 'fp32', comparison: 'minimum' },
  { operation: 'fp-convert', format: 'bf16', from: 'fp32' },
  { operation: 'fp-convert', format: 'fp32', from: 'int32' },
  { operation: 'fp-convert', format: 'fp32', to: 'int32' },
  { operation: 'fp-div', format: 'fp32' },
  { operation: 'fp-div', format: 'fp16' },
  { operation: 'fp-sqrt', format: 'fp32' },
  { operation: 'fp-sqrt', format: 'fp16' },
  { operation: 'fp-dot', format: 'e4m3' },
  { operation: 'fp-dot', format: 'e5m2' },
  { operation: 'fp-mac', format: 'e4m3' },
  { operation: 'fp-mac', format: 'fp16' },
];

/** Flows by name: synthesis, and what counts as a level on the longest path. */
const flows = {
  xc7: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf',
  ice40: 'synth_ice40',
  ice40Mac16: 'synth_ice40 -dsp',
  gates: 'synth -flatten; abc -g gates; opt_clean',
} as const;

type Cells = Readonly<Record<string, number>>;

function synthesise(folder: string, files: readonly string[], top: string, flow: keyof typeof flows) {
  const [command, ...rest] = flows[flow].split('; ');
  const statistics = join(folder, 'stat.json');
  const path = join(folder, 'path.txt');
  const script = [
    `read_verilog ${files.join(' ')}`,
    `${command} -top ${top}`,
    ...rest,
    `tee -q -o ${statistics} stat -json`,
    `tee -q -o ${path} ltp -noff`,
  ].join('; ');
  execFileSync('yosys', ['-q', '-p', script], { cwd: folder, stdio: 'ignore' });
  const { design } = JSON.parse(readFileSync(statistics, 'utf8')) as { design: { num_cells_by_type: Cells } };
  const length = /length=(\d+)/.exec(readFileSync(path, 'utf8'));
  return { cells: design.num_cells_by_type, longestPath: Number(length?.[1] ?? 0) };
}

function count(cells: Cells, type: RegExp): number {
  return Object.entries(cells).reduce((total, [name, number]) => (type.test(name) ? total + number : total), 0);
}

function measure(row: Row) {
  const unit = buildFloatUnit(row);
  const folder = mkdtempSync(join(tmpdir(), 'fp-area-'));
  try {
    for (const { file, text } of floatUnitFiles(unit)) writeFileSync(join(folder, file), text);
    const run = (flow: keyof typeof flows) => synthesise(folder, unit.manifest.files, unit.manifest.top, flow);
    const [xc7, ice40, mac16, gates] = [run('xc7'), run('ice40'), run('ice40Mac16'), run('gates')];
    return {
      ...row,
      latency: unit.manifest.timing.latency,
      xc7: {
        luts: count(xc7.cells, /^LUT\d$/),
        dsps: count(xc7.cells, /^DSP48E1$/),
        flipFlops: count(xc7.cells, /^FD/),
        path: xc7.longestPath,
      },
      ice40: {
        lut4s: count(ice40.cells, /^SB_LUT4$/),
        flipFlops: count(ice40.cells, /^SB_DFF/),
        path: ice40.longestPath,
      },
      ice40Mac16: { lut4s: count(mac16.cells, /^SB_LUT4$/), mac16s: count(mac16.cells, /^SB_MAC16$/) },
      gates: { gates: count(gates.cells, /^\$_(AND|NAND|OR|NOR|XOR|XNOR|ANDNOT|ORNOT)_$/), depth: gates.longestPath },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measured with Yosys 0.23 on one machine; `flags` tells whether a unit raises all five flags exactly. */
const peers = [
  { unit: 'add: HardFloat-1', gates: 2914, depth: 133, lut4: 1377, xc7: 999, flags: true },
  { unit: 'add: CVFPU (FMA tied off)', gates: 3431, depth: 189, lut4: 1661, xc7: 1233, flags: true },
  { unit: 'add: FloPoCo IEEEAdd', gates: 1635, depth: 167, lut4: 634, xc7: 481, flags: false },
  { unit: 'mul: HardFloat-1', gates: 5384, lut4: 2543, lut4Mac16: 925, xc7: 689, flags: true },
  { unit: 'mul: CVFPU', gates: 5164, lut4: 2884, lut4Mac16: 1340, xc7: 1035, flags: true },
  { unit: 'FMA: HardFloat-1', gates: 8703, lut4: 3985, lut4Mac16: 2512, xc7: 2096, flags: true },
  { unit: 'FMA: CVFPU', gates: 7354, lut4: 3310, lut4Mac16: 1726, xc7: 1420, flags: true },
];

const wanted = process.argv.slice(2);
for (const peer of peers) console.log(JSON.stringify({ peer: peer.unit, format: 'fp32', ...peer }));
for (const row of rows) {
  if (wanted.length === 0 || wanted.includes(row.operation)) console.log(JSON.stringify(measure(row)));
}
