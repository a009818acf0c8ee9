import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDigits } from '../../examples/digits/make-digits.js';
import { writeIdxImages, writeIdxLabels } from '../../src/network/images/write-idx.js';
import { writeOnnx } from '../../src/network/onnx/write-onnx.js';
import { trainedGraph } from '../../src/compression/training/index.js';
import { trainedDigits } from '../compression/admm/digits.js';

export interface DigitFiles {
  readonly data: string;
  readonly model: string;
}

/** A folder of digits as MNIST is published, and a network trained on such digits. */
export async function digitFiles(folder: string): Promise<DigitFiles> {
  const data = join(folder, 'digits');
  mkdirSync(data);
  for (const [name, count, seed] of [
    ['train', 1280, 31],
    ['t10k', 500, 32],
  ] as const) {
    const { images, labels } = makeDigits({ count, seed });
    writeIdxImages(join(data, `${name}-images-idx3-ubyte.gz`), images);
    writeIdxLabels(join(data, `${name}-labels-idx1-ubyte.gz`), labels);
  }
  const { chain, parameters } = await trainedDigits();
  const model = join(folder, 'digits.onnx');
  writeFileSync(model, writeOnnx(trainedGraph(chain, parameters)));
  return { data, model };
}
