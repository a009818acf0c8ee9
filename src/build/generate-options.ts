import { dirname, basename, extname } from 'node:path';
import type { EngineConfig, LayerConfig } from '../config/define-engine.js';
import type { Device } from '../device/device.js';
import type { Preprocess } from '../network/quantize/options.js';
import type { SubarrayBody } from './engine-shape.js';
import type { GenerateStep } from './generate-steps.js';
import { unitPreprocess, rawPreprocess } from './preprocess.js';

/** What `generate` is told. Only the model and the folder have no default. */
export interface GenerateOptions {
  /** Path of an ONNX model, or of a compressed network (see docs/compressed-format.md), whose integers are fixed. */
  readonly model: string;
  /** Folder of the design; made, or replaced if it holds a design that nothing was added to. */
  readonly out: string;
  /** Bits of weights, 1 … 8; default 8. */
  readonly weightBits?: number;
  /** Bits of activations, 1 … 8; default 8. */
  readonly activationBits?: number;
  /** Exceptions by the layers' names in the model. */
  readonly layers?: Readonly<Record<string, LayerConfig>>;
  /** Place zeros as other weights, too, instead of removing what cannot change the scores. */
  readonly keepZeros?: boolean;
  /** File or folder of calibration images; default: synthetic ones. */
  readonly calibrate?: string;
  /** Default: byte / 255. */
  readonly preprocess?: Preprocess;
  readonly budget?: { readonly cycles?: number; readonly subarrays?: number };
  /**
   * Folder of another design with layers of these names: each layer gets at most the subarrays that it has there, and
   * is as fast as these allow. Replaces the budget, the device and the geometry.
   */
  readonly alongside?: string;
  /** Default `fpga`. */
  readonly body?: SubarrayBody;
  /** Name of the top module; default: from the model's file name. */
  readonly top?: string;
  /** Name of a known device, or a description; default: none, 512 × 256 cells, one cycle a read. */
  readonly device?: string | Device;
  /** Clock period in ns for the device's times; default 10. */
  readonly clockNs?: number;
  /** Exceptions from the device. */
  readonly subarray?: NonNullable<EngineConfig['subarray']>;
  /** Replace the folder whatever it holds. */
  readonly force?: boolean;
  /** Called after each step, with what it found. */
  readonly onStep?: (step: GenerateStep) => void;
}

/** The part of the options that a configuration file gives. */
export function optionsOf(config: EngineConfig): Omit<GenerateOptions, 'model' | 'out'> {
  const { layers: { default: all, ...named } = {}, budget, preprocess, ...rest } = config;
  const layers = Object.fromEntries(Object.entries(named).filter(([, layer]) => layer !== undefined)) as Record<
    string,
    LayerConfig
  >;
  return {
    ...rest,
    layers,
    ...(all?.weights !== undefined && { weightBits: all.weights }),
    ...(all?.activations !== undefined && { activationBits: all.activations }),
    ...(budget !== undefined && {
      budget: {
        ...(budget.cyclesPerImage !== undefined && { cycles: budget.cyclesPerImage }),
        ...(budget.subarrays !== undefined && { subarrays: budget.subarrays }),
      },
    }),
    ...(preprocess !== undefined && { preprocess: preprocessOf(preprocess) }),
  };
}

function preprocessOf(preprocess: NonNullable<EngineConfig['preprocess']>): Preprocess {
  if (preprocess === 'raw') return rawPreprocess;
  if (preprocess === 'unit') return unitPreprocess;
  return { divisor: 255, ...preprocess };
}

/** The model's file name without its ending; of a bare `model.onnx` the folder's name. */
export function modelStem(path: string): string {
  const stem = basename(path, extname(path));
  return stem === 'model' ? basename(dirname(path)) || stem : stem;
}
