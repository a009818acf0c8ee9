import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { dataFolder } from './data.js';

export interface MnistImages {
  /** Bytes 0 … 255, [count, 28, 28]. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The first `count` test images of MNIST. IDX files: 16 bytes before the pixels, 8 before the labels. */
export function mnistTestImages(count: number): MnistImages {
  const unpack = (name: string): Uint8Array => gunzipSync(readFileSync(`${dataFolder()}/mnist/${name}`));
  return {
    pixels: unpack('t10k-images-idx3-ubyte.gz').subarray(16, 16 + count * 784),
    labels: unpack('t10k-labels-idx1-ubyte.gz').subarray(8, 8 + count),
  };
}
