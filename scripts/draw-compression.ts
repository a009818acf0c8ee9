/**
 * Draws docs/compression.svg, the accuracy of compressed LeNet-5 networks against the ratio of pruning, from the sections
 * `compression` and `fewBits` of bench/results.json: `npx tsx scripts/draw-compression.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Row } from '../bench/compression.js';

interface Point {
  readonly series: string;
  readonly ratio: number;
  readonly accuracy: number;
}

const folder = join(import.meta.dirname, '..');
const { compression, fewBits } = JSON.parse(readFileSync(join(folder, 'bench/results.json'), 'utf8')) as Record<
  'compression' | 'fewBits',
  { readonly rows: readonly Row[] }
>;
const measured = [...compression.rows, ...fewBits.rows];

const series = [
  { title: 'structured, float', row: 'structured', bits: 'float', colour: '#9db4d0' },
  { title: 'structured, 8-bit integers', row: 'structured', bits: 8, colour: '#1f5fa8' },
  { title: 'structured, 4-bit integers', row: 'structured-4-4', bits: 4, colour: '#c4472b' },
  { title: 'unstructured, 8-bit integers', row: 'unstructured', bits: 8, colour: '#2f8f4e' },
] as const;

/** Results for LeNet-5 of Ren, Zhang, Ye and others, of which both numbers are told. */
const published = [
  { ratio: 17.69, accuracy: 99.15, label: 'published' },
  { ratio: 71, accuracy: 99.2, label: 'published, unstructured' },
  { ratio: 231.82, accuracy: 98.05, label: 'published' },
];

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const width = 600;
const points: Point[] = [];
const means: Point[] = [];
for (const { title, row, bits } of series) {
  const rows = measured.filter((entry) => entry.row === row && entry.weightBits === bits);
  points.push(...rows.map(({ ratio, accuracy }) => ({ series: title, ratio, accuracy })));
  // The stages of one seed have different ratios; the n-th of each belong together.
  const place = ({ seed, ratio }: Row): number => rows.filter((r) => r.seed === seed && r.ratio < ratio).length;
  for (let stage = rows.filter((entry) => place(entry) === 0); stage.length > 0; ) {
    const next = place(stage[0]!) + 1;
    const [ratio, accuracy] = [mean(stage.map((entry) => entry.ratio)), mean(stage.map((entry) => entry.accuracy))];
    means.push({ series: title, ratio, accuracy });
    stage = rows.filter((entry) => place(entry) === next);
  }
}
const dense = measured.filter(({ row, weightBits }) => row === 'dense' && weightBits === 'float');
const baseline = mean(dense.map(({ accuracy }) => accuracy));

const chart: TopLevelSpec = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: 'white',
  width,
  height: 320,
  padding: 12,
  config: {
    font: 'Helvetica, Arial, sans-serif',
    view: { stroke: null },
    axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
    legend: { labelFontSize: 12, labelLimit: 0 },
  },
  encoding: {
    x: {
      field: 'ratio',
      type: 'quantitative',
      title: 'weights before : weights kept',
      scale: { type: 'log', domain: [15, 320], nice: false },
      axis: { values: [20, 40, 75, 110, 160, 240], labelExpr: "datum.label + '×'", grid: false },
    },
    y: {
      field: 'accuracy',
      type: 'quantitative',
      title: 'MNIST test images, % right',
      scale: { zero: false, domain: [97.8, 99.6], nice: false },
      axis: { tickCount: 8 },
    },
    color: {
      field: 'series',
      type: 'nominal',
      title: null,
      scale: { domain: series.map(({ title }) => title), range: series.map(({ colour }) => colour) },
      legend: { orient: 'bottom', columns: 2, symbolOpacity: 1 },
    },
  },
  layer: [
    {
      data: { values: [{ accuracy: baseline, label: `dense, float: ${baseline.toFixed(2)} %` }] },
      encoding: { x: { value: width }, color: { value: '#777777' } },
      layer: [
        { mark: { type: 'rule', strokeDash: [4, 4] }, encoding: { x: { value: 0 }, x2: { value: width } } },
        { mark: { type: 'text', align: 'right', dy: -7 }, encoding: { text: { field: 'label' } } },
      ],
    },
    { data: { values: means }, mark: { type: 'line', strokeWidth: 1.5, opacity: 0.6 } },
    { data: { values: points }, mark: { type: 'point', filled: true, size: 45, opacity: 0.9 } },
    {
      data: { values: published },
      encoding: { color: { value: '#444444' } },
      layer: [
        { mark: { type: 'point', shape: 'diamond', size: 90, strokeWidth: 1.6 } },
        { mark: { type: 'text', align: 'center', dy: -12 }, encoding: { text: { field: 'label' } } },
      ],
    },
  ],
};

const view = new View(parse(compile(chart).spec), { renderer: 'none' });
writeFileSync(join(folder, 'docs/compression.svg'), `${await view.toSVG()}\n`);
