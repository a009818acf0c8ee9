/** The construction language: describe hardware in TypeScript, check it, emit Verilog. */
export { DesignError, formatDiagnostics } from './check/format.js';
export { clockDomain, type ClockDomain, type ClockDomainOptions, inDomain } from './clock-domain.js';
export {
  delayed,
  type DelayOptions,
  input,
  type InputsOf,
  named,
  output,
  outputOf,
  type OutputsOf,
  register,
  type RegisterOptions,
  type RegistersOf,
  type SignalOptions,
  type SignalsOf,
  wire,
  type WireOptions,
  type WiresOf,
} from './declare.js';
export { check, emit } from './design.js';
export type { Diagnostic } from './diagnostics.js';
export type { Locator } from './locator.js';
export { type ImageParameter, Memory, memory, type MemoryImage, type MemoryOptions } from './memory.js';
export { blackBox, defineModule, instance, type InstanceOptions, Module, type Outside } from './module.js';
export { at, concat, mux, pack, sum, unpack } from './operators.js';
export type { PortTree } from './ports.js';
export { constant, Input, member, type Operand, Output, Register, Signal, Wire } from './signal.js';
export { stateMachine, type StateActions, type StateMachine } from './state-machine.js';
export { assertAlways, comment, document, inVerilator, switchOver, when, type WhenChain } from './statements.js';
export { fifo, type PayloadShape, registered, Sink, Source, stream, streamIn, streamOut } from './stream.js';
export {
  bits,
  type Bits,
  bitsFor,
  bool,
  type Bool,
  enumeration,
  type EnumerationType,
  type LeafType,
  type Shape,
  signedBits,
  type SignedBits,
} from './types.js';
export type { EmitOptions, EmittedDesign } from './verilog/emit.js';
export { fastSimulationMacro } from './verilog/fast-simulation.js';
