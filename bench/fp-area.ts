/**
 * What the floating-point units cost: tables, flip-flops, gates and levels after Yosys, one row a unit. Rows that were
 * measured take the place of theirs in bench/fp-results.json; the others stay.
 * Usage: npx tsx bench/fp-area.ts [word …], for instance fp-add, or fp-fma fp32: units whose options have all the words.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFloatUnit, floatUnitFiles, type FloatUnitOptions } from '../src/build/fp-unit.js';

type Row = FloatUnitOptions;

const plain = { rounding: 'nearest-even', flags: false };
const formats = ['fp32', 'fp16', 'bf16', 'e4m3', 'e5m2', 'tf32'];
const arithmetic = ['fp-add', 'fp-mul', 'fp-fma'];
const rows: readonly Row[] = [
  ...arithmetic.map((operation): Row => ({ operation, format: 'fp32', ...plain })),
  ...[0, 3].flatMap((stages) =>
    formats.flatMap((format) => arithmetic.map((operation): Row => ({ operation, format, stages }))),
  ),
  ...[2, 5].flatMap((stages) => arithmetic.map((operation): Row => ({ operation, format: 'fp32', stages }))),
  { operation: 'fp-add', format: 'fp64', stages: 0 },
  { operation: 'fp-mul', format: 'fp64', stages: 0 },
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
    // A path ends at a flip-flop; `ltp` knows only those of Yosys's own library.
    'delete t:FD* t:SB_DFF*',
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
        muxes: count(xc7.cells, /^MUXF[78]$/),
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

interface Results {
  /** Commands of Yosys by flow. */
  flows: typeof flows;
  units: { readonly unit: string }[];
}

const file = join(import.meta.dirname, 'fp-results.json');

function nameOf({ operation, format, stages, rounding, flags, comparison, from, to }: Row): string {
  const other = [from && `from ${from}`, to && `to ${to}`];
  const parts = [operation, format, stages, rounding, flags === false ? 'no-flags' : undefined, comparison, ...other];
  return parts.filter((part) => part !== undefined).join(' ');
}
const wanted = process.argv.slice(2);
for (const row of rows) {
  const unit = nameOf(row);
  if (!wanted.every((word) => unit.split(' ').includes(word))) continue;
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : { units: [] };
  const measured = { unit, ...measure(row) };
  const others = known.units.filter((other) => other.unit !== unit);
  const units = [...others, measured].sort((left, right) => (left.unit < right.unit ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...known, flows, units }, undefined, 2)}\n`);
  console.log(JSON.stringify(measured));
}
