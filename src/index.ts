/**
 * From a trained network to proved Verilog. What the command line does, these functions do; they load what they need
 * when they are called, so that importing this module is cheap.
 */
import type { ExportOptions, ExportResult } from './build/export-onnx.js';
import type { GenerateOptions } from './build/generate-options.js';
import type { GenerateResult } from './build/generate.js';
import type { CompressedInspection } from './build/inspect-compressed.js';
import type { InspectResult } from './build/inspect.js';
import type { DescribedProgram, ProgramOptions } from './build/program.js';
import type { UnitOptions, UnitResult } from './build/unit.js';
import type { RunProgramOptions, RunProgramResult } from './cosimulation/run-program.js';
import type { SimulateOptions, SimulateResult } from './cosimulation/simulate-options.js';
import type { CompressOptions, CompressResult } from './workflow/compress-options.js';
import type { TrainOptions, TrainResult } from './workflow/train.js';

export type { ExportOptions, ExportResult } from './build/export-onnx.js';
export { optionsOf } from './build/generate-options.js';
export type { GenerateOptions } from './build/generate-options.js';
export type { GenerateStep } from './build/generate-steps.js';
export type { GenerateResult } from './build/generate.js';
export { InputError, type InputErrorKind } from './build/input-error.js';
export type { CompressedInspection, CompressedLayerInspection } from './build/inspect-compressed.js';
export type { InspectedLayer, InspectResult } from './build/inspect.js';
export type { Manifest, ManifestLayer } from './build/manifest.js';
export { rawPreprocess, unitPreprocess } from './build/preprocess.js';
export type { DescribedProgram, ProgramOptions } from './build/program.js';
export type { UnitOptions, UnitResult, UnitTarget } from './build/unit.js';
export type { RunProgramOptions, RunProgramResult } from './cosimulation/run-program.js';
export type { Mismatch, SimulateOptions, SimulateProgress, SimulateResult } from './cosimulation/simulate-options.js';
export { ProjectionError } from './compression/projections/projection-error.js';
export { TrainingError } from './compression/training/training-error.js';
export { defineEngine, type EngineConfig, type LayerConfig, type LayerParallelism } from './config/define-engine.js';
export { defineDevice, type Device, deviceByName, devices, quantity } from './device/index.js';
export { ModelError } from './network/model-error.js';
export type { CompressOptions, CompressResult, CompressStep, CompressSummary } from './workflow/compress-options.js';
export type { TrainOptions, TrainResult } from './workflow/train.js';

/** Trains a network and writes it as ONNX; see `TrainOptions`. Errors: InputError, ModelError, TrainingError. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const room = await import('./workflow/train.js');
  return room.train(options);
}

/** Prunes and quantises a network; see `CompressOptions`. Errors: InputError, ModelError, TrainingError, ProjectionError. */
export async function compress(options: CompressOptions): Promise<CompressResult> {
  const room = await import('./workflow/compress.js');
  return room.compress(options);
}

/** A model file in, the folder of a design out; see `GenerateOptions`. Errors: InputError, ModelError. */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const room = await import('./build/generate.js');
  return room.generate(options);
}

/** Images through the Verilog of a design and through its golden model; see `SimulateOptions`. */
export async function simulate(options: SimulateOptions): Promise<SimulateResult> {
  const room = await import('./cosimulation/simulate.js');
  return room.simulate(options);
}

/** What a model consists of, and what would be generated. */
export async function inspect(model: string): Promise<InspectResult> {
  const room = await import('./build/inspect.js');
  return room.inspect(model);
}

/** What is left of a network in a compressed file. Errors: ModelError. */
export async function inspectCompressed(path: string): Promise<CompressedInspection> {
  const room = await import('./build/inspect-compressed.js');
  return room.inspectCompressed(path);
}

/** A compressed network as an ONNX model for other runtimes; see `ExportOptions`. Errors: InputError, ModelError. */
export async function exportOnnx(options: ExportOptions): Promise<ExportResult> {
  const room = await import('./build/export-onnx.js');
  return room.exportOnnx(options);
}

/** What a program inside the array costs, and its listing. Errors: InputError. */
export async function describeProgram(options: ProgramOptions): Promise<DescribedProgram> {
  const room = await import('./build/program.js');
  return room.describeProgram(options);
}

/** A program inside the array on a file of vectors; see `RunProgramOptions`. Errors: InputError. */
export async function runProgram(options: RunProgramOptions): Promise<RunProgramResult> {
  const room = await import('./cosimulation/run-program.js');
  return room.runProgram(options);
}

/** The folder of a unit of arithmetic on its own; see `UnitOptions`. Errors: InputError. */
export async function generateUnit(options: UnitOptions): Promise<UnitResult> {
  const room = await import('./build/unit.js');
  return room.generateUnit(options);
}
