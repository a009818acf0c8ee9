export type { BuildOptions, BuildProgress, BuildReport } from './build.js';
export { defaultCacheFolder } from './cache.js';
export { cxxrtl } from './cxxrtl.js';
export { type BuildStage, SimulationBuildError, SimulationError } from './errors.js';
export { type VerilatorInstallation, findVerilator } from './find-verilator.js';
export { type EngineName, Model } from './model.js';
export type {
  AnyPorts,
  InputName,
  Port,
  PortName,
  PortShape,
  PortShapes,
  PortValue,
  ValueOfWidth,
} from './port-types.js';
export {
  type RecordedStream,
  type RunFailure,
  RunIncompleteError,
  type RunOptions,
  type RunResult,
  type RunResultOf,
  type SentStream,
  type SinkRun,
  type SourceRun,
  type StallOptions,
} from './run-options.js';
export type { PortsOf, SnakeCase } from './module-ports.js';
export { modelOf, type ModuleBuildOptions, simulate, type SimulateOptions } from './simulate.js';
export { Simulation, type SimulationOptions } from './simulation.js';
export type { Source } from './sources.js';
export { type StateNames, addStateNames } from './state-names.js';
export type { RecordedValues, StreamValues } from './stream-data.js';
export type { StreamSignals } from './streams.js';
export { verilate } from './verilator.js';
