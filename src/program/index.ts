export { AssemblyError } from './assembly-error.js';
export { Assembler, type SearchOptions, type StepOptions } from './assembler.js';
export {
  buildProgram,
  type BuildOptions,
  programNames,
  programOperands,
  UnknownProgramError,
} from './build-program.js';
export { addConstant } from './constant.js';
export { countProgram, type ProgramCounts, type WritesByKind } from './count.js';
export { diffPrograms } from './diff.js';
export { bit, type Field, fieldWidth, join, slice } from './field.js';
export { floatAdd, type FloatAddOptions, linesBelowSum } from './float-add.js';
export { floatCompare, type FloatComparison, floatMaximum, floatRectify } from './float-compare.js';
export {
  floatNegate,
  floatToFloat,
  floatToInteger,
  integerToFloat,
  linesBelowConversion,
} from './float-convert.js';
export { allocateResult, type FloatParts, floatParts, type FloatResult } from './float-fields.js';
export { floatFusedMultiplyAdd, linesBelowFused } from './float-fused.js';
export { floatMultiply, linesBelowProduct } from './float-multiply.js';
export type { Alignment, Variant } from './float-steps.js';
export type * from './instruction.js';
export {
  accumulate,
  addFields,
  copyField,
  equalTo,
  lessThan,
  maximum,
  negateField,
  rectify,
  selectField,
  subtractFields,
} from './integer.js';
export { ArrayState, type CellWrites, type Exchange, Interpreter, noCellWrites } from './interpreter.js';
export { broadcastField, loadField, shiftFieldLanes, storeField, sumLanes } from './lanes.js';
export { instructionText, listProgram } from './listing.js';
export { multiplyAccumulate, multiplyFields, multiplyPingPong, squareField } from './multiply.js';
export { NorAssembler } from './nor-assembler.js';
export { type NumberFormat, parseNumberFormat } from './number-format.js';
export type { Operand } from './operations.js';
export {
  type FieldPlace,
  fieldPlace,
  type Loop,
  type PlacedInstruction,
  type Program,
  type ProgramNode,
  type Target,
} from './program.js';
export {
  aritPimCycles,
  floatPimFormula,
  paperFormula,
  type PublishedCount,
  publishedCounts,
} from './published-counts.js';
export { roll, type TraceEntry, unroll } from './roll.js';
export { parseVectors, runVectors, VectorError, type VectorOptions } from './run-vectors.js';
export { programImage, ProgramFileError, readProgram, saveProgram } from './save-program.js';
export { commands, programWords, sequence } from './sequencer.js';
export { shiftByConstant, shiftByField, type ShiftDirection } from './shift.js';
export { SotAssembler } from './sot-assembler.js';
export { type ProgramSummary, summariseProgram } from './summary.js';
export { type TransferredLines, withTransfers } from './transfer.js';
export { addressableLines, type Command, decode, encode, type Increment, targetsPerWord } from './word.js';
