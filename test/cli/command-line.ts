import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCommandLine } from '../../src/cli/run.js';
import type { Graph } from '../../src/network/graph.js';
import { writeIdxImages, writeIdxLabels } from '../../src/network/images/index.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { GraphBuilder, randomNumbers } from '../support/graphs.js';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, as `main.ts` does, and keeps what it writes. */
export async function sotto(...args: readonly string[]): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      texts[name] += String(text);
      return true;
    }),
  );
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    texts.stdout += `${String(text)}\n`;
  });
  try {
    const code = await runCommandLine(args);
    return { code, ...texts };
  } finally {
    for (const spy of [...spies, log]) spy.mockRestore();
  }
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sotto-test-'));
}

/** 1×6×6 images, a convolution of 2 filters of 3×3, ReLU, a maximum pool, 3 scores. */
export function tinyGraph(weights: (name: string, data: Float32Array) => Float32Array = (_, data) => data): Graph {
  const random = randomNumbers(7);
  const builder = new GraphBuilder([1, 1, 6, 6]);
  const made = (name: string, shape: readonly number[]) => builder.weights(name, shape, random);
  builder
    .then('Conv', [made('w0', [2, 1, 3, 3]), made('b0', [2])])
    .then('Relu')
    .then('MaxPool', [], { kernel_shape: [2, 2], strides: [2, 2] })
    .then('Flatten')
    .then('Gemm', [made('w1', [8, 3]), made('b1', [3])]);
  for (const [name, tensor] of builder.initializers) {
    if (tensor.type === 'float32') builder.tensor(name, { ...tensor, data: weights(name, tensor.data) });
  }
  return builder.build();
}

/** Writes a model, ten images and their labels. */
export function tinyFiles(folder: string, graph: Graph = tinyGraph()) {
  const model = join(folder, 'tiny.onnx');
  const images = join(folder, 'images.idx');
  const labels = join(folder, 'labels.idx');
  const random = randomNumbers(3);
  const pixels = Uint8Array.from({ length: 10 * 36 }, () => Math.floor((random() + 1) * 128));
  writeFileSync(model, writeOnnx(graph));
  writeIdxImages(images, { count: 10, shape: [1, 6, 6], pixels });
  writeIdxLabels(labels, { count: 10, classes: Int32Array.from({ length: 10 }, (_, index) => index % 3) });
  return { model, images, labels };
}
