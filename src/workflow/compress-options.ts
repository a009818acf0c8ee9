import type { EpochReport } from '../compression/admm/run-stages.js';
import type { ScheduleOptions } from '../compression/admm/schedule.js';
import type { Pattern } from '../compression/admm/pruning-path.js';
import type { Levels } from '../compression/projections/index.js';
import type { CompressedModel } from '../network/compressed/index.js';
import type { Preprocess } from '../network/quantize/options.js';

/**
 * - `admm`: pruned and quantised in training, with labels.
 * - `reconstruct`: after training, layer by layer, from images alone.
 * - `import`: the zeros that the model file has already.
 */
export const compressionMethods = ['admm', 'reconstruct', 'import'] as const;
export type CompressionMethod = (typeof compressionMethods)[number];

export const patterns = [
  'structured',
  'unstructured',
  'filter',
  'shape',
  'channel',
  'block',
] as const satisfies readonly Pattern[];

/** What the compressed network may cost at most. */
export type CompressionBudget =
  /** Weights of the dense network for each one that is kept. */
  | { readonly kind: 'ratio'; readonly ratio: number }
  /** Memory cells of the weights. */
  | { readonly kind: 'cells'; readonly cells: number }
  /** Cycles an image of the engine, each layer on the subarrays that it has in the dense network's engine. */
  | { readonly kind: 'cycles'; readonly cycles: number }
  /** Energy of reading the array for an image on those subarrays, in pJ. */
  | { readonly kind: 'energy'; readonly picojoules: number };

export interface CompressOptions {
  /** ONNX file. */
  readonly model: string;
  /** Folder of images and labels; see `readDataFolder`. */
  readonly data: string;
  /** The safetensors file to write. */
  readonly out: string;
  /** Default `admm`. */
  readonly method?: CompressionMethod;
  /** Default `structured`. */
  readonly pattern?: Pattern;
  /** Of `block`; default the array's 512 × 256. */
  readonly block?: { readonly rows: number; readonly columns: number };
  /** Without one, and with `maximumLoss`: as far as that allows; without both no pruning. */
  readonly budget?: CompressionBudget;
  /**
   * Instead of a budget: what layers keep, by layer name. Filters and columns for the pattern `structured`, else how many of what
   * the pattern prunes. Layers that are not named stay whole.
   */
  readonly keep?: Readonly<Record<string, readonly number[]>>;
  /** Ratios on the way to the budget (`admm`); default: from 20 on, each at most 2.4 times the one before. */
  readonly steps?: readonly number[];
  /**
   * Percentage points of accuracy that may be lost, on training images that are held out. Pruning stops at the last step that
   * is within it.
   */
  readonly maximumLoss?: number;
  /** Default 8. */
  readonly weightBits?: number;
  /** Default 8. */
  readonly activationBits?: number;
  /** Levels that weights of 4 bits or fewer are trained onto (`admm`); default equidistant, a scale for each filter. */
  readonly levels?: Pick<Levels, 'spacing' | 'per'>;
  /** Default: see `defaultSchedule`. */
  readonly schedule?: Partial<ScheduleOptions>;
  /** Write the network of every pruning stage too, as `OUT-stage1.safetensors` and so on (`admm`). */
  readonly everyStage?: boolean;
  /** A sixth of the images and fewer epochs: minutes, for a try. */
  readonly quick?: boolean;
  /** Default: byte / 255. */
  readonly preprocess?: Preprocess;
  /** Start anew where an interrupted run left its state. */
  readonly restart?: boolean;
  readonly onStep?: (step: CompressStep) => void;
}

/** What each step of `compress` found, in the order in which the steps are done. */
export type CompressStep =
  | {
      readonly step: 'read';
      readonly model: string;
      readonly layers: number;
      readonly weights: number;
      readonly nonzero: number;
    }
  | {
      readonly step: 'data';
      readonly trainingImages: number;
      /** Held out of training, to watch the accuracy. */
      readonly heldOut: number;
      readonly testImages: number;
      /** Of the model as it came, on the test images, 0 … 1. */
      readonly accuracy: number | null;
    }
  | { readonly step: 'resume'; readonly stage: number; readonly epoch: number }
  | ({ readonly step: 'epoch' } & EpochReport)
  | {
      readonly step: 'stage';
      readonly stage: number;
      readonly kept: number;
      readonly ratio: number;
      readonly layers: readonly StageLayer[];
      readonly accuracy: number | null;
      readonly heldOutAccuracy: number | null;
      /** False where the loss is more than `maximumLoss`: the stage before is taken. */
      readonly accepted: boolean;
      /** With `everyStage`: the file of this stage, and what its integers reach on the test images. */
      readonly file?: string;
      readonly integerAccuracy?: number | null;
    }
  | {
      readonly step: 'layer';
      readonly name: string;
      readonly weights: number;
      readonly kept: number;
      readonly error: number;
    }
  | {
      readonly step: 'quantise';
      readonly weightBits: number;
      readonly activationBits: number;
      readonly calibrationImages: number;
      readonly warnings: readonly string[];
    }
  | ({ readonly step: 'result' } & CompressSummary);

export interface StageLayer {
  readonly name: string;
  readonly filters: number;
  /** Columns that some filter uses. */
  readonly columns: number;
  readonly kept: number;
}

export interface CompressSummary {
  readonly out: string;
  readonly parameters: number;
  readonly nonzero: number;
  readonly pruningRatio: number;
  /** Of the real-numbered network after pruning, on the test images, 0 … 1. */
  readonly floatAccuracy: number | null;
  /** Of the integers, by the golden model of the engine, on the test images, 0 … 1. */
  readonly accuracy: number | null;
}

/** The end of a pruning stage, or of the levels. */
export type StageStep = Extract<CompressStep, { step: 'stage' }>;

export interface CompressResult extends CompressSummary {
  readonly stages: readonly StageStep[];
  readonly model: CompressedModel;
  readonly warnings: readonly string[];
}
