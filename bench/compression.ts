/**
 * Compression of LeNet-5 in Caffe's shape on MNIST, by the commands that a user would give (`npm run build` first), with
 * three seeds. Models go to out/bench-compression. Two seeds run at once, one thread each.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../test/support/data.js';
import { runSotto, type SottoRun } from './run-sotto.js';

export const compressionFolder = join(import.meta.dirname, '../out/bench-compression');
const data = join(dataFolder(), 'mnist');
const seeds = [1, 2, 3];
const structuredSteps = [20, 40, 110, 240];
const unstructuredSteps = [20, 75];
const allWeights = 430_500;

/** What one network of one seed reached. */
export interface Row {
  readonly row: string;
  readonly seed: number;
  readonly weightBits: number | 'float';
  readonly activationBits: number | 'float';
  readonly ratio: number;
  /** Percent of the 10,000 test images. */
  readonly accuracy: number;
}

interface SeedResult {
  readonly seed: number;
  readonly rows: readonly Row[];
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakMegabytes: number;
}

export async function compression(): Promise<unknown> {
  rmSync(compressionFolder, { recursive: true, force: true });
  const waiting = [...seeds];
  const results: SeedResult[] = [];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) results.push(await runSeed(seed));
  };
  await Promise.all([work(), work()]);
  return reportOf(results.sort((a, b) => a.seed - b.seed));
}

function reportOf(results: readonly SeedResult[]): unknown {
  const rows = results.flatMap((result) => result.rows);
  return {
    summary: summarise(rows),
    rows,
    seconds: results.map(({ seed, seconds }) => ({ seed, ...seconds })),
    peakMegabytes: Math.max(...results.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

function folderOf(seed: number): string {
  return join(compressionFolder, `seed-${seed}`);
}

async function runSeed(seed: number): Promise<SeedResult> {
  const folder = folderOf(seed);
  mkdirSync(folder, { recursive: true });
  const run = new CompressionRun(seed);
  const dense = join(folder, 'dense.onnx');
  const trained = await run.command('train', ['train', 'lenet5', '--out', dense]);
  run.rows.push(row('dense', seed, 'float', 'float', 1, Number(trained['accuracy'])));
  await run.compress('dense', dense, ['--method', 'import']);
  const steps = (ratios: readonly number[]): string[] => ['--every-stage', '--steps', ratios.join(',')];
  const retrain = ['--retrain-epochs', '10'];
  await run.compress('structured', dense, [...steps(structuredSteps), ...retrain]);
  await run.compress('unstructured', dense, ['--pattern', 'unstructured', ...steps(unstructuredSteps), ...retrain]);
  return run.result();
}

/** 4-bit weights and activations of the networks that `compression` pruned to one weight of 40. */
export async function fewBits(): Promise<unknown> {
  const results: SeedResult[] = [];
  for (const seed of seeds) {
    const run = new CompressionRun(seed);
    const pruned = join(folderOf(seed), 'structured-stage2.onnx');
    await runSotto(['export', join(folderOf(seed), 'structured-stage2.safetensors'), '--out', pruned, '--force']);
    await run.compress('structured-4-4', pruned, ['--weight-bits', '4', '--activation-bits', '4']);
    results.push(run.result());
  }
  return reportOf(results);
}

/** The commands of one seed, and what they gave. */
class CompressionRun {
  readonly rows: Row[] = [];
  readonly #seed: number;
  readonly #seconds: Record<string, number> = {};
  #peakMegabytes = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async command(name: string, parameters: readonly string[]): Promise<SottoRun['result']> {
    const whole = [...parameters, '--data', data, '--seed', String(this.#seed)];
    const { result, seconds, peakMegabytes } = await runSotto(whole);
    this.#seconds[name] = Math.round(seconds);
    this.#peakMegabytes = Math.max(this.#peakMegabytes, peakMegabytes ?? 0);
    return result;
  }

  async compress(name: string, model: string, more: readonly string[]): Promise<void> {
    const out = join(folderOf(this.#seed), `${name}.safetensors`);
    const result = await this.command(name, ['compress', model, '--out', out, ...more]);
    const bits = (flag: string): number => (more.includes(flag) ? Number(more[more.indexOf(flag) + 1]) : 8);
    this.rows.push(...rowsOf(name, this.#seed, result, bits('--weight-bits'), bits('--activation-bits')));
  }

  result(): SeedResult {
    return { seed: this.#seed, rows: this.rows, seconds: this.#seconds, peakMegabytes: this.#peakMegabytes };
  }
}

interface ReportedStage {
  readonly kept: number;
  readonly accuracy: number;
  readonly integerAccuracy?: number;
}

/** The last stage is the result; its integers are those of the file. */
function rowsOf(
  name: string,
  seed: number,
  result: SottoRun['result'],
  weightBits: number,
  activationBits: number,
): Row[] {
  const stages = (result['stages'] as readonly ReportedStage[]).flatMap(({ kept, accuracy, integerAccuracy }) =>
    integerAccuracy === undefined
      ? []
      : [
          row(name, seed, 'float', 'float', allWeights / kept, accuracy),
          row(name, seed, weightBits, activationBits, allWeights / kept, integerAccuracy),
        ],
  );
  if (stages.length > 0) return stages;
  const ratio = allWeights / Number(result['nonzero']);
  return [row(name, seed, weightBits, activationBits, ratio, Number(result['accuracy']))];
}

function row(
  name: string,
  seed: number,
  weightBits: Row['weightBits'],
  activationBits: Row['activationBits'],
  ratio: number,
  accuracy: number,
): Row {
  return { row: name, seed, weightBits, activationBits, ratio, accuracy: 100 * accuracy };
}

/** Mean and spread (largest − smallest) over the seeds of the rows that belong together: those of equal place. */
function summarise(rows: readonly Row[]): unknown[] {
  const groups = new Map<string, Row[]>();
  for (const seed of seeds) {
    const places = new Map<string, number>();
    for (const entry of rows.filter((other) => other.seed === seed)) {
      const kind = `${entry.row} ${entry.weightBits}/${entry.activationBits}`;
      const place = places.get(kind) ?? 0;
      places.set(kind, place + 1);
      const key = `${kind} ${place}`;
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
  }
  return [...groups.values()].map((group) => {
    const accuracies = group.map(({ accuracy }) => accuracy);
    const { row: name, weightBits, activationBits } = group[0]!;
    return {
      row: name,
      weightBits,
      activationBits,
      leastRatio: Math.min(...group.map(({ ratio }) => ratio)),
      accuracy: accuracies.reduce((a, b) => a + b, 0) / accuracies.length,
      spread: Math.max(...accuracies) - Math.min(...accuracies),
      seeds: group.length,
    };
  });
}
