import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { generate, type GenerateResult, simulate, type SimulateResult } from '../../src/index.js';
import { writeIdxImages, writeIdxLabels } from '../../src/network/images/index.js';
import { lowerGraph, runNetwork } from '../../src/network/lower/index.js';
import { readOnnxFile } from '../../src/network/onnx/read-onnx.js';
import { contactSheet } from './contact-sheet.js';
import { type Digits, makeDigits } from './make-digits.js';
import { digitRange } from './network.js';

export const digitModel = fileURLToPath(new URL('../digits.onnx', import.meta.url));

export interface DemoOptions {
  /** Folder for everything that is made. */
  readonly out: string;
  readonly images: number;
  /** Default `cxxrtl`, which needs npm packages only. */
  readonly engine?: 'cxxrtl' | 'verilator';
  /** Gets a line at the start of each step. */
  readonly onStep?: (line: string) => void;
}

export interface DemoResult {
  /** Whether every score of every image is that of the golden model, in the cycle that was predicted. */
  readonly passed: boolean;
  readonly generated: GenerateResult;
  readonly simulated: SimulateResult;
  /** Of the images, how many the real-valued network, the golden model and the Verilog get right. */
  readonly correct: { readonly float: number; readonly integer: number; readonly hardware: number | undefined };
  /** Name and value of each line of the table. */
  readonly table: readonly (readonly [string, string])[];
  /** What was written, with what it is. */
  readonly paths: readonly (readonly [string, string])[];
}

/** Training used seed 1 and its test seed 2: these digits are new to the network. */
const seeds = { images: 11, calibration: 12 };
const calibrationImages = 200;
const sheetColumns = 20;

/** Digits in, an engine generated, simulated and compared with the golden model. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { out, onStep = () => undefined, engine = 'cxxrtl' } = options;
  const path = {
    images: join(out, 'images-idx3-ubyte'),
    labels: join(out, 'labels-idx1-ubyte'),
    calibration: join(out, 'calibration-idx3-ubyte'),
    sheet: join(out, 'images.png'),
    engine: join(out, 'engine'),
  };
  onStep(`make      ${options.images} digits, and ${calibrationImages} more to calibrate with`);
  mkdirSync(out, { recursive: true });
  const digits = makeDigits({ count: options.images, seed: seeds.images });
  writeIdxImages(path.images, digits.images);
  writeIdxLabels(path.labels, digits.labels);
  writeIdxImages(path.calibration, makeDigits({ count: calibrationImages, seed: seeds.calibration }).images);
  writeFileSync(path.sheet, contactSheet(digits.images, Math.ceil(options.images / sheetColumns), sheetColumns));

  onStep('generate  the engine');
  const generated = await generate({ model: digitModel, calibrate: path.calibration, out: path.engine });

  onStep(`simulate  with ${engine}: the first build takes up to a minute, later ones are cached`);
  const started = performance.now();
  const tell = (what: string): void => {
    onStep(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${what}`);
  };
  const test = { design: path.engine, images: path.images, labels: path.labels };
  const simulated = await simulate({
    ...test,
    engine,
    onProgress: (event) => {
      if (event.kind === 'build') tell(`${event.stage} (${event.detail})`);
      if (event.kind === 'images') tell(`${event.done} of ${event.total} images compared`);
    },
  });
  const golden = await simulate({ ...test, engine: 'golden' });

  // Labels follow from scores: where every score is the golden model's, so is every label.
  const exact = simulated.mismatches === 0;
  const correct = {
    float: floatCorrect(digits),
    integer: golden.correct!,
    hardware: exact ? golden.correct! : undefined,
  };
  return {
    passed: exact && simulated.cyclesAsPredicted === true,
    generated,
    simulated,
    correct,
    table: resultTable(generated, simulated, correct),
    paths: [
      [join(path.engine, `${generated.manifest.top}.v`), 'the engine’s top module'],
      [join(path.engine, 'manifest.json'), 'ports, number formats, cycles and hashes'],
      [path.images, 'the images'],
      [path.labels, 'their classes'],
      [path.sheet, 'the images to look at'],
    ],
  };
}

function floatCorrect({ images, labels }: Digits): number {
  const network = lowerGraph(readOnnxFile(digitModel));
  const size = images.pixels.length / images.count;
  let correct = 0;
  for (let index = 0; index < images.count; index++) {
    const pixels = images.pixels.subarray(index * size, (index + 1) * size);
    const scores = runNetwork(
      network,
      Float32Array.from(pixels, (byte) => byte / digitRange),
    );
    if (scores.indexOf(scores.reduce((a, b) => Math.max(a, b))) === labels.classes[index]) correct++;
  }
  return correct;
}

function resultTable(
  { manifest }: GenerateResult,
  simulated: SimulateResult,
  correct: DemoResult['correct'],
): DemoResult['table'] {
  const { images, mismatches, cyclesPerImage, predictedCyclesPerImage } = simulated;
  const share = (count: number): string => `${((100 * count) / images).toFixed(1)} %`;
  const weights = manifest.layers.reduce((sum, layer) => sum + (layer.weights?.count ?? 0), 0);
  const { rows, columns } = manifest.geometry;
  return [
    ['network', `${manifest.network}: ${manifest.layers.map(({ name }) => name).join(', ')}`],
    ['weights', `${whole(weights)} of ${manifest.options.weightBits} bits`],
    ['subarrays', `${manifest.subarrays} of ${rows} × ${columns} cells`],
    [
      'cycles per image',
      `${whole(predictedCyclesPerImage)} predicted, ${cyclesPerImage === null ? 'none' : whole(cyclesPerImage)} measured`,
    ],
    ['bit exact', mismatches === 0 ? `${images} of ${images} images` : `no: ${mismatches ?? 0} values differ`],
    ['accuracy, float', share(correct.float)],
    ['accuracy, integer', share(correct.integer)],
    ['accuracy, hardware', correct.hardware === undefined ? 'its scores are wrong' : share(correct.hardware)],
  ];
}

function whole(value: number): string {
  return value.toLocaleString('en-GB');
}
