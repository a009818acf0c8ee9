import type { EngineCosts } from './engine-costs.js';

/** What each step of `generate` found, in the order in which the steps are done. */
export type GenerateStep =
  | {
      readonly step: 'read';
      readonly model: string;
      readonly layers: number;
      /** Of a compressed network: those before compression. */
      readonly weights: number;
      /** Of a compressed network: weights that are not zero. */
      readonly kept?: number;
      /** Of an ONNX model. */
      readonly operators?: number;
    }
  | {
      readonly step: 'quantise';
      readonly weightBits: readonly number[];
      readonly activationBits: readonly number[];
      readonly calibrationImages: number;
      /** Of the scores against the float network on calibration images, in dB; absent without such images. */
      readonly signalToNoise?: number;
      readonly warnings: readonly string[];
    }
  | {
      /** Zeros of the model made rows or columns of its matrices superfluous. */
      readonly step: 'remove';
      readonly weights: number;
      /** Weights of the rows and columns that are left. */
      readonly kept: number;
      readonly filters: number;
      readonly columns: number;
    }
  | {
      readonly step: 'place';
      readonly subarrays: number;
      readonly rows: number;
      readonly columns: number;
      readonly occupancy: number;
      /** Of a network that something was removed from: bits of the tables that say which values to keep. */
      readonly indexBits?: number;
    }
  | { readonly step: 'emit'; readonly modules: number; readonly verilogBytes: number; readonly images: number }
  | {
      readonly step: 'predict';
      readonly cyclesPerImage: number;
      readonly latency: number;
      readonly layers: readonly { readonly name: string; readonly sensingCycles: number }[];
      /** The engine of the network with zeros for what was removed; null where it does not fit. */
      readonly denseTwin?: EngineCosts | null;
    }
  | { readonly step: 'write'; readonly out: string; readonly files: number };
