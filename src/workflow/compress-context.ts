import type { Network } from '../network/network.js';
import type { CompressOptions } from './compress-options.js';
import type { DataFolder } from './data-folder.js';
import type { LevelledWeights } from './levelled-weights.js';

/** What the methods of compression work from. */
export interface CompressContext {
  readonly options: CompressOptions;
  readonly network: Network;
  readonly data: DataFolder;
  /** Of the model file and all that decides the result. */
  readonly fingerprint: string;
}

/** A pruned network of real numbers, ready to be quantised. */
export interface PrunedNetwork extends Partial<LevelledWeights> {
  readonly network: Network;
  /** On the test images, 0 … 1. */
  readonly floatAccuracy: number | null;
  readonly warnings: readonly string[];
}
