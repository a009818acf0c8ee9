/**
 * What pruning saves in the engine: the networks of examples/ on as many subarrays as the dense one, in the RTL.
 *
 * Once for the whole engine (`--subarrays`): the planner may move subarrays from the layers that pruning left small to
 * those that it did not. Once layer by layer (`--alongside`): every layer keeps the subarrays of its dense counterpart,
 * so that its own gain shows.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { lenet5Files } from '../examples/lenet5-files.js';
import type { CompressedInspection } from '../src/build/inspect-compressed.js';
import type { SimulateResult } from '../src/index.js';
import { testImages, testLabels } from './models.js';
import { runSotto } from './run-sotto.js';

/** The fewest that hold the dense network, whose rows are nine tenths full there; then as many as its engine has by default. */
const subarrayCounts = [29, 44];
const images = 1000;

/** A design that was generated, simulated, and agreed with its golden model. */
interface Engine {
  readonly commands: readonly string[];
  readonly subarrays: number;
  readonly cyclesPerImage: number;
  readonly mismatches: number;
  readonly cyclesAsPredicted: boolean;
  readonly correct: number;
  readonly sensing: NonNullable<SimulateResult['sensing']>;
}

export async function engineGains(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  try {
    const rows: unknown[] = [];
    for (const count of subarrayCounts) rows.push(await onSubarrays(count, folder));
    return { images, rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onSubarrays(count: number, folder: string): Promise<unknown> {
  const { dense, structured, small } = lenet5Files;
  const budget = ['--subarrays', String(count)];
  const shared = join(folder, `dense-${count}`);
  const denseEngine = await simulated(dense, shared, budget);
  // Each layer as fast as its subarrays allow, not only as fast as the slowest: else the others would gain too much.
  const denseLayers = await simulated(dense, join(folder, `dense-${count}-layers`), ['--alongside', shared]);
  const compressed: unknown[] = [];
  for (const file of [structured, small]) {
    const name = `${basename(file, '.safetensors')}-${count}`;
    const engine = await simulated(file, join(folder, name), budget);
    const layers = await simulated(file, join(folder, `${name}-layers`), ['--alongside', shared]);
    const { result } = await runSotto(['inspect', file]);
    const inspection = result as unknown as CompressedInspection;
    compressed.push({
      file: basename(file),
      pruningRatio: inspection.pruningRatio,
      engine: { ...engine, speedUp: denseEngine.cyclesPerImage / engine.cyclesPerImage },
      layerByLayer: {
        ...layers,
        speedUp: denseLayers.cyclesPerImage / layers.cyclesPerImage,
        layers: layerGains(inspection, denseLayers, layers),
      },
    });
  }
  return { subarrays: count, dense: { engine: denseEngine, layerByLayer: denseLayers }, compressed };
}

async function simulated(model: string, out: string, placement: readonly string[]): Promise<Engine> {
  const generate = ['generate', model, '--out', out, ...placement];
  const simulate = ['simulate', out, '--images', testImages, '--labels', testLabels, '--count', String(images)];
  const { result: design } = await runSotto(generate);
  const run = (await runSotto(simulate)).result as unknown as SimulateResult;
  return {
    commands: [generate, simulate].map((command) => ['sotto', ...command.map((word) => basename(word))].join(' ')),
    subarrays: Number(design['subarrays']),
    cyclesPerImage: run.cyclesPerImage!,
    mismatches: run.mismatches!,
    cyclesAsPredicted: run.cyclesAsPredicted!,
    correct: run.correct!,
    sensing: run.sensing!,
  };
}

/** Cycles are those that were counted in the RTL. A layer of fewer bits is shorter for that too, which is no pruning. */
function layerGains({ layers }: CompressedInspection, dense: Engine, compressed: Engine): unknown[] {
  return layers.map(({ name, rows, columns, keptRows, keptColumns, weightBits, activationBits }, index) => {
    const ratio = (rows * columns) / (keptRows * keptColumns);
    const denseCycles = dense.sensing[index]!.cyclesPerImage;
    const cycles = compressed.sensing[index]!.cyclesPerImage;
    const speedUp = denseCycles / cycles;
    return {
      name,
      keptRows,
      keptColumns,
      weightBits,
      activationBits,
      ratio,
      denseCycles,
      cycles,
      speedUp,
      quotient: speedUp / ratio,
    };
  });
}
