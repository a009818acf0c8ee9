/** What each step of `generate` found, in the order in which the steps are done. */
export type GenerateStep =
  | {
      readonly step: 'read';
      readonly model: string;
      readonly layers: number;
      readonly weights: number;
      readonly operators: number;
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
      readonly step: 'place';
      readonly subarrays: number;
      readonly rows: number;
      readonly columns: number;
      readonly occupancy: number;
    }
  | { readonly step: 'emit'; readonly modules: number; readonly verilogBytes: number; readonly images: number }
  | {
      readonly step: 'predict';
      readonly cyclesPerImage: number;
      readonly latency: number;
      readonly layers: readonly { readonly name: string; readonly sensingCycles: number }[];
    }
  | { readonly step: 'write'; readonly out: string; readonly files: number };
