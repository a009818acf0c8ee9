import type { MapPosition } from './layer-order.js';

export interface SimulateOptions {
  /** Folder of a design. */
  readonly design: string;
  /** IDX or .npy (gzipped or not), PNG, or a folder of PNGs. */
  readonly images: string;
  /** IDX or .npy of classes. */
  readonly labels?: string;
  /** Images to take from the first on; default all, or 1 where waves are written. */
  readonly count?: number;
  /** Default `verilator`; `cxxrtl` needs npm packages only, `golden` runs no Verilog. */
  readonly engine?: 'verilator' | 'cxxrtl' | 'golden';
  /** VCD file to write. */
  readonly wave?: string;
  /** Compare the values that leave every layer, not only the results. */
  readonly layers?: boolean;
  readonly onProgress?: (progress: SimulateProgress) => void;
}

export type SimulateProgress =
  | { readonly kind: 'design'; readonly warnings: readonly string[] }
  | { readonly kind: 'build'; readonly stage: string; readonly detail: string }
  | { readonly kind: 'built'; readonly cached: boolean; readonly seconds: number }
  | { readonly kind: 'images'; readonly done: number; readonly total: number };

/** The first value that differs from the golden model. */
export interface Mismatch extends MapPosition {
  /** Counts from 0 in the image file. */
  readonly image: number;
  readonly layer: string;
  /** Least significant bit that differs; 0 is the lowest. */
  readonly bit: number;
  readonly expected: number;
  readonly actual: number;
}

export interface SensedLayer {
  readonly layer: string;
  /** A fraction where images differ. */
  readonly cyclesPerImage: number;
  readonly predictedCyclesPerImage: number;
}

export interface SimulateResult {
  readonly design: string;
  readonly top: string;
  readonly engine: 'verilator' | 'cxxrtl' | 'golden';
  readonly images: number;
  /** Values that differ from the golden model; null with `golden`, which has nothing to compare. */
  readonly mismatches: number | null;
  readonly firstMismatch: Mismatch | null;
  /** Names of the layers whose values were compared. */
  readonly compared: readonly string[];
  /** Images whose largest score is their label's; null without labels. */
  readonly correct: number | null;
  /** correct / images. */
  readonly accuracy: number | null;
  /**
   * Of each layer on subarrays, in the order of the network: cycles in which it sensed for an image, counted in the
   * Verilog, and those predicted; null with `golden`.
   */
  readonly sensing: readonly SensedLayer[] | null;
  /** Cycles between the last two results of the first run; null with `golden` and for a single image. */
  readonly cyclesPerImage: number | null;
  readonly predictedCyclesPerImage: number;
  /** Cycle of the first image's last result, its first value being offered in cycle 0; null with `golden`. */
  readonly latency: number | null;
  readonly predictedLatency: number;
  /**
   * Whether every result of every run came in the cycle predicted for it, and every layer sensed for as many cycles as
   * predicted; null with `golden`.
   */
  readonly cyclesAsPredicted: boolean | null;
  /** Of the simulation alone. */
  readonly imagesPerSecond: number;
  readonly buildSeconds: number;
  readonly cached: boolean;
  readonly wave: string | null;
  /** What the user should know, a line each. */
  readonly warnings: readonly string[];
}
