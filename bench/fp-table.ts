/**
 * The table of docs/floating-point.md from bench/fp-results.json, as Markdown on standard output.
 * Usage: npx tsx bench/fp-table.ts
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Measured {
  readonly operation: string;
  readonly format: string;
  readonly rounding?: string;
  readonly flags?: boolean;
  readonly latency: number;
  readonly comparison?: string;
  readonly from?: string;
  readonly to?: string;
  readonly xc7: {
    readonly luts: number;
    readonly dsps: number;
    readonly flipFlops: number;
    readonly muxes: number;
    readonly path: number;
  };
  readonly ice40: { readonly lut4s: number; readonly flipFlops: number; readonly path: number };
  readonly ice40Mac16: { readonly lut4s: number; readonly mac16s: number };
  readonly gates: { readonly gates: number; readonly depth: number };
}

const file = join(import.meta.dirname, 'fp-results.json');
const { units } = JSON.parse(readFileSync(file, 'utf8')) as { units: readonly Measured[] };

const number = (value: number): string => value.toLocaleString('en-US');
const operations = ['fp-add', 'fp-mul', 'fp-fma', 'fp-compare', 'fp-convert', 'fp-div', 'fp-sqrt', 'fp-dot', 'fp-mac'];
const formats = ['fp64', 'fp32', 'tf32', 'fp16', 'bf16', 'e5m2', 'e4m3'];

function place(unit: Measured): number {
  return 1e4 * operations.indexOf(unit.operation) + 1e3 * formats.indexOf(unit.format) + unit.latency;
}

function row(unit: Measured): string {
  const { xc7, ice40, ice40Mac16, gates } = unit;
  const from = unit.from === undefined ? '' : ` from ${unit.from}`;
  const to = unit.to === undefined ? '' : ` to ${unit.to}`;
  const bare = unit.flags === false ? ', nearest even, no flags' : '';
  const comparison = unit.operation === 'fp-compare' ? ` ${unit.comparison ?? 'order'}` : '';
  const dsps = xc7.dsps > 0 ? ` + ${xc7.dsps}` : '';
  const mac = ice40Mac16.mac16s > 0 ? `${number(ice40Mac16.lut4s)} + ${ice40Mac16.mac16s}` : '';
  return [
    `${unit.operation}${comparison} ${unit.format}${from}${to}${bare}`,
    unit.latency,
    `${number(xc7.luts)}${dsps}`,
    xc7.flipFlops,
    xc7.muxes,
    xc7.path,
    number(ice40.lut4s),
    mac,
    ice40.path,
    `${number(gates.gates)}, ${gates.depth}`,
  ].join(' | ');
}

const heads = [
  'unit',
  'cycles',
  'xc7 LUT + DSP',
  'FF',
  'MUXF7/8',
  'xc7 levels',
  'LUT4',
  'LUT4 + MAC16',
  'LUT4 levels',
  'gates, depth',
];
console.log(`| ${heads.join(' | ')} |\n|${' --- |'.repeat(heads.length)}`);
for (const unit of [...units].sort((left, right) => place(left) - place(right))) console.log(`| ${row(unit)} |`);
