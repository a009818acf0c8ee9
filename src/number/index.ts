export type { Arithmetic, IntegerType } from './arithmetic.js';
export { type Decoded, decode, doubleBits } from './decode.js';
export {
  bf16,
  e4m3,
  e5m2,
  type FloatFormat,
  FormatError,
  fp16,
  fp32,
  fp64,
  ieeeFormat,
  namedFormats,
  tf32,
} from './format.js';
export { dotProduct, LongAccumulator } from './long-accumulator.js';
export { arithmetic, NarrowArithmetic } from './narrow-arithmetic.js';
export { parseFormat } from './parse-format.js';
export {
  type ArithmeticOptions,
  Flag,
  Rounding,
  type RoundingMode,
  roundingModes,
  truncateAndFlush,
} from './rounding.js';
export * from './twos-complement.js';
export { WideArithmetic, wideArithmetic } from './wide-arithmetic.js';
