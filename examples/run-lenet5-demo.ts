import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { generate, inspectCompressed, simulate, type SimulateResult } from '../src/index.js';
import { writeIdxImages } from '../src/network/images/index.js';
import { makeDigits } from './digits/make-digits.js';
import { lenet5Files } from './lenet5-files.js';

export interface Lenet5DemoOptions {
  /** Folder for everything that is made. */
  readonly out: string;
  /** Digits to simulate. */
  readonly images: number;
  /** Default `cxxrtl`, which needs npm packages only. */
  readonly engine?: 'cxxrtl' | 'verilator';
  /** Of the three files those that are simulated; the others are generated only. */
  readonly simulated: readonly string[];
  /** Gets a line at the start of each step. */
  readonly onStep?: (line: string) => void;
}

export interface Lenet5DemoResult {
  /** Whether every score is that of the golden model, in the cycle that was predicted. */
  readonly passed: boolean;
  readonly rows: readonly Lenet5DemoRow[];
  /** What was written, with what it is. */
  readonly paths: readonly (readonly [string, string])[];
}

export interface Lenet5DemoRow {
  readonly file: string;
  /** Weights before compression, and those that are not zero. */
  readonly parameters: number;
  readonly nonzero: number;
  readonly subarrays: number;
  readonly predictedCyclesPerImage: number;
  /** Absent where the engine was generated only. */
  readonly simulated?: SimulateResult;
}

/** Every engine is made as small as this pace allows, so that pruning shows in its size. */
export const cyclesAllowed = 30_000;

/**
 * Compressed networks in, an engine each, simulated and compared with the golden model. The digits are made here: how
 * many of them a network of MNIST gets right says little, so nothing is said of it.
 */
export async function runLenet5Demo(options: Lenet5DemoOptions): Promise<Lenet5DemoResult> {
  const { out, images: count, simulated, engine = 'cxxrtl', onStep = () => undefined } = options;
  mkdirSync(out, { recursive: true });
  const images = join(out, 'digits-28x28-idx3-ubyte');
  writeIdxImages(images, makeDigits({ count, seed: 21, size: 28 }).images);
  const rows: Lenet5DemoRow[] = [];
  const paths: (readonly [string, string])[] = [];
  for (const model of Object.values(lenet5Files)) {
    const file = basename(model);
    const design = join(out, basename(model, '.safetensors'));
    onStep(
      `generate  ${file}: the smallest engine of ${cyclesAllowed.toLocaleString('en-GB')} cycles per image at most`,
    );
    const { parameters, nonzero } = await inspectCompressed(model);
    const { manifest } = await generate({ model, out: design, budget: { cycles: cyclesAllowed } });
    const row = {
      file,
      parameters,
      nonzero,
      subarrays: manifest.subarrays,
      predictedCyclesPerImage: manifest.timing.cyclesPerImage,
    };
    paths.push([join(design, 'README.md'), `what is in the engine of ${file}`]);
    if (!simulated.includes(model)) {
      rows.push(row);
      continue;
    }
    onStep(`simulate  ${count} digits of 28 × 28 with ${engine}`);
    rows.push({ ...row, simulated: await simulate({ design, images, engine }) });
  }
  const passed = rows.every((row) => row.simulated === undefined || agrees(row.simulated));
  return { passed, rows, paths };
}

export function agrees({ mismatches, cyclesAsPredicted }: SimulateResult): boolean {
  return mismatches === 0 && cyclesAsPredicted === true;
}
