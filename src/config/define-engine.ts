import type { Device } from '../device/device.js';

/** How a weighted layer is spread over its subarrays; what is left out is chosen by the planner. */
export interface LayerParallelism {
  /** Pieces that the inputs of an output value are cut into. */
  readonly chunks?: number;
  readonly chunksAtOnce?: number;
  /** Bit planes of the weights at once; divides the weights' width. */
  readonly planesAtOnce?: number;
  readonly filtersAtOnce?: number;
  /** Neighbouring output pixels at once; divides the width of the layer's map. */
  readonly pixelsAtOnce?: number;
}

export interface LayerConfig {
  /** Bits of a weight, 1 … 8; 1 means ±1. */
  readonly weights?: number;
  /** Bits of the layer's output, 1 … 8. */
  readonly activations?: number;
  readonly parallelism?: LayerParallelism;
}

/** What `sotto.config.ts` exports. Flags of the command line come before it. */
export interface EngineConfig {
  /** Name of the top module. */
  readonly top?: string;
  /** How the cells of the subarrays are made; default `fpga`. */
  readonly body?: 'fpga' | 'behavioural' | 'asic';
  /** A device that sotto knows, or one made by `defineDevice`: sets geometry and cycles of a read and a write. */
  readonly device?: string | Device;
  /** Clock period in nanoseconds, by which the device's times become cycles; default 10. */
  readonly clockNs?: number;
  /** Exceptions from the device's geometry and times; without a device 512 × 256 cells and one cycle each. */
  readonly subarray?: {
    readonly rows?: number;
    readonly columns?: number;
    readonly readCycles?: number;
    readonly writeCycles?: number;
  };
  /** Widths and parallelism: `default` for all layers, then by the layers' names in the model. */
  readonly layers?: {
    readonly default?: Omit<LayerConfig, 'parallelism'>;
    readonly [layer: string]: LayerConfig | undefined;
  };
  /** At most one of the two; without it area and time are balanced. */
  readonly budget?: { readonly cyclesPerImage?: number; readonly subarrays?: number };
  /** `raw` (bytes as they are), `unit` (byte / 255), or (byte / divisor − mean) / deviation. */
  readonly preprocess?:
    | 'raw'
    | 'unit'
    | { readonly divisor?: number; readonly mean: number; readonly deviation: number };
  /** Calibration images; relative to the configuration file. */
  readonly calibrate?: string;
}

/** Gives a configuration its type: `export default defineEngine({ … })` in `sotto.config.ts`. */
export function defineEngine(config: EngineConfig): EngineConfig {
  return config;
}
